import { expect, test } from '@jest/globals';
import { targetText } from './target.js';

const tenant = 'https://acme.delinea.app';

test('target: names the tenant and the accounts, and the hosts if there are others', () => {
  expect(targetText({ tenant, origins: [tenant], accounts: ['runner'] })).toBe(
    'https://acme.delinea.app; accounts: runner',
  );
  expect(targetText({ tenant, origins: [tenant, 'https://idp.example'], accounts: [] })).toBe(
    'https://acme.delinea.app; requests go to: https://acme.delinea.app, https://idp.example; accounts: none named (static tokens)',
  );
});
