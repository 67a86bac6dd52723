import { expect, test } from '@jest/globals';
import type { Diagnosis, Examination } from '../../provider/index.js';
import { diagnosisText } from './diagnosis-text.js';
import { plain } from './paint.js';

const works: Examination = {
  surface: 'platform-rest',
  title: 'Platform REST',
  url: 'https://acme.delinea.app/api/v1',
  state: 'works',
  reachable: true,
  accepted: true,
  unset: [],
  needs: 'an API client',
  scope: 'delinea:api:read',
  seen: [{ kind: 'user', total: 150, owned: undefined, page: { requested: 100, returned: 25, honoured: false } }],
  features: undefined,
  problems: [
    { what: 'role list', symptom: 'absent', code: 'wrong_surface', message: 'role list: gone', fix: 'Use another.' },
  ],
  unread: [],
};
const unset: Examination = {
  ...works,
  surface: 'secret-server',
  title: 'Secret Server REST',
  url: undefined,
  state: 'unset',
  reachable: undefined,
  accepted: undefined,
  unset: [['DELINEA_A', 'DELINEA_B'], ['DELINEA_C']],
  scope: undefined,
  seen: [],
  problems: [],
};
const diagnosis: Diagnosis = {
  tenant: 'https://acme.delinea.app',
  surfaces: [works, unset],
  profiles: [
    { profile: 'platform', fits: true, missing: [] },
    { profile: 'secret-server', fits: false, missing: ['secret-server'] },
  ],
  recommended: {
    profile: 'platform',
    code: { url: 'https://acme.delinea.app', secretServerUrl: 'https://x/${evil}' },
    variables: [
      { name: 'DELINEA_CLIENT_ID', value: 'my client' },
      { name: 'DELINEA_CLIENT_SECRET', value: undefined },
    ],
  },
};

test('diagnosisText: a table, the reasons, the profiles and the settings to paste', () => {
  expect(diagnosisText(diagnosis, plain)).toBe(`APIs of https://acme.delinea.app

API            State  Credentials  users
platform-rest  works  accepted     150
secret-server  unset  -            -

Platform REST (platform-rest): https://acme.delinea.app/api/v1
  scope: delinea:api:read
  page size: 100 requested, 25 of 150 users returned; lists take more requests
  absent: role list: gone
    do: Use another.

Secret Server REST (secret-server)
  set: DELINEA_A and DELINEA_B; or DELINEA_C
  needs: an API client

1 profile of 2 can be used.
  platform: fits
  secret-server: does not fit, without secret-server

Provider block for platform:
provider "delinea" {
  url               = "https://acme.delinea.app"
  secret_server_url = "https://x/\\u0024{evil}"
}

Environment:
export DELINEA_CLIENT_ID="my client"
# DELINEA_CLIENT_SECRET: a secret, or its file in DELINEA_CLIENT_SECRET_FILE
`);
});

test('diagnosisText: problems with one cause show it once', () => {
  const problem = { what: 'x', symptom: 'forbidden', code: 'forbidden', cause: 'No role.', fix: 'Add one.' } as const;
  const problems = ['users', 'groups'].map((message) => ({ ...problem, message }));
  const text = diagnosisText({ ...diagnosis, surfaces: [{ ...works, problems }] }, plain);
  expect(text).toContain('  forbidden: users\n  forbidden: groups\n    likely: No role.\n    do: Add one.\n');
});

test('diagnosisText: no profile fits: no settings', () => {
  const none = { ...diagnosis, profiles: diagnosis.profiles.slice(1), recommended: undefined };
  const text = diagnosisText(none, plain);
  expect(text).toMatch(/No profile fits\.\n {2}secret-server: does not fit, without secret-server\n$/);
});

test('diagnosisText: a text of the service is one line without hidden characters', () => {
  const [problem] = works.problems;
  const hostile = { ...works, problems: [{ ...problem!, message: 'a\n::error::b\u001b[2J' }] };
  expect(diagnosisText({ ...diagnosis, surfaces: [hostile] }, plain)).toContain(
    'absent: a\\n\\u003a:error::b\\u001b[2J\n',
  );
});
