import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';

/** A text that people read, and where it is written. */
export interface Text {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number } };
  readonly [key: string]: unknown;
}

/** Literals that are not texts: module names, types, keys. */
const SKIPPED: Readonly<Record<string, readonly string[]>> = {
  ImportDeclaration: ['source'],
  ExportNamedDeclaration: ['source'],
  ExportAllDeclaration: ['source'],
  ImportExpression: ['source'],
  ObjectProperty: ['key'],
  TSLiteralType: ['literal'],
  TSEnumMember: ['id'],
};

/** A text of at least two words, one of them of letters alone: a message, a hint, a heading, a help text. */
const IS_TEXT = /(^|[\s"'(])[A-Za-z]{2,}[,.:;]?\s+\S*[A-Za-z]/;

/** Files of code that the product runs, below the project's root. */
function sourceFiles(root: string): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name))
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$|test-client\.ts$|\/gen\//.test(file));
}

function parsed(root: string, file: string) {
  return parse(readFileSync(join(root, file), 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
}

/** Returns every text in code that the product can print, with `{}` in place of what is filled in. */
export function messagesIn(root: string): Text[] {
  return sourceFiles(root)
    .filter((file) => !file.startsWith(join('src', 'simulator')))
    .flatMap((file) => literalsIn(parsed(root, file).program as unknown as Node).map((one) => ({ file, ...one })))
    .filter(({ text }) => IS_TEXT.test(text));
}

function literalsIn(node: Node): Omit<Text, 'file'>[] {
  const line = node.loc?.start.line ?? 0;
  if (node.type === 'StringLiteral') return [{ line, text: String(node.value) }];
  const inner = Object.entries(node).flatMap(([name, value]) =>
    SKIPPED[node.type]?.includes(name) ? [] : nodesIn(value).flatMap(literalsIn),
  );
  if (node.type !== 'TemplateLiteral') return inner;
  const parts = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  return [{ line, text: parts.join('{}') }, ...inner];
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' ? [value as Node] : [];
}

/** Returns every comment in code, each as one line of text. */
export function commentsIn(root: string): Text[] {
  return sourceFiles(root).flatMap((file) =>
    (parsed(root, file).comments ?? []).map(({ value, loc }) => ({
      file,
      line: loc?.start.line ?? 0,
      text: value
        .replace(/^\*?/, '')
        .replace(/\n\s*\*?/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    })),
  );
}

/** Returns the paragraphs of the pages: README, CONTRIBUTING, CHANGELOG and docs, without code blocks. */
export function paragraphsIn(root: string): Text[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages].flatMap((file) => {
    let fenced = false;
    return readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        if (/^\s*```/.test(text)) fenced = !fenced;
        return fenced || text.trim() === '' ? [] : [{ file, line: index + 1, text }];
      });
  });
}
