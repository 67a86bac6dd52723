import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bind, declared, grant, group, idOf, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { IdTranslator } from './id-translator.js';
import { Snapshot } from './snapshot.js';
import type { TenantReader } from './tenant-reader.js';
import { toOwnedEdges, toOwnedObject } from './to-owned-object.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    idSpaces: 'split',
    data: { containers: ['prod', { name: 'db', parent: 'prod' }, 'old'], roles: ['Auditor', 'Operator'] },
  });
});
afterEach(() => bench.close());

async function open(): Promise<TenantReader> {
  const tenant = await connect(bench.settings, {});
  const snapshot = new Snapshot(tenant);
  return { tenant, snapshot, translator: new IdTranslator(snapshot), edges: new Map() };
}

const entriesAt = ({ address }: Declaration): OwnedObject[] =>
  [...bench.ledger.values()].filter((entry) => entry.address === address);
const entryAt = (declaration: Declaration) => entriesAt(declaration)[0]!;

/** What is declared, with the ids that an apply put in the place of references. */
function stateOf({ values }: Declaration, id?: string): Values {
  const known = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(known);
    if (typeof value !== 'object' || value === null) return value;
    if (!('ref' in value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, known(one)]));
    return [...bench.ledger.values()].find(({ address }) => address === value.ref)!.id;
  };
  return { ...(known(values) as Values), id };
}

const jane = user('jane', { externalId: 'x-1', onRemoval: 'delete' });
const sre = group('sre', membersOf(jane));

test.each([
  ['a user', jane],
  ['a group with members', sre],
  ['a group whose members are nobody’s business here', group('ops', { onRemoval: 'deactivate' })],
  ['a permission on a container by name', grant('g', 'DB', jane, 'Edit', { onRemoval: 'retain' })],
  ['a permission on a container by path', grant('g', '/prod/db', sre, 'View')],
  ['a role in another spelling', bind('b', 'auditor', sre)],
])('%s is remembered as an apply remembers it', async (_, declaration) => {
  const all = [...new Set([jane, sre, declaration])];
  expect((await bench.converge(all)).failures).toEqual([]);
  // The settings of a declaration are in code only: import-state adds them.
  const { settings, ...entry } = entryAt(declaration);
  expect(settings).toEqual(expect.any(Object));
  const { address, correlation } = entry;
  const values = stateOf(declaration, entry.id);
  const owned = await toOwnedObject(await open(), resourceOf(declaration.kind), values, { address, correlation });
  expect(JSON.parse(JSON.stringify(owned))).toEqual(JSON.parse(JSON.stringify(entry)));
});

test.each([
  [
    'container-permissions',
    {
      container: '/old',
      grants: [
        { principalType: 'user', principalId: idOf(jane), right: 'Owner' },
        { principalType: 'group', principalId: idOf(sre), right: 'View' },
      ],
      onRemoval: 'retain',
    },
  ],
  ['role-bindings', { role: 'OPERATOR', holders: [{ principalType: 'user', principalId: idOf(jane) }] }],
])('the edges of a whole set are remembered one by one, at its address: %s', async (kind, values) => {
  const whole = declared(kind, 'whole', values);
  expect((await bench.converge([jane, sre, whole])).failures).toEqual([]);
  const entries = entriesAt(whole);
  const owned = await toOwnedEdges(await open(), resourceOf(kind), stateOf(whole), { address: whole.address });
  const plain = (list: readonly OwnedObject[]) =>
    (JSON.parse(JSON.stringify(list)) as OwnedObject[]).sort((left, right) => left.id.localeCompare(right.id));
  expect(entries.length).toBe((Object.values(values)[1] as unknown[]).length);
  expect(plain(owned)).toEqual(plain(entries));
});

test('owned edges: leaves out an edge of a set that no longer exists', async () => {
  const edge = { principalType: 'user', principalId: idOf(jane), right: 'View' };
  const whole = declared('container-permissions', 'whole', { container: 'old', grants: [edge] });
  await bench.converge([jane]);
  expect(await toOwnedEdges(await open(), resourceOf(whole.kind), stateOf(whole), { address: whole.address })).toEqual(
    [],
  );
});

test('owned object: has the recorded consent, else the declared one', async () => {
  const values = { id: '1', userName: 'jane', reactivate: 'TICKET-2' };
  const reading = await open();
  const remember = (spent?: string) => toOwnedObject(reading, resourceOf('user'), values, { address: 'a.b', spent });
  expect((await remember()).reactivated).toBe('TICKET-2');
  expect((await remember('TICKET-1')).reactivated).toBe('TICKET-1');
});

test('owned object: refused with similar names when the container does not exist', async () => {
  const values = { id: '1', container: 'prd', principalType: 'user', principalId: '2', right: 'View' };
  await expect(
    toOwnedObject(await open(), resourceOf('container-permission'), values, { address: 'a.b' }),
  ).rejects.toMatchObject({ code: 'unknown_name', path: 'container', hint: expect.stringContaining('"prod"') });
});
