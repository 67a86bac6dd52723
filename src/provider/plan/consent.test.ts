import { describe, expect, test } from '@jest/globals';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { consentTo, refuseRecreation } from './consent.js';
import type { Match, PlanContext, PlanInput } from './plan-context.js';
import { type UsedConsent, UsedConsents } from './used-consents.js';

const timestamp = '2026-11-22T07:20:00.000Z';
const plans = (input: Partial<PlanInput>, spent: readonly UsedConsent[] = []) =>
  ({ input, timestamp, usedConsents: new UsedConsents(spent) }) as unknown as PlanContext;
const asked = (...reactivate: string[]) => plans({ reactivate });
const silent = plans({});
const declares = (values: Values = {}, more: Partial<Match> = {}, kind = 'user') =>
  ({
    declaration: { values: { userName: 'Jane@example.com', ...values } },
    resource: resourceOf(kind),
    ...more,
  }) as unknown as Match;

const used: UsedConsent = { kind: 'user', id: '1', key: { userName: 'jane@example.com' }, consent: 'T-1' };

describe('consentTo', () => {
  test('a text in code that was not used before is a consent', () => {
    const match = declares({ reactivate: 'T-1' });
    expect(consentTo(silent, match, undefined)).toBe('T-1');
    expect(consentTo(silent, match, 'T-0')).toBe('T-1');
    expect(consentTo(silent, match, 'T-1')).toBeUndefined();
  });

  test('a name given for the run is a consent with the time of the plan, in any case, also when the text in code was used', () => {
    const own = 'command line, 2026-11-22T07:20:00.000Z';
    expect(consentTo(asked('tom@x', 'JANE@EXAMPLE.COM'), declares(), undefined)).toBe(own);
    expect(consentTo(asked('jane@example.com'), declares({ reactivate: 'T-1' }), 'T-1')).toBe(own);
    expect(consentTo(plans({ reactivate: ['jane@example.com'] }, [used]), declares({ reactivate: 'T-1' }), 'T-9')).toBe(
      own,
    );
  });

  test('an unused text in code is used before a name given for the run', () => {
    expect(consentTo(asked('jane@example.com'), declares({ reactivate: 'T-1' }), undefined)).toBe('T-1');
  });

  test.each<[string, Values, Partial<Match>, string | undefined]>([
    ['under the same name in any case', {}, {}, undefined],
    ['under another name, with the same id', { userName: 'jd@x' }, { live: { id: '1' } as RemoteObject }, undefined],
    ['by somebody else', { userName: 'tom@x' }, { live: { id: '2' } as RemoteObject }, 'T-1'],
  ])('a text that was used at any time %s', (_, values, more, consent) => {
    const match = declares({ ...values, reactivate: 'T-1' }, more);
    expect(consentTo(plans({}, [{ ...used, consent: 'T-0' }, used]), match, 'T-9')).toBe(consent);
  });

  test('without a text or a name there is no consent', () => {
    expect(consentTo(silent, declares(), undefined)).toBeUndefined();
    expect(consentTo(silent, declares(), 'T-1')).toBeUndefined();
    expect(consentTo(asked('tom@x'), declares(), undefined)).toBeUndefined();
    expect(consentTo(asked(), declares(), undefined)).toBeUndefined();
  });
});

describe('refuseRecreation', () => {
  const gone = { deletedOutOfBand: true, owned: { reactivated: 'T-1' } } as Partial<Match>;
  const refusal =
    (match: Match, planning = silent) =>
    () =>
      refuseRecreation(planning, match);

  test('refuses without consent, and with a used one', () => {
    expect(refusal(declares({}, gone))).toThrow(
      expect.objectContaining({
        code: 'consent_missing',
        message: 'the user was deleted outside of code and is not created again without consent',
        remedy: [{ kind: 'consent', account: 'Jane@example.com' }],
      }),
    );
    expect(refusal(declares({ reactivate: 'T-1' }, gone))).toThrow('without consent');
    expect(refusal(declares({}, { deletedOutOfBand: true }))).toThrow('without consent');
  });

  test('allows it with consent', () => {
    expect(refusal(declares({ reactivate: 'T-2' }, gone))).not.toThrow();
    expect(refusal(declares({}, gone), asked('jane@example.com'))).not.toThrow();
  });

  test('needs no consent for objects that cannot log in, and none for new objects', () => {
    expect(refusal(declares({}, gone, 'group'))).not.toThrow();
    expect(refusal(declares({}, gone, 'container-permission'))).not.toThrow();
    expect(refusal(declares({}, gone, 'role'))).not.toThrow();
    expect(refusal(declares())).not.toThrow();
  });
});
