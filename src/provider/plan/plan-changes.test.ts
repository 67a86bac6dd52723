import { expect, test } from '@jest/globals';
import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import { errorFindings, foreignIds } from './plan-changes.js';
import type { PlanContext } from './plan-context.js';

const surfaces = { rest: { idSpace: 'platform' }, scim: { idSpace: 'platform' }, cloud: { idSpace: 'cloud' } };
const tenant = {
  settings: { surfaces },
  home: (kind: string) => (kind === 'container-permission' ? surfaces.cloud : surfaces.rest),
} as unknown as Tenant;
const entry = (more: Partial<OwnedObject>): OwnedObject => ({
  address: 'delinea_user.jane',
  kind: 'user',
  id: '1',
  surface: 'rest',
  key: {},
  ...more,
});
const permission = (end: string) =>
  entry({
    kind: 'container-permission',
    surface: 'cloud',
    key: { container: 'c', principalType: 'user', principalId: '1' },
    endSurfaces: { principalId: end },
  });

test.each([
  ['of the home surface', entry({}), undefined],
  ['of a surface with the same id space', entry({ surface: 'scim' }), undefined],
  ['of another id space', entry({ surface: 'cloud' }), { kind: 'user', surface: 'cloud' }],
  ['of a surface that is not configured any more', entry({ surface: 'x' }), { kind: 'user', surface: 'x' }],
  ['of a principal on its home surface', permission('rest'), undefined],
  ['of a principal on another surface', permission('cloud'), { kind: 'user', surface: 'cloud' }],
])('foreignIds: an id %s', (_, owned, expected) => {
  expect(foreignIds(tenant, owned)).toEqual(expected);
});

test('errorFindings: returns the errors of declarations and sets, at the path of the error or else at the address', () => {
  const match = (address: string, error?: DelineaError) => ({ declaration: { address }, error });
  const matches = new Map([
    ['a', match('a', new DelineaError('conflict', 'one', { path: 'a.name' }))],
    ['b', match('b')],
  ]);
  const sets = [match('c', new DelineaError('guarded', 'two'))];
  const findings = errorFindings({ matches, sets } as unknown as PlanContext);
  expect(findings.map(({ code, address, message }) => [code, address, message])).toEqual([
    ['conflict', 'a.name', 'one'],
    ['guarded', 'c', 'two'],
  ]);
});
