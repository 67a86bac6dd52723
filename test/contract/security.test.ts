import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { resources } from '../../src/provider/index.js';
import { settingAttributes } from '../../src/provider/settings/settings-schema.js';
import { ROOT } from '../support/cdktf/synth-process.js';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const page = read('SECURITY.md');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!);

const sources = ['src', 'scripts']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((file) => /\.ts$/.test(file) && !/\.(test|fixture)\.ts$/.test(file))
  .map(read)
  .join('\n');
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Settings of the provider block, and attributes of the resources. */
const snakeNames = [...settingAttributes, ...resources.flatMap(({ attributes }) => attributes)].map(({ name }) =>
  snakeCase(name),
);

/** Variables of the environment that the product reads. */
const variables = new Set([
  ...settingAttributes.flatMap(({ name, sensitive }) => {
    const variable = `DELINEA_${snakeCase(name).toUpperCase()}`;
    return sensitive ? [variable, `${variable}_FILE`] : [variable];
  }),
  ...[...sources.matchAll(/\b(?:DELINEA_[A-Z_]+|HTTPS_PROXY|NO_PROXY|GPG_FINGERPRINT)\b/g)].map(([name]) => name),
]);

describe('SECURITY.md', () => {
  test('names only variables that the product reads', () => {
    const named = [...page.matchAll(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g)].map(([name]) => name);
    expect(new Set(named).size).toBeGreaterThan(8);
    expect(named.filter((name) => !variables.has(name) && name !== 'DELINEA_')).toEqual([]);
  });

  test('names only options and commands that exist', () => {
    const program = read('src/cli/program.ts');
    const all = `${program}\n${read('src/cli/guard-options.ts')}`;
    const options = [...page.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option);
    expect(new Set(options).size).toBeGreaterThan(2);
    expect(options.filter((option) => !all.includes(`'${option}`))).toEqual([]);
    const commands = [...program.matchAll(/\.command\('([a-z-]+)'\)/g)].map(([, name]) => name!);
    const named = inCode.flatMap(
      (text) => /^(?:delinea-iac )?([a-z]+(?:-[a-z]+)?)(?: --[a-z-]+)?$/.exec(text)?.[1] ?? [],
    );
    const words = named.filter((name) => !snakeNames.includes(name));
    const others = ['delinea-iac', 'lifecycle']; // the program, and a block of Terraform
    expect(words.filter((name) => !commands.includes(name) && !others.includes(name))).toEqual([]);
  });

  test('names only settings and attributes that exist', () => {
    const named = inCode.filter((text) => /^[a-z]+(_[a-z]+)+$/.test(text));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !snakeNames.includes(name))).toEqual([]);
  });

  test('names and links only files that exist', () => {
    const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target!);
    const files = inCode.filter((text) => /^[\w./-]+\/[\w./-]+\.\w+$/.test(text));
    expect(links.length).toBeGreaterThan(4);
    expect([...links, ...files].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('names for each rule the test that shows it', () => {
    const rules = page
      .slice(page.indexOf('## What is enforced'), page.indexOf('## What is asked'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (---|Rule )/.test(line));
    expect(rules.length).toBeGreaterThan(15);
    const shown = rules.map((line) =>
      [
        ...line
          .split('|')
          .at(-2)!
          .matchAll(/`([^`]+\.test\.ts)`/g),
      ].map(([, file]) => file),
    );
    expect(rules.filter((_, index) => shown[index]!.length === 0)).toEqual([]);
  });

  test('has the number of packages that the contract allows', () => {
    const [, most] = /const MOST = (\d+);/.exec(read('test/contract/packages.test.ts'))!;
    expect([...page.matchAll(/(\d+) (?:installed )?packages/g)].map(([, number]) => number)).toEqual([most, most]);
  });

  test('is in the package and linked from the README', () => {
    expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain('SECURITY.md');
    expect(read('README.md')).toContain('(SECURITY.md)');
  });
});
