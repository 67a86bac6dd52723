import { describe, expect, test } from '@jest/globals';
import type { Remedy } from '../../provider/index.js';
import { withRemedies } from './remedy-text.js';

const EVERY: readonly (readonly [Remedy, string])[] = [
  [{ kind: 'allowMissing', count: 2 }, 'If this is intended, pass --allow-missing 2.'],
  [{ kind: 'allowRemovals', count: 40, soFar: true }, 'If this is intended, pass --allow-removals 40.'],
  [
    { kind: 'allowPrincipals', names: ['a@example.com', 'ops'] },
    'If this is intended, pass --allow-principal "a@example.com" --allow-principal "ops".',
  ],
  [{ kind: 'allowOrphans', names: ['prod'] }, 'If this is intended, pass --allow-orphan "prod".'],
  [
    { kind: 'consent', account: 'jane@example.com' },
    'To consent, set reactivate = "<ticket or date>" in code or pass --reactivate "jane@example.com".',
  ],
  [
    { kind: 'adopt', resource: 'user', id: '7' },
    'To adopt it, call importFrom("7") on the construct or set adopt = "always".',
  ],
  [{ kind: 'set', attribute: 'allowEmpty', value: true, on: 'resource' }, 'Set allowEmpty = true.'],
  [
    { kind: 'set', attribute: 'externalIdFrom', value: 'userName', on: 'provider' },
    'Set externalIdFrom = "userName" on the provider.',
  ],
  [
    { kind: 'listAsJson', setting: 'adminRoles', names: ["Ops, EU'; id; '"] },
    `A name with a comma needs JSON: DELINEA_ADMIN_ROLES='["Ops, EU'\\''; id; '\\''"]'.`,
  ],
  [
    { kind: 'raise', setting: 'maxRequests' },
    'Raise maxRequests on the provider and DELINEA_MAX_REQUESTS, where they are set.',
  ],
  [{ kind: 'refer', resource: 'user', name: 'jane' }, 'To refer to it, use DelineaUser.fromUserName("jane").'],
  [{ kind: 'refer', resource: 'group' }, 'To refer to it, use DelineaGroup.fromDisplayName(...).'],
  [
    { kind: 'recordAgain' },
    'To record the objects again, start another ledger with apply --ledger <file> --init-ledger; equal objects are adopted.',
  ],
  [{ kind: 'forget' }, 'To stop managing it without a change in the tenant, add a removed block.'],
  [{ kind: 'readAllHolders' }, 'Run delinea-iac drift, which reads them all.'],
  [
    { kind: 'initLedger' },
    'To start a ledger, run apply --init-ledger: existing objects are adopted if they equal the code, otherwise refused.',
  ],
  [{ kind: 'moved', resource: 'user' }, 'If it was renamed in code, add a moved block.'],
  [{ kind: 'parallelism', above: 30 }, 'Apply the change in smaller steps.'],
];

describe('withRemedies', () => {
  test.each(EVERY)('names the option or construct for %j', (remedy, text) => {
    expect(withRemedies(undefined, [remedy])).toBe(text);
  });

  test('returns the hint alone, or undefined, when there is no remedy', () => {
    expect(withRemedies('Plan again.')).toBe('Plan again.');
    expect(withRemedies('Plan again.', [])).toBe('Plan again.');
    expect(withRemedies(undefined)).toBeUndefined();
  });

  test('puts the hint first, then sentences, and combines all flags in one sentence, each once', () => {
    const removals: Remedy = { kind: 'allowRemovals', count: 3 };
    const remedies: Remedy[] = [
      removals,
      { kind: 'moved', resource: 'group' },
      { kind: 'allowPrincipals', names: ['boss'] },
      removals,
      { kind: 'allowOrphans', names: ['prod', 'test'] },
    ];
    expect(withRemedies('Check the plan.', remedies)).toBe(
      'Check the plan. If it was renamed in code, add a moved block. If this is intended, pass --allow-removals 3 --allow-principal "boss" --allow-orphan "prod" --allow-orphan "test".',
    );
  });

  test('joins alternatives with "or"', () => {
    const remedies: Remedy[] = [
      { kind: 'refer', resource: 'user', name: 'jane' },
      { kind: 'set', attribute: 'externalId', value: 'x-1', on: 'resource' },
    ];
    expect(withRemedies(undefined, remedies)).toBe(
      'To refer to it, use DelineaUser.fromUserName("jane"). Or set externalId = "x-1".',
    );
  });

  test('quotes names so that a shell does not expand them', () => {
    const names = ['a b', '$(rm -rf x)', "it's `x`"];
    expect(withRemedies(undefined, [{ kind: 'allowOrphans', names }])).toBe(
      `If this is intended, pass --allow-orphan "a b" --allow-orphan '$(rm -rf x)' --allow-orphan 'it'\\''s \`x\`'.`,
    );
  });

  test('never prints undefined', () => {
    const all = withRemedies(
      undefined,
      EVERY.map(([remedy]) => remedy),
    );
    expect(all).not.toContain('undefined');
  });
});
