import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Diagnosis } from '../../src/provider/index.js';
import { openProject, type Project, type ProjectOptions } from '../support/cli/project.js';

let project: Project;
/** Closing searches the output for secrets. */
afterEach(() => project.close());

const data = {
  users: [{ userName: 'jane@example.com' }],
  groups: [{ displayName: 'sre', members: ['jane@example.com'] }],
  roles: ['Auditor'],
  containers: ['prod', 'stage', 'web'],
};

const open = async (options: ProjectOptions = {}) => {
  project = await openProject({ data, ...options });
};

const symptom = z.enum(['unreachable', 'absent', 'denied', 'forbidden', 'failing', 'kept elsewhere', 'unusable']);
const report = z.strictObject({
  command: z.literal('doctor'),
  tenant: z.url(),
  surfaces: z.array(
    z.strictObject({
      surface: z.string(),
      title: z.string(),
      url: z.url().optional(),
      state: z.union([z.enum(['works', 'unset']), symptom]),
      reachable: z.boolean().optional(),
      accepted: z.boolean().optional(),
      unset: z.array(z.array(z.string().regex(/^DELINEA_[A-Z_]+$/))),
      needs: z.string(),
      scope: z.string().optional(),
      seen: z.array(
        z.strictObject({
          kind: z.string(),
          total: z.int(),
          owned: z.int().optional(),
          page: z.strictObject({ requested: z.int(), returned: z.int(), honoured: z.boolean() }),
        }),
      ),
      features: z
        .strictObject({
          patch: z.boolean().optional(),
          filter: z.boolean().optional(),
          bulk: z.boolean().optional(),
          maxResults: z.int().optional(),
        })
        .optional(),
      problems: z.array(
        z.strictObject({
          what: z.string(),
          symptom,
          code: z.string().optional(),
          message: z.string(),
          cause: z.string().optional(),
          fix: z.string().optional(),
        }),
      ),
      unread: z.array(z.string()),
    }),
  ),
  profiles: z.array(z.strictObject({ profile: z.string(), fits: z.boolean(), missing: z.array(z.string()) })),
  recommended: z
    .strictObject({
      profile: z.string(),
      code: z.record(z.string(), z.string()),
      variables: z.array(z.strictObject({ name: z.string(), value: z.string().optional() })),
    })
    .optional(),
});

/** Runs `doctor --json`, checks the form of its output, and that nothing was written. */
async function diagnosed(env: NodeJS.ProcessEnv = {}) {
  const before = readdirSync(project.folder);
  const { code, out, writes } = await project.runWith(env, 'doctor', '--json');
  expect([writes, readdirSync(project.folder)]).toEqual([0, before]);
  const masked = JSON.parse(out.replaceAll('<tenant>', 'http://tenant')) as Diagnosis;
  report.parse(masked);
  const states = Object.fromEntries(masked.surfaces.map(({ surface, state }) => [surface, state]));
  const fitting = masked.profiles.flatMap(({ profile, fits }) => (fits ? [profile] : []));
  return { code, states, fitting, ...masked };
}

/** The requests of the last run that failed, by the credential or token URL that they used. */
function failures(): Record<string, number> {
  const longest: Record<string, number> = {};
  const current: Record<string, number> = {};
  for (const { path, surface, status } of project.sim.log) {
    const service = surface === 'token' || surface === 'none' ? path.replace(/\/\w+$/, '') : surface;
    current[service] = status >= 200 && status < 300 ? 0 : (current[service] ?? 0) + 1;
    longest[service] = Math.max(longest[service] ?? 0, current[service]);
  }
  return longest;
}

const tokens = () => project.sim.log.filter(({ surface }) => surface === 'token').map(({ path }) => path);
const ALL_UNSET = Object.fromEntries(
  ['CLIENT_ID', 'CLIENT_SECRET', 'SCIM_TOKEN', 'SCIM_CLIENT_ID', 'SCIM_CLIENT_SECRET', 'CONNECTOR_TOKEN']
    .concat(['SECRET_SERVER_USER', 'SECRET_SERVER_PASSWORD', 'SECRET_SERVER_SCIM_TOKEN'])
    .map((name) => [`DELINEA_${name}`, '']),
);

