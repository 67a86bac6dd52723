import { describe, expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from '../../provider/index.js';
import { SEVERITY } from '../protocol/messages.js';
import { readBlocks } from './blocks.js';
import { errorDiagnostics, redacted, warningDiagnostics } from './diagnostics.js';

const { resources, provider } = readBlocks();
const { type: user } = resources.get('delinea_user')!;
const { type: group } = resources.get('delinea_group')!;

const at = (path: string, type = user) =>
  errorDiagnostics(new DelineaError('stack_invalid', 'x', { path }), type)[0]?.attribute?.steps;

describe('error path', () => {
  test.each([
    ['delinea_user.jane.user_name', [{ attributeName: 'user_name' }]],
    ['delinea_user.jane.userName', [{ attributeName: 'user_name' }]],
    ['userName', [{ attributeName: 'user_name' }]],
    ['delinea_user.jane.emails[0].value', [{ attributeName: 'emails' }]],
  ])('%s: becomes steps without the address', (path, steps) => {
    expect(at(path)).toEqual(steps);
  });

  test('element of a set: ends at the set, which has no indexes', () => {
    expect(at('delinea_group.g.members[1]', group)).toEqual([{ attributeName: 'members' }]);
  });

  test.each(['delinea_user.jane', 'delinea_user.jane.nothing', 'ledger.json', ''])(
    '%j: has no steps when it is not an attribute',
    (path) => {
      expect(at(path)).toBeUndefined();
    },
  );

  test('missing path: the path of the caller is used', () => {
    const [diagnostic] = errorDiagnostics(new DelineaError('settings_invalid', 'x'), provider.type, ['clientId']);
    expect(diagnostic?.attribute?.steps).toEqual([{ attributeName: 'client_id' }]);
  });
});

describe('error', () => {
  test('summary and detail: the text is not rewritten, names of users included', () => {
    const error = new DelineaError('not_ours', 'userName exists', { hint: 'Rename userName or --reactivate it.' });
    expect(errorDiagnostics(error, user)).toEqual([
      { severity: SEVERITY.error, summary: 'userName exists', detail: 'Rename userName or --reactivate it.' },
    ]);
  });

  test('remedy: follows the hint', () => {
    const remedy = { kind: 'allowRemovals', count: 3 } as const;
    const [diagnostic] = errorDiagnostics(new DelineaError('guarded', 'x', { hint: 'Look first.', remedy }), user);
    expect(diagnostic?.detail).toMatch(
      /^Look first\. If this is intended, set DELINEA_ALLOW_REMOVALS=3 in the environment/,
    );
  });

  test('without hint and remedy: has no detail', () => {
    expect(errorDiagnostics(new DelineaError('guarded', 'x'), user)).toEqual([
      { severity: SEVERITY.error, summary: 'x' },
    ]);
  });

  test('several errors: one diagnostic each', () => {
    const errors = new DelineaErrors([new DelineaError('guarded', 'a'), new DelineaError('guarded', 'b')]);
    expect(errorDiagnostics(errors, user).map(({ summary }) => summary)).toEqual(['a', 'b']);
  });

  test('other exceptions: are rethrown', () => {
    expect(() => errorDiagnostics(new TypeError('bug'), user)).toThrow(TypeError);
  });
});

test('warnings: have the severity of a warning and their remedies', () => {
  const [diagnostic] = warningDiagnostics([{ message: 'x', remedy: [{ kind: 'moved', resource: 'user' }] }]);
  expect(diagnostic).toMatchObject({ severity: SEVERITY.warning, summary: 'x' });
  expect(diagnostic?.detail).toContain('moved {');
});

test('redaction: covers summary and detail', () => {
  const diagnostics = [{ summary: 'a s3cret', detail: 'the s3cret' }, { summary: 's3cret' }];
  expect(redacted(diagnostics, (text) => text.replace('s3cret', '***'))).toEqual([
    { summary: 'a ***', detail: 'the ***' },
    { summary: '***' },
  ]);
});
