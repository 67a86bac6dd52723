import { expect } from '@jest/globals';
import fc from 'fast-check';
import { accessAfter } from '../../../src/provider/access/access-after.js';
import { EffectiveAccess, type HeldGrant, HOLDER } from '../../../src/provider/access/effective-access.js';
import { type AccessObject, isUsable, type TenantAccess } from '../../../src/provider/access/tenant-access.js';
import { gatherEvidence } from '../../../src/provider/guard/evidence.js';
import { lossesOf } from '../../../src/provider/guard/losses.js';
import { regainedAccess } from '../../../src/provider/guard/regained-access.js';
import { connect, type Step } from '../../../src/provider/index.js';
import { readRemainingAccess } from '../../../src/provider/offboard/remaining-access.js';
import { openReader } from '../../../src/provider/read/tenant-reader.js';
import { liveAccess } from '../assert/effective-access.js';
import { type AccessTenant, accessTenants } from '../generate/access-tenant.js';
import { openWorkbench } from '../tenant/workbench.js';

/** The role that must keep an active holder, as effective access names it. */
const ROLE = 'auditor';

const keyOf = ({ kind, id }: AccessObject) => `${kind} ${id}`;

/** Expects guards, regained access and off-boarding to agree with effective access on random tenants and steps. */
export async function checkAgreement(numRuns: number, seed: number): Promise<void> {
  const seen = { orphans: 0, losses: 0, regained: 0 };
  const property = fc.asyncProperty(accessTenants, async (drawn) => {
    const found = await checkTenant(drawn);
    for (const name of ['orphans', 'losses', 'regained'] as const) seen[name] += found[name];
  });
  await fc.assert(property, { numRuns, seed, endOnFailure: true });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 6);
}

async function checkTenant({ data, inherits, draws }: AccessTenant) {
  const bench = await openWorkbench({
    data,
    provider: { adminRoles: [ROLE], ...(inherits ? { profile: 'secret-server' } : {}) },
  });
  try {
    const live = await liveAccess(bench);
    const steps = drawSteps(live, draws);
    const before = new EffectiveAccess(live);
    const after = new EffectiveAccess(accessAfter(live, steps));
    const tenant = await connect(bench.settings, bench.sim.env);

    const evidence = await gatherEvidence(openReader(tenant), steps);
    // A role has the name that the tenant shows.
    const orphans = evidence.orphans.map(({ kind, id }) =>
      keyOf({ kind, id: kind === 'role' ? id.toLowerCase() : id }),
    );
    expect(orphans.sort()).toEqual(expectedOrphans(before, after, steps));

    for (const [group, people] of Object.entries(evidence.behind ?? {})) {
      const inside = live.principals.filter(
        (each) => each.kind === 'user' && before.groupsAround(each).some(({ at }) => keyOf(at) === group),
      );
      expect([...people].sort()).toEqual(inside.map(keyOf).sort());
    }
    const lost = lossesOf(steps, evidence).filter(({ group, kind }) => group !== undefined || kind === 'group');
    expect([...new Set(lost.flatMap(({ people }) => people))].sort()).toEqual(expectedLeavers(before, steps));

    const regained = await regainedAccess(openReader(tenant), steps);
    for (const [key, { paths }] of regained) {
      const account = steps.find((step) => step.key === key)!;
      expect(linesOf(paths)).toEqual(expectedPaths(after, { kind: 'user', id: account.id! }));
    }
    const accounts = live.principals.filter(({ kind }) => kind === 'user');
    const account = accounts[draws[0]! % accounts.length]!;
    const { paths, disabled } = await readRemainingAccess(tenant, account);
    expect(linesOf(paths)).toEqual(expectedPaths(before, account));
    expect(disabled).toBe(!isUsable(account));
    return { orphans: orphans.length, losses: lost.length, regained: regained.size };
  } finally {
    await bench.close();
  }
}

function linesOf(paths: readonly { label: string; through: readonly string[] }[]): string[] {
  return paths.map(({ label, through }) => `${label} (${through.length})`).sort();
}

/** Returns whether a grant is listed. Which folders are below that of a grant which the plan creates is not read for a plan. */
function isListed({ grant, scope }: HeldGrant): boolean {
  return !grant.id.startsWith('new ') || keyOf(grant.scope) === keyOf(scope);
}

function expectedPaths(access: EffectiveAccess, account: AccessObject): string[] {
  return [
    ...access.groupsAround(account).map(({ at, hops }) => `member of ${at.name} (${hops - 1})`),
    ...[...access.grantsReaching(account)].filter(isListed).map(({ grant, scope, holder }) => {
      const right = grant.rights.right === undefined ? '' : `${grant.rights.right} of ${holder.at.name} on `;
      return `${right}${scope.name}${right === '' ? ` of ${holder.at.name}` : ''} (${holder.hops})`;
    }),
  ].sort();
}

