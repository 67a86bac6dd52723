import { expect, test } from '@jest/globals';
import { samplePlan } from './sample-plan.fixture.js';
import { targetText } from './target-text.js';

test('target: names the tenant and the accounts, and the hosts if there are others', () => {
  expect(targetText(samplePlan([]))).toBe('Tenant: https://acme.delinea.app; accounts: runner');
  const origins = ['https://acme.delinea.app', 'https://idp.example'];
  expect(targetText(samplePlan([], { origins, accounts: [] }))).toBe(
    'Tenant: https://acme.delinea.app; requests go to: https://acme.delinea.app, https://idp.example; accounts: none named (static tokens)',
  );
});
