import { describe, expect, test } from '@jest/globals';
import type { Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { consentTo, refuseRecreation } from './consent.js';
import type { Match, Planning } from './planning.js';

const asked = (...reactivate: string[]) => ({ input: { reactivate } }) as unknown as Planning;
const silent = { input: {} } as unknown as Planning;
const declares = (values: Values = {}, more: Partial<Match> = {}, kind = 'user') =>
  ({
    declaration: { values: { userName: 'Jane@example.com', ...values } },
    resource: resourceOf(kind),
    ...more,
  }) as unknown as Match;

describe('consent is given', () => {
  test('by a text in code that was not spent before', () => {
    const match = declares({ reactivate: 'T-1' });
    expect(consentTo(silent, match, undefined)).toBe('T-1');
    expect(consentTo(silent, match, 'T-0')).toBe('T-1');
    expect(consentTo(silent, match, 'T-1')).toBeUndefined();
  });

  test('by the name on the command line, in any case, even where the text was spent', () => {
    expect(consentTo(asked('tom@x', 'JANE@EXAMPLE.COM'), declares(), undefined)).toBe('command line');
    expect(consentTo(asked('jane@example.com'), declares({ reactivate: 'T-1' }), 'T-1')).toBe('T-1');
  });

  test('by nobody where neither speaks of the account', () => {
    expect(consentTo(silent, declares(), undefined)).toBeUndefined();
    expect(consentTo(silent, declares(), 'T-1')).toBeUndefined();
    expect(consentTo(asked('tom@x'), declares(), undefined)).toBeUndefined();
    expect(consentTo(asked(), declares(), undefined)).toBeUndefined();
  });
});

describe('what was deleted outside of code', () => {
  const gone = { vanished: true, owned: { reactivated: 'T-1' } } as Partial<Match>;
  const refusal =
    (match: Match, planning = silent) =>
    () =>
      refuseRecreation(planning, match);

  test('is not made again without consent, be it an old one', () => {
    expect(refusal(declares({}, gone))).toThrow(
      expect.objectContaining({
        code: 'consent_missing',
        message: 'the user was deleted outside of code and is not created again without consent',
        hint: expect.stringContaining('reactivate = "<ticket or date>" or --reactivate'),
      }),
    );
    expect(refusal(declares({ reactivate: 'T-1' }, gone))).toThrow('without consent');
    expect(refusal(declares({}, { vanished: true }))).toThrow('without consent');
  });

  test('is made again with consent', () => {
    expect(refusal(declares({ reactivate: 'T-2' }, gone))).not.toThrow();
    expect(refusal(declares({}, gone), asked('jane@example.com'))).not.toThrow();
  });

  test('needs none where nobody logs in with it, and none where it is only new', () => {
    expect(refusal(declares({}, gone, 'group'))).not.toThrow();
    expect(refusal(declares({}, gone, 'container-permission'))).not.toThrow();
    expect(refusal(declares({}, gone, 'role'))).not.toThrow();
    expect(refusal(declares())).not.toThrow();
  });
});
