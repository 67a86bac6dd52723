import { expect, test } from '@jest/globals';
import { DelineaError } from '../../provider/index.js';
import { diagnostic, diagnosticsOf } from './diagnostics.js';

const NOTHING = { kind: 'object', attributes: {} } as unknown as Parameters<typeof diagnosticsOf>[1];

test.each([
  [
    'its externalId does not show, and the ledger knows "x-1": a write without it',
    'its external_id does not show, and the state knows "x-1": a write without it',
  ],
  ['that the ledger or state does not know', 'that the ledger or state does not know'],
  ['Consent with reactivate = "T" or --reactivate jane o\'hara.', 'Consent with reactivate = "T".'],
  ['another text in reactivate, or --reactivate.', 'another text in reactivate.'],
  ['look it up by name (DelineaUser.fromUserName, data "delinea_user").', 'look it up by name (data "delinea_user").'],
  [
    'Check what the account may see; if nobody is in it any more, say so: --allow-missing 0.',
    'Check what the account may see; if nobody is in it any more, terraform state rm and import it again.',
  ],
  [
    'Route it back; or begin another ledger (--ledger, --init-ledger), which takes equal objects over.',
    'Route it back; or terraform state rm them: an apply takes equal objects over.',
  ],
])('speaks as Terraform does: %s', (text, said) => {
  expect(diagnostic(text, text)).toMatchObject({ summary: said, detail: said });
});

test('a consent that is missing may be missing in a destroy alone', () => {
  const of = (error: DelineaError) => diagnosticsOf(error, NOTHING)[0]?.detail;
  const hint = 'Consent with reactivate = "T" or --reactivate jane.';
  expect(of(new DelineaError('consent_missing', 'x', { hint }))).toBe(
    'Consent with reactivate = "T". For a destroy: terraform destroy -refresh=false.',
  );
  expect(of(new DelineaError('rejected', 'x', { hint: 'Other.' }))).toBe('Other.');
});