describe('doctor: a whole tenant', () => {
  test('without a stack: shows what the account may see, and the settings to paste, without secrets', async () => {
    await open();
    const { code, out } = await project.run('doctor');
    expect(code).toBe(0);
    expect(out).toMatch(/^platform-rest +works +accepted +1 +1 +\d+ +-$/m);
    expect(out).toMatch(/^scim-cloud +works +accepted +1 +1 +- +3 \(3 owned\)$/m);
    expect(out).toContain('  supports: patch yes, filter yes, bulk no; at most 100 results\n');
    expect(out).toContain('  page size: 1000, honoured\n');
    expect(out).toContain('provider "delinea" {\n  url     = "<tenant>"\n  profile = "platform"\n}\n');
    expect(out).toContain('export DELINEA_CLIENT_ID=delinea-iac\n# DELINEA_CLIENT_SECRET: a secret,');
    expect(project.leaks()).toEqual([]);
  });

  test('its settings give the same result', async () => {
    await open({ provider: { surfaces: [{ name: 'scim-cloud', idSpace: 'own' }] } });
    const { recommended } = await diagnosed();
    const printed = recommended!.variables.map(({ name, value }) => [name, value ?? project.sim.env[name]]);
    const env = Object.fromEntries(
      printed.map(([name, value]) => [name, value?.replaceAll('http://tenant', project.sim.url)]),
    );
    expect(env.DELINEA_SURFACES).toContain('own');
    const none = Object.fromEntries(Object.keys(project.sim.env).map((name) => [name, '']));
    const again = await diagnosed({ ...none, DELINEA_SURFACES: '', ...env });
    expect(again).toMatchObject({ code: 0, fitting: ['platform', 'platform-identity', 'scim-cloud'], recommended });
  });

  test('reads only the first page of each list, with the read scope', async () => {
    await open({ seedUsers: 250 });
    const { surfaces } = await diagnosed();
    const users = surfaces.flatMap(({ seen }) => seen.filter(({ kind }) => kind === 'user'));
    expect(new Set(users.map(({ total }) => total))).toEqual(new Set([251]));
    expect(project.sim.log.filter(({ query }) => /skip=[1-9]|startIndex=(?!1&)/.test(query))).toEqual([]);
    const scopes = project.sim.log.flatMap(({ scope }) => scope ?? []);
    expect(scopes).toEqual(['delinea:api:read', 'xpmheadless', 'xpm.platform']);
  });

  test('a smaller page than requested is shown', async () => {
    await open({ seedUsers: 250, faults: { faults: [{ kind: 'shortPages', path: '^/scim/v2/Users' }] } });
    const { out } = await project.run('doctor');
    expect(out).toContain('page size: 100 requested, 50 of 251 users returned');
  });
});

describe('doctor: a tenant of which a part works', () => {
  test.each([
    ['404', { kind: 'status', status: 404 }, 'absent'],
    ['a proxy page', { kind: 'html502' }, 'failing'],
    ['a broken connection', { kind: 'resetBefore' }, 'unreachable'],
    ['503', { kind: 'status', status: 503 }, 'failing'],
  ] as const)('SCIM: %s: another profile fits', async (_, fault, state) => {
    await open({ faults: { faults: [{ ...fault, path: '^/scim/' }] } });
    const found = await diagnosed();
    expect(found.states).toMatchObject({
      'platform-rest': 'works',
      'platform-scim': state,
      'scim-cloud': state,
      'secret-server': 'works',
    });
    expect(found).toMatchObject({
      code: 0,
      fitting: ['platform-identity', 'secret-server', 'scim-connector'],
      recommended: { profile: 'secret-server' },
    });
    expect(Math.max(...Object.values(failures()))).toBe(1);
    const { out } = await project.run('doctor');
    expect(out.includes('likely: SSO (SAML or OIDC) is off')).toBe(state === 'absent');
    expect(out.includes('private preview, which is not enabled')).toBe(state === 'absent');
    expect(out).toContain('platform: does not fit, without platform-scim, scim-cloud\n');
  });

  test('no Platform: Secret Server and the connector are examined', async () => {
    await open();
    const { code, states, fitting, surfaces, recommended } = await diagnosed({ DELINEA_URL: '' });
    expect(states).toMatchObject({ 'platform-rest': 'unset', 'scim-cloud': 'unset', 'secret-server': 'works' });
    expect(surfaces[0]!.unset).toEqual([['DELINEA_TENANT']]);
    expect({ code, fitting }).toEqual({ code: 0, fitting: ['secret-server', 'scim-connector'] });
    expect(recommended!.code).toEqual({ profile: 'secret-server', secretServerUrl: 'http://tenant/SecretServer' });
    project.declare({ delinea_user: { tom: { user_name: 'tom' } } });
    const { out } = await project.runWith({ DELINEA_URL: '', DELINEA_PROFILE: 'secret-server' }, 'plan');
    expect(out).toContain('Plan: 1 to add');
  });

  test('every request fails: exit code 5, and one request to each service', async () => {
    await open({ faults: { faults: [{ kind: 'status', status: 500 }] } });
    const found = await diagnosed();
    expect(found).toMatchObject({ code: 5, fitting: [] });
    expect(found.recommended).toBeUndefined();
    expect(project.sim.log).toHaveLength(7);
  });

  test('all lists are forbidden: at most four failing requests in a row to one service', async () => {
    await open({ faults: { faults: [{ kind: 'status', status: 403, path: '^(?!.*token)' }] } });
    const found = await diagnosed();
    expect(found).toMatchObject({ code: 5, fitting: [] });
    expect(Math.max(...Object.values(failures()))).toBeLessThanOrEqual(4);
    expect(found.surfaces.flatMap(({ problems }) => problems.map(({ fix }) => fix))).not.toContain(undefined);
  });

  test('unified tenant: the users and groups of Secret Server are kept elsewhere, and the Platform is recommended', async () => {
    await open({ secretServer: 'mirror' });
    const { surfaces, fitting, recommended } = await diagnosed();
    expect(surfaces.find(({ surface }) => surface === 'secret-server')!.problems).toMatchObject([
      {
        symptom: 'kept elsewhere',
        message: 'another product keeps 1 of the first 1 users (externalUserSource: Platform)',
        cause: expect.stringContaining('In a unified tenant this is the Platform'),
      },
      { symptom: 'kept elsewhere', message: expect.stringContaining('groups (isPlatform: true)') },
    ]);
    expect(fitting).toEqual(['platform', 'platform-identity', 'scim-cloud', 'secret-server', 'scim-connector']);
    expect(recommended!.profile).toBe('platform');
  });
});

