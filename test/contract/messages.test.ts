import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { resources, settingAttributes, snakeCase } from '../../src/provider/index.js';

const PROVIDER = 'src/provider';
/** Descriptions and labels of definitions, which the generators translate. */
const DEFINITIONS = /^resources\/|^settings\/(?:settings-schema|surfaces)\.ts$/;

/** Attributes and settings that are spelled differently in TypeScript and HCL. */
const camelCase = [...settingAttributes, ...resources.flatMap(({ attributes }) => attributes)]
  .map(({ name }) => name)
  .filter((name) => snakeCase(name) !== name);
/** Options and commands of the command line, and names of constructs. */
const COMMAND_LINE = /(?:^|\s)--[a-z]|\bDelinea(?:User|Group)\b|importFrom|delinea-iac/;
/** Commands of Terraform, which only a session may name, since it serves Terraform alone. */
const TERRAFORM = /terraform (?:state|plan|apply|import)\b/;
const FORBIDDEN = [COMMAND_LINE, new RegExp(`\\b(?:${[...new Set(camelCase)].join('|')})\\b`)];

function isForbidden({ file, text }: { readonly file: string; readonly text: string }): boolean {
  const patterns = file.startsWith('session/') ? FORBIDDEN : [...FORBIDDEN, TERRAFORM];
  return patterns.some((pattern) => pattern.test(text));
}

/** Returns the texts of several words in a file, without the code in templates. */
function textsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const literals = code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g);
  return [...literals]
    .map(([, plain, template = '']) => plain ?? template.replace(/\$\{[^}]*\}/g, ''))
    .filter((text) => /\w \w/.test(text));
}

test('messages of the resource layer: no term of one front end, and attributes are spelled as in plans', () => {
  const files = readdirSync(PROVIDER, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(?<!\.test|\.fixture)\.ts$/.test(file) && !DEFINITIONS.test(file),
  );
  const texts = files.flatMap((file) => textsOf(join(PROVIDER, file)).map((text) => ({ file, text })));
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.filter(isForbidden)).toEqual([]);
});
