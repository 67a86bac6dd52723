import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { declared, user } from '../../../test/support/tenant/declare.js';
import { allGrants } from '../../../test/support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Declaration } from '../model/declaration.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const [jane, tom, kim] = [user('jane'), user('tom'), user('kim')] as const;
const people = [jane, tom, kim];
const set = (container: string, ...grants: (readonly [Declaration, string])[]) => allGrants('all', container, grants);
const entriesOf = async (...declarations: readonly Declaration[]) =>
  (await bench.plan([...people, ...declarations])).resource_changes.filter(({ type }) => type.endsWith('permissions'));
const stepsIn = ({ delinea }: Awaited<ReturnType<typeof entriesOf>>[number]) =>
  delinea.edgeSteps!.map(({ operation, label }) => `${operation} ${label}`);

test('collapseSets: a new set is one create with a step for each edge, in the order of the code', async () => {
  const [entry, ...others] = await entriesOf(set('prod', [tom, 'View'], [jane, 'Owner']));
  expect(others).toEqual([]);
  expect([entry!.delinea.operation, entry!.delinea.label]).toEqual(['create', 'permissions on prod']);
  expect(stepsIn(entry!)).toEqual([
    'create View of tom@example.com on prod',
    'create Owner of jane@example.com on prod',
  ]);
  expect(entry!.change.after_unknown).toEqual({ grants: [{ principal_id: true }, { principal_id: true }] });
});

test('collapseSets: removed and added edges are one update', async () => {
  await bench.converge([...people, set('prod', [jane, 'Owner'], [tom, 'View'])]);
  const [entry] = await entriesOf(set('prod', [jane, 'Owner'], [kim, 'Edit']));
  expect([entry!.delinea.operation, entry!.delinea.changed]).toEqual(['update', ['grants']]);
  expect(stepsIn(entry!)).toEqual([
    'none Owner of jane@example.com on prod',
    'create Edit of kim@example.com on prod',
    'revoke View of tom@example.com on prod',
  ]);
});

test('collapseSets: an unchanged set is a no-op', async () => {
  const code = set('prod', [jane, 'Owner']);
  await bench.converge([...people, code]);
  const [entry] = await entriesOf(code);
  expect([entry!.delinea.operation, entry!.change.actions]).toEqual(['none', ['no-op']]);
  expect(entry!.change.before).toEqual(entry!.change.after);
});

test('collapseSets: a set for another container replaces the former one, which is deposed', async () => {
  await bench.converge([...people, set('prod', [jane, 'Owner'])]);
  const entries = await entriesOf(set('stage', [jane, 'Owner']));
  expect(entries.map(({ delinea, deposed }) => [delinea.operation, deposed !== undefined]).sort()).toEqual([
    ['create', false],
    ['revoke', true],
  ]);
});

test('collapseSets: a set that is no longer declared is one removal', async () => {
  await bench.converge([...people, set('prod', [jane, 'Owner'], [tom, 'View'])]);
  const [entry, ...others] = await entriesOf();
  expect(others).toEqual([]);
  expect([entry!.delinea.operation, entry!.change.after, stepsIn(entry!).length]).toEqual(['revoke', null, 2]);
});

test('collapseSets: ignored elements appear neither before nor after', async () => {
  const ignoring = declared(
    'container-permissions',
    'all',
    { container: 'prod', grants: [] },
    { ignoreChanges: ['grants'] },
  );
  const [entry] = await entriesOf(ignoring);
  expect([entry!.delinea.operation, entry!.change.after]).toEqual([
    'configure',
    expect.not.objectContaining({ grants: [] }),
  ]);
});