describe('doctor: credentials', () => {
  test('denied: no token is requested twice', async () => {
    await open();
    const wrong = Object.fromEntries(
      ['CLIENT_SECRET', 'SCIM_TOKEN', 'SCIM_CLIENT_SECRET', 'SECRET_SERVER_PASSWORD']
        .concat(['SECRET_SERVER_SCIM_TOKEN', 'CONNECTOR_TOKEN'])
        .map((name) => [`DELINEA_${name}`, 'a-wrong-secret']),
    );
    const found = await diagnosed(wrong);
    expect(found).toMatchObject({ code: 5, fitting: [] });
    expect(new Set(found.surfaces.map(({ state, accepted }) => `${state} ${accepted}`))).toEqual(
      new Set(['denied false']),
    );
    expect(tokens()).toEqual([
      '/identity/connect/token',
      '/identity/api/oauth2/token/xpmplatform', // xpmheadless
      '/identity/api/oauth2/token/xpmplatform', // xpm.platform, another account
      '/SecretServer/oauth2/token',
    ]);
    expect((await project.runWith(wrong, 'doctor')).out).not.toContain('a-wrong-secret');
  });

  test('denied: an account that two surfaces use at one token URL with one scope is denied once', async () => {
    await open();
    const own = { DELINEA_CLIENT_SECRET: 'a-wrong-secret', DELINEA_SCIM_CLIENT_ID: '', DELINEA_SCIM_CLIENT_SECRET: '' };
    const found = await diagnosed({ ...ALL_UNSET, DELINEA_CLIENT_ID: 'delinea-iac', ...own });
    expect(found.states).toMatchObject({ 'platform-identity': 'denied', 'secret-server': 'denied' });
    const headless = project.sim.log.filter(({ scope }) => scope === 'xpmheadless');
    expect(headless).toHaveLength(1);
  });

  test('unset: nothing is sent, and the variables are named', async () => {
    await open();
    const found = await diagnosed(ALL_UNSET);
    expect(found).toMatchObject({ code: 1, fitting: [] });
    expect(new Set(Object.values(found.states))).toEqual(new Set(['unset']));
    expect(project.sim.log).toEqual([]);
    const { out } = await project.runWith(ALL_UNSET, 'doctor');
    expect(out).toContain('  set: DELINEA_SCIM_TOKEN\n  needs: the Enterprise plan with SSO active\n');
    expect(out).toContain('set: DELINEA_SECRET_SERVER_USER and DELINEA_SECRET_SERVER_PASSWORD; or ');
    expect(out).toContain('No profile fits.');
  });
});

describe('doctor: settings of a stack', () => {
  test('a profile that is not configured does not end the command', async () => {
    await open();
    project.declare({}, { provider: { delinea: [{ profile: 'scim-connector' }] } });
    expect((await diagnosed()).code).toBe(0);
  });

  test('a host that the environment does not name gets no request', async () => {
    await open();
    project.declare({}, { provider: { delinea: [{ url: 'https://elsewhere.example' }] } });
    const { code, err } = await project.run('doctor');
    expect([code, err]).toEqual([1, expect.stringContaining('elsewhere.example')]);
    expect(project.sim.log).toEqual([]);
  });
});
