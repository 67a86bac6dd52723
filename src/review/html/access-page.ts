import { createHash } from 'node:crypto';
import { principalKey, visible } from '../../provider/index.js';
import { PAGE_SCRIPT, PAGE_STYLE } from '../gen/page-assets.js';
import type { Notice, PageData, PageTexts, RowData } from '../page/page-data.js';
import type { AccessRow } from './access-around.js';

/** A page about access in two states, as plain data. */
export interface AccessPage extends PageTexts {
  readonly rows: readonly AccessRow[];
}

type Named = AccessRow['through'][number];

/** Begins every page, so that no other file is replaced by one. */
const START = '<!doctype html>\n<!-- delinea-iac access page -->\n';

/** Returns whether a text is a page that `accessPage` made. */
export function isAccessPage(text: string): boolean {
  return text.startsWith(START);
}

/**
 * Returns one HTML file that needs no network: a table and a graph of who reaches what, with search, filters, and the
 * state before and after. The policy in it permits this script and this style sheet only.
 */
export function accessPage(page: AccessPage): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `${START}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="delinea-iac">
<title>Access</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript><p>This page needs JavaScript to show its data. The script is in this file; nothing is loaded from a network.</p></noscript>
<script type="application/json" id="data">${jsonInHtml(dataOf(page))}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** Returns JSON in which nothing ends the element that it is in, or begins a comment. It parses to the same value. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns the data of a page: every name once, and every list of names once. */
export function dataOf({ rows, ...texts }: AccessPage): PageData {
  const objects = new Map<string, Named>();
  for (const { people, scopes, through, inheritedFrom } of rows)
    for (const each of [...people, ...scopes, ...through, ...(inheritedFrom ? [inheritedFrom] : [])])
      if (!objects.has(principalKey(each))) objects.set(principalKey(each), each);
  const at = new Map([...objects.keys()].map((key, index) => [key, index]));
  const sets = numbered<readonly number[]>(JSON.stringify);
  const rights = numbered<readonly [string, boolean]>(JSON.stringify);
  const setOf = (list: readonly Named[]) => sets.numberOf(list.map((each) => at.get(principalKey(each))!));
  const encoded = rows.map(
    ({ state, right, privileged, people, scopes, through, inheritedFrom }): RowData => [
      state,
      rights.numberOf([visible(right), privileged]),
      setOf(people),
      setOf(scopes),
      setOf(through),
      inheritedFrom ? at.get(principalKey(inheritedFrom))! : -1,
    ],
  );
  return {
    ...shown(texts),
    objects: namesOf([...objects.values()]),
    sets: sets.all,
    rights: rights.all,
    rows: encoded,
  };
}

/** Returns kind and name of each object; the id beside the name if several have that name. */
function namesOf(objects: readonly Named[]): [kind: string, name: string][] {
  const count = new Map<string, number>();
  const key = ({ kind, name }: Named) => `${kind} ${name}`;
  for (const each of objects) count.set(key(each), (count.get(key(each)) ?? 0) + 1);
  return objects.map((each) => {
    const name = visible(each.name);
    return [each.kind, count.get(key(each))! > 1 ? `${name} (id ${visible(each.id)})` : name];
  });
}

function shown({ title, tenant, basis, warnings, totals, notices, scope, states }: PageTexts): PageTexts {
  const lines = (texts: readonly string[]) => texts.map(visible);
  const noticed = ({ level, title, lines: texts }: Notice) => ({ level, title, lines: lines(texts) });
  return {
    title,
    tenant: visible(tenant),
    basis: lines(basis),
    warnings: warnings.map(noticed),
    totals,
    notices: notices.map(noticed),
    scope: lines(scope),
    states,
  };
}

/** Numbers values by their key, in the order of their first use. */
function numbered<T>(keyIn: (value: T) => string) {
  const [all, numbers]: [T[], Map<string, number>] = [[], new Map()];
  const numberOf = (value: T): number => {
    const key = keyIn(value);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, all.length);
    return all.push(value) - 1;
  };
  return { all, numberOf };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
