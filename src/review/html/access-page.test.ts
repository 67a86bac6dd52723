import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { rowsOf } from '../page/page-data.js';
import { type AccessPage, accessPage, dataOf, isAccessPage, jsonInHtml } from './access-page.js';

const user = (name: string, id = name) => ({ kind: 'user', id, name });
const row = (name: string, id = name): AccessPage['rows'][number] => ({
  state: 'gained',
  right: 'Owner',
  privileged: true,
  people: [user(name, id)],
  scopes: [{ kind: 'container', id: 'prod', name: 'prod' }],
  through: [{ kind: 'group', id: 'dba', name: 'dba' }],
});
const page = (rows: AccessPage['rows'], more: Partial<AccessPage> = {}): AccessPage => ({
  title: 'Access review',
  tenant: 'https://acme.example',
  basis: [],
  warnings: [],
  totals: [],
  notices: [],
  scope: [],
  states: { before: 'Before', after: 'After' },
  rows,
  ...more,
});

const HOSTILE = [
  '</script><script>window.hacked=1</script>',
  '<!--<script>',
  ']]>',
  '&lt;',
  'a\u2028b\u2029c',
  '"><img src=x onerror="window.hacked=1">',
];

describe('accessPage', () => {
  test.each(HOSTILE)('the name %j neither ends the data nor begins an element', (name) => {
    const hostile = page([{ ...row(name), right: name }], {
      tenant: name,
      basis: [name],
      warnings: [{ level: 'error', title: 'Unread', lines: [name] }],
    });
    const html = accessPage(hostile);
    const [, data] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)!;
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect(html.replace(data!, '')).toBe(accessPage(page([])).replace(/(id="data">).*?(<\/script>)/s, '$1$2'));
    expect(JSON.parse(data!)).toEqual(dataOf(hostile));
  });

  test('the policy permits the one script and the one style sheet, and no network', () => {
    const html = accessPage(page([]));
    const [, script] = /<script>(.*?)<\/script>/s.exec(html)!;
    const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy!.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(script!)}`,
      `style-src ${hash(style!)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(
      /\b(src|href)="(?!data:,")|innerHTML|https?:\/\/(?!www\.w3\.org\/2000\/svg|acme\.example)/,
    );
  });

  test('is recognised, and no other text is', () => {
    expect(isAccessPage(accessPage(page([])))).toBe(true);
    expect(isAccessPage('<!doctype html>\n<title>mine</title>')).toBe(false);
  });
});

test('jsonInHtml: parses to the same value', () => {
  const value = { text: HOSTILE.join('') };
  expect(JSON.parse(jsonInHtml(value))).toEqual(value);
});

describe('dataOf', () => {
  test('names have nothing unseen, and the backslash is escaped', () => {
    const { objects } = dataOf(page([row('\u202Eevil\u0007\\')]));
    expect(objects[0]).toEqual(['user', '\\u202eevil\\u0007\\\\']);
  });

  test('of several objects with one name, each has its id beside it', () => {
    const { objects } = dataOf(page([row('ann', '7'), row('ann', '8')]));
    expect(objects.map(([, name]) => name)).toEqual(['ann (id 7)', 'prod', 'dba', 'ann (id 8)']);
  });

  test('rows can be read again; equal lists are held once', () => {
    const data = dataOf(
      page([row('ann'), { ...row('ben'), inheritedFrom: { kind: 'container', id: 'up', name: 'up' } }]),
    );
    expect(data.sets).toHaveLength(4);
    const [first, second] = rowsOf(data);
    expect(first).toMatchObject({ state: 'gained', right: 'Owner', privileged: true, people: [{ name: 'ann' }] });
    expect(first!.inheritedFrom).toBeUndefined();
    expect(second).toMatchObject({ people: [{ name: 'ben' }], inheritedFrom: { name: 'up' } });
    expect(first!.scopes).toBe(second!.scopes);
  });
});
