import { describe, expect, test } from '@jest/globals';
import type { Remedy } from '../../provider/index.js';
import { withRemedies } from './remedy-text.js';

/** One remedy of each kind: a new kind without an entry does not compile. */
const REMEDIES: { readonly [Kind in Remedy['kind']]: Extract<Remedy, { kind: Kind }> } = {
  allowMissing: { kind: 'allowMissing', count: 3 },
  allowRemovals: { kind: 'allowRemovals', count: 7, soFar: true },
  allowPrincipals: { kind: 'allowPrincipals', names: ['jane "j" doe', 'ops'] },
  allowOrphans: { kind: 'allowOrphans', names: ['Production'] },
  consent: { kind: 'consent', account: 'jane@example.com' },
  adopt: { kind: 'adopt', resource: 'container-permission', id: 'a"b' },
  set: { kind: 'set', attribute: 'allowEmpty', value: true, on: 'resource' },
  refer: { kind: 'refer', resource: 'user', name: 'jane' },
  recordAgain: { kind: 'recordAgain' },
  initLedger: { kind: 'initLedger' },
  import: { kind: 'import', resource: 'user', id: '7' },
  moved: { kind: 'moved', resource: 'role-binding' },
  parallelism: { kind: 'parallelism', above: 30 },
  listAsJson: { kind: 'listAsJson', setting: 'adminRoles', names: ['Ops, EU'] },
  raise: { kind: 'raise', setting: 'maxRequests' },
  forget: { kind: 'forget' },
  readAllHolders: { kind: 'readAllHolders' },
};

describe.each(Object.values(REMEDIES))('remedy $kind', (remedy) => {
  const text = withRemedies(undefined, [remedy])!;

  test('text: complete sentences without placeholders of JavaScript', () => {
    expect(text).toMatch(/^[A-Z]/);
    expect(text.trimEnd()).toMatch(/[.}]$/);
    expect(text).not.toMatch(/undefined|\[object|NaN|null/);
  });

  test('text: spelled as in HCL, without options and names of the other front end', () => {
    expect(text).not.toMatch(/ --[a-z]|ledger|Delinea[A-Z]|importFrom|delinea-iac/);
    expect(text.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/\b[a-z]+[A-Z]/);
  });

  test('block: one indented argument per line, with a line break after the block', () => {
    if (!text.includes('{')) return;
    expect(text).toMatch(/:\n\n {2}[a-z]+ \{\n(?: {4}[a-z]+ = (?:"(?:[^"\\]|\\.)*"|[a-z_]+\.[A-Z]+)\n)+ {2}\}\n$/);
  });
});

test.each<[string, Remedy, string]>([
  ['list', REMEDIES.allowPrincipals, `DELINEA_ALLOW_PRINCIPALS='["jane \\"j\\" doe","ops"]'`],
  [
    'name with an apostrophe',
    { kind: 'allowOrphans', names: ["O'Neil, EU"] },
    `DELINEA_ALLOW_ORPHANS='["O\\u0027Neil, EU"]'`,
  ],
  [
    'name with a comma and an apostrophe',
    { kind: 'listAsJson', setting: 'adminRoles', names: ["Ops, EU'; id; '"] },
    `DELINEA_ADMIN_ROLES='["Ops, EU\\u0027; id; \\u0027"]'`,
  ],
  [
    'count so far',
    REMEDIES.allowRemovals,
    'set DELINEA_ALLOW_REMOVALS=7 in the environment of one run (the count so far',
  ],
  ['attribute of a resource', REMEDIES.set, 'Set allow_empty = true.'],
  [
    'attribute of the provider',
    { kind: 'set', attribute: 'externalIdFrom', value: 'userName', on: 'provider' },
    'Set external_id_from = "userName" in the provider block.',
  ],
  ['import', REMEDIES.adopt, 'to = delinea_container_permission.NAME\n    id = "a\\"b"'],
  ['reference', REMEDIES.refer, 'data "delinea_user"'],
  ['consent', REMEDIES.consent, 'terraform destroy -refresh=false'],
  ['parallelism', REMEDIES.parallelism, '-parallelism=40'],
])('remedy text: %s', (_, remedy, expected) => {
  expect(withRemedies(undefined, [remedy])).toContain(expected);
});

test('several remedies: each follows the hint', () => {
  expect(withRemedies('First.', [REMEDIES.set, REMEDIES.refer])).toBe(
    'First. Set allow_empty = true. Refer to it with data "delinea_user".',
  );
});

test('hint without remedies: stays as it is', () => {
  expect(withRemedies('First.')).toBe('First.');
  expect(withRemedies(undefined)).toBeUndefined();
});
