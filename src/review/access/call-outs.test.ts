import { expect, test } from '@jest/globals';
import { accessOf, userOf } from '../../provider/access/access.fixture.js';
import { EffectiveAccess } from '../../provider/index.js';
import { callOuts } from './call-outs.js';
import { Causes } from './causes.js';

test('a new name of the account of the run is called out', () => {
  const before = new EffectiveAccess(accessOf({ principals: [userOf('svc')] }));
  const after = new EffectiveAccess(accessOf({ principals: [{ ...userOf('svc'), name: 'other' }] }));
  const step = {
    key: 'delinea_user.svc',
    address: 'delinea_user.svc',
    kind: 'user',
    surface: '',
    operation: 'update' as const,
    label: 'other',
    id: 'svc',
    desired: { userName: 'other' },
    before: { userName: 'svc' },
    changed: ['userName'],
    after: [],
  };
  const plan = { tenant: '', steps: [step], accounts: ['SVC'], complete: true, notes: [], unknown: [] };
  expect(callOuts({ before, after, changes: [], plan, causes: new Causes([step]) })).toEqual([
    {
      code: 'own_account',
      message: 'svc is the account that the run logs in as',
      key: 'user svc',
      address: 'delinea_user.svc',
    },
  ]);
});