/** Returns the scopes that somebody active could govern, or that lose a holder themselves, and that nobody active can then. */
function expectedOrphans(before: EffectiveAccess, after: EffectiveAccess, steps: readonly Step[]): string[] {
  const isGoverned = (access: EffectiveAccess, scope: AccessObject) =>
    access.who(scope).some(({ right, principal }) => ['Owner', HOLDER].includes(right) && isUsable(principal));
  const losesEdge = (scope: AccessObject) =>
    steps.some(
      ({ operation, before: { container, role, right = 'Owner' } }) =>
        ['revoke', 'replace'].includes(operation) && [container, role].includes(scope.id) && right === 'Owner',
    );
  return after.scopes
    .filter(({ kind, id, inherits }) => (kind === 'role' ? id === ROLE : !inherits))
    .filter((scope) => !isGoverned(after, scope) && (isGoverned(before, scope) || losesEdge(scope)))
    .map(keyOf)
    .sort();
}

/** Returns the accounts that leave groups: in groups that go, and members, or in groups that are members, that are removed. */
function expectedLeavers(before: EffectiveAccess, steps: readonly Step[]): string[] {
  const gone = new Set(
    steps.filter(({ operation }) => operation === 'deactivate').map((step) => `${step.kind} ${step.id}`),
  );
  const leaving = steps.flatMap((step) => {
    if (step.kind !== 'group') return [];
    if (step.operation === 'deactivate') return [`group ${step.id}`];
    const kept = step.desired.members as readonly string[];
    return (step.before.members as readonly string[])
      .filter((id) => !kept.includes(id))
      .map((id) => keyOf(before.principals.find((each) => each.id === id)!))
      .filter((key) => !gone.has(key));
  });
  return before.principals
    .filter(({ kind }) => kind === 'user')
    .filter((each) =>
      [each, ...before.groupsAround(each).map(({ at }) => at)].some((at) => leaving.includes(keyOf(at))),
    )
    .map(keyOf)
    .sort();
}

/** Draws steps on objects of a tenant, at most one on each. */
function drawSteps(live: TenantAccess, draws: readonly number[]): Step[] {
  const steps = new Map<string, Step>();
  const users = live.principals.filter(({ kind }) => kind === 'user');
  const groups = live.principals.filter(({ kind }) => kind === 'group');
  const add = (step: Pick<Step, 'kind' | 'operation' | 'key'> & Partial<Step>) => {
    if (steps.has(step.key)) return;
    steps.set(step.key, { surface: '', label: step.key, desired: {}, before: {}, changed: [], after: [], ...step });
  };
  const inheriting = new Set(live.scopes.filter(({ inherits }) => inherits).map(keyOf));
  const own = live.grants.filter(({ scope }) => !inheriting.has(keyOf(scope)));
  for (const draw of draws) {
    const at = <T>(from: readonly T[]): T => from[Math.floor(draw / 6) % from.length]!;
    const [user, group] = [at(users), at(groups)];
    const members = (group.members ?? []).map(({ id }) => id);
    const grant = own.length > 0 ? at(own) : undefined;
    const scope = at(live.scopes.filter(({ kind }) => kind === 'container'));
    switch (draw % 6) {
      case 0:
        if (user.active) add({ ...user, key: keyOf(user), operation: 'deactivate', label: user.name });
        break;
      case 1:
        if (user.active) break;
        add({
          ...user,
          key: keyOf(user),
          operation: 'reactivate',
          label: user.name,
          desired: { active: true },
          changed: ['active'],
        });
        break;
      case 2:
        add({
          ...group,
          key: keyOf(group),
          operation: 'update',
          label: group.name,
          before: { members },
          desired: { members: members.filter((_, index) => index % 2 === (draw % 4) / 2) },
          changed: ['members'],
        });
        break;
      case 3:
        add({ ...group, key: keyOf(group), operation: 'deactivate', label: group.name, before: { members } });
        break;
      case 4:
        if (grant) {
          const { kind, id } = grant;
          const lowers = kind === 'container-permission' && draw % 4 === 0;
          add({
            kind,
            id,
            key: `${kind} ${id}`,
            operation: lowers ? 'replace' : 'revoke',
            before: valuesOf(grant),
            ...(lowers ? { desired: { ...valuesOf(grant), right: 'View' }, changed: ['right'] } : {}),
          });
        }
        break;
      default:
        if (live.grants.some((each) => keyOf(each.scope) === keyOf(scope) && keyOf(each.principal) === keyOf(user)))
          break;
        add({
          kind: 'container-permission',
          key: `new ${user.id} ${scope.id}`,
          operation: 'create',
          desired: { container: scope.id, principalType: 'user', principalId: user.id, right: 'Owner' },
        });
    }
  }
  return [...steps.values()];
}

function valuesOf({ kind, principal, scope, rights }: TenantAccess['grants'][number]): Step['before'] {
  const to = kind === 'role-binding' ? { role: scope.id } : { container: scope.id };
  return { ...to, principalType: principal.kind, principalId: principal.id, ...rights };
}
