import { DelineaError, DelineaErrors } from '../errors.js';
import { attributeOf, kindsMeant } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import { fieldsOf } from '../wire.js';
import { accessOf } from './access.js';
import { planDeclared } from './change.js';
import { checkDeclarations, type Declaration, isReference, type OwnedObject, referencesIn } from './declaration.js';
import { foldCase, keyText } from './diff.js';
import { liveDirectory } from './directory.js';
import { matchEdges } from './edges.js';
import { foldSets } from './fold-sets.js';
import type { Finding, GuardEvidence, Plan, ResourceChange, Step } from './format.js';
import { checkGuards } from './guards.js';
import { findUndeclared, findUnmanaged } from './holders.js';
import { Identity } from './identity.js';
import { gatherEvidence, isGift, lossesInNeed } from './keepers.js';
import { stepsOf } from './losses.js';
import { matchObjects, movedOwned } from './match.js';
import { plannedDirectory } from './planned.js';
import { attempt, type Match, objectKey, ownedKey, type PlanInput, type Planning, together } from './planning.js';
import { planRemovals } from './removal.js';
import { inlineLiterals, resolveAll } from './resolve.js';
import { revokeUndeclared } from './revoke-undeclared.js';
import { expandSets, resolveSets } from './sets.js';
import { checkSight } from './sight.js';
import { Snapshot } from './snapshot.js';
import { consentSpentBy, SpentConsents } from './spent-consents.js';

/**
 * Compares what is declared with what is live and says what an apply would do. Writes nothing. A fault of one object
 * leaves that object out and is reported in the plan.
 * @throws DelineaError, DelineaErrors for faults that concern everything: bad declarations, what cannot be read.
 */
export async function makePlan(tenant: Tenant, input: PlanInput): Promise<Plan> {
  const { plain: declarations, sets } = expandSets(inlineLiterals(checkDeclarations(input.declarations)));
  checkServed(tenant, declarations);
  const owned = movedOwned({ input });
  checkIdSpaces(tenant, owned);
  checkAsked(declarations, input);
  const snapshot = new Snapshot(tenant);
  const planning: Planning = {
    tenant,
    snapshot,
    identity: new Identity(snapshot),
    input,
    timestamp: new Date().toISOString(),
    spent: new SpentConsents([...(input.spent ?? []), ...owned.flatMap(consentSpentBy)]),
    matches: new Map(
      declarations.map((declaration) => [declaration.address, { declaration, resource: resourceOf(declaration.kind) }]),
    ),
    sets,
    ownedByAddress: new Map(owned.map((entry) => [entry.address, entry])),
    ownedById: new Map(owned.map((entry) => [ownedKey(resourceOf(entry.kind), entry.id, entry.key), entry])),
    ownedByName: new Map(
      owned.map((entry) => [objectKey(entry.kind, keyText(resourceOf(entry.kind), entry.key)), entry]),
    ),
    edges: new Map(),
    findings: [],
    changes: [],
  };
  if (input.owned === undefined) {
    const message =
      'there is no ledger yet (apply --init-ledger begins one): what was removed from code cannot be seen, and what is equal already is listed as found, not ours';
    planning.findings.push({ level: 'warning', code: 'no_ledger', message });
  }
  await matchObjects(planning);
  await resolveAll(planning).catch(async (error: unknown) => {
    // Folders that we lost sight of look like misspelt names: what narrowed is said first.
    await checkSight(planning, owned);
    throw error;
  });
  await resolveSets(planning);
  await matchEdges(planning);
  await checkSight(planning, owned);
  await prepareReferences(planning);
  const matches = [...planning.matches.values()];
  await together(matches, (match) => attempt(match, () => planDeclared(planning, match)));
  await planRemovals(planning, owned);
  await revokeUndeclared(planning);
  await findUndeclared(planning);
  foldSets(planning);
  const unmanaged = input.unmanaged ? await findUnmanaged(planning) : undefined;
  const evidence = await weigh(planning);
  const changes = order(planning.changes, planning);
  const findings = [...planning.findings, ...errorsOf([...matches, ...sets])].sort(byAddress);
  const plan: Plan = {
    format_version: '1.2',
    timestamp: planning.timestamp,
    applyable: changes.some(({ delinea }) => delinea.operation !== 'none'),
    complete: findings.every(({ level }) => level !== 'error'),
    errored: false,
    resource_changes: changes,
    delinea: {
      stack: input.stack,
      tenant: tenant.settings.url,
      ledger: input.owned !== undefined,
      findings,
      evidence,
      known: planning.identity.remembered(await namedIds(planning, changes)),
      ...(unmanaged ? { unmanaged } : {}),
      cost: { ...tenant.cost },
    },
  };
  return withRefusals(plan, tenant.settings.protectedPrincipals);
}

/** Looks at the whole: what comes alive with accounts that are enabled again, and what the guards must know. */
async function weigh(planning: Planning): Promise<GuardEvidence> {
  const steps = stepsOf({ resource_changes: planning.changes });
  const before = liveDirectory(planning);
  const after = plannedDirectory(before, steps, planning.identity);
  const notSeen = (message: string, address?: string) =>
    planning.findings.push({ level: 'warning', code: 'not_seen', address, message });
  for (const [index, change] of planning.changes.entries()) {
    const { operation, kind, id, label } = change.delinea;
    if (operation !== 'reactivate' || id === undefined) continue;
    const { paths, unseen } = await accessOf(planning, { kind, id }, after, steps);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, revives: paths } };
    for (const what of unseen) notSeen(`what comes alive with ${label} was not seen whole: ${what}`, change.address);
  }
  const evidence = await gatherEvidence(planning, steps, before);
  holdBack(planning, steps, await lossesInNeed(planning, steps, evidence, before));
  for (const message of evidence.unseen) notSeen(message);
  return evidence;
}

/** Lets what takes away wait for everything that the plan gives, without which it must not happen. */
function holdBack(planning: Planning, steps: readonly Step[], losses: ReadonlySet<string>): void {
  if (losses.size === 0) return;
  const gives = new Set(steps.filter(isGift).map(({ key }) => key));
  const keysOf = ({ delinea }: ResourceChange) => (delinea.parts ?? [delinea]).map(({ key }) => key);
  const giving = planning.changes.filter((change) => keysOf(change).some((key) => gives.has(key)));
  for (const [index, change] of planning.changes.entries()) {
    if (!keysOf(change).some((key) => losses.has(key))) continue;
    // A set gives before it takes, and what another gives is elsewhere: two of them would wait for each other.
    const needs = giving
      .filter((other) => other !== change && !(change.delinea.parts && other.delinea.parts))
      .map(({ delinea }) => delinea.key);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, needs: needs.sort() } };
  }
}

/** What an apply of this plan would be refused for stands in the plan, so that a reviewer sees it first. */
function withRefusals(plan: Plan, protectedNames: readonly string[]): Plan {
  const refusals = checkGuards(plan, protectedNames).map(
    ({ message }): Finding => ({
      level: 'warning',
      code: 'refused_by_guard',
      message: `apply will refuse: ${message}`,
    }),
  );
  if (refusals.length === 0) return plan;
  return { ...plan, delinea: { ...plan.delinea, findings: [...refusals, ...plan.delinea.findings] } };
}

/** Every declared kind and attribute has a place on the surface that serves it. */
function checkServed(tenant: Tenant, declarations: readonly Declaration[]): void {
  const errors = new Map<string, DelineaError>();
  for (const { address, kind, values, lookup } of declarations) {
    const { wire, surface, resource } = tenant.collection(kind);
    for (const { name, setting, computed } of resource.attributes) {
      if (lookup || setting || computed || values[name] === undefined || wire.element) continue;
      const steersAnother = resource.attributes.some(({ refersBy }) => refersBy === name);
      if (fieldsOf(wire, name).length > 0 || steersAnother) continue;
      errors.set(
        `${kind}.${name}`,
        new DelineaError('unserved', `the ${surface.title} has no ${name} for a ${kind}`, {
          path: `${address}.${name}`,
          hint: 'Leave the attribute out, or route the kind to a surface that has it.',
        }),
      );
    }
  }
  if (errors.size > 0) throw new DelineaErrors([...errors.values()]);
}

/** Ids of one surface mean others on another: a ledger made under another routing would name strangers. */
function checkIdSpaces(tenant: Tenant, owned: readonly OwnedObject[]): void {
  const { surfaces } = tenant.settings;
  for (const { address, kind, surface, ends = {}, key } of owned) {
    const held = [[kind, surface] as const];
    for (const [name, of] of Object.entries(ends)) {
      for (const meant of kindsMeant(attributeOf(resourceOf(kind), name), key)) held.push([meant, of]);
    }
    for (const [meant, of] of held) {
      const home = tenant.home(meant);
      if (surfaces[of]?.idSpace === home.idSpace) continue;
      throw new DelineaError('unserved', `the ledger holds ids of ${of}, and ${meant} is routed to ${home.name} now`, {
        path: address,
        hint: 'Route it back; or begin another ledger (--ledger, --init-ledger), which takes equal objects over.',
      });
    }
  }
}

/** A consent for somebody whom nobody declares is a slip of the pen. */
function checkAsked(declarations: readonly Declaration[], { reactivate = [] }: PlanInput): void {
  const names = new Set(
    declarations
      .filter(({ kind }) => resourceOf(kind).account)
      .map(({ kind, values }) => foldCase(values[resourceOf(kind).key[0]!])),
  );
  for (const name of reactivate) {
    if (names.has(foldCase(name))) continue;
    throw new DelineaError('unknown_name', `--reactivate ${name}: no account of that name is declared`, {
      hint: 'Correct the name, or declare the account.',
    });
  }
}

/** Ids in live objects that will be translated between surfaces, so that the cheaper way of reading is taken. */
async function prepareReferences(planning: Planning): Promise<void> {
  const ids = new Map<string, { kind: string; from: Match; ids: Set<string> }>();
  for (const match of planning.matches.values()) {
    for (const { name, refersTo } of match.resource.attributes) {
      const value = match.live?.values[name];
      if (!Array.isArray(value) || refersTo.length === 0 || match.resolved?.[name] === undefined) continue;
      for (const kind of refersTo) {
        const key = `${match.resource.type} ${kind}`;
        const entry = ids.get(key) ?? { kind, from: match, ids: new Set<string>() };
        for (const id of value as string[]) entry.ids.add(id);
        ids.set(key, entry);
      }
    }
  }
  await Promise.all(
    [...ids.values()].map(({ kind, from, ids: wanted }) =>
      planning.identity.prepare(kind, planning.tenant.home(from.resource.type), wanted.size),
    ),
  );
}

function errorsOf(matches: readonly Match[]): Finding[] {
  return matches.flatMap(({ error, declaration }) =>
    error
      ? [
          {
            level: 'error' as const,
            code: error.code,
            address: error.path ?? declaration.address,
            message: error.message,
            hint: error.hint,
          },
        ]
      : [],
  );
}

function byAddress(left: Finding, right: Finding): number {
  return (left.address ?? '').localeCompare(right.address ?? '') || left.message.localeCompare(right.message);
}

/** Adds to every step which others come first, in both directions: references before referrers, referrers' ends before what they let go. */
function order(changes: readonly ResourceChange[], planning: Planning): ResourceChange[] {
  const acting = changes.filter(
    ({ delinea }) => !['none', 'record', 'take over', 'forget'].includes(delinea.operation),
  );
  const keys = new Map(acting.map(({ address, deposed, delinea }) => [deposed ? delinea.key : address, delinea.key]));
  const sets = new Map(planning.sets.map((match) => [match.declaration.address, match]));
  const holding = new Map<string, string[]>();
  for (const { delinea } of acting) {
    for (const id of idsIn(delinea.before)) holding.set(id, [...(holding.get(id) ?? []), delinea.key]);
  }
  const sorted = [...changes].sort(
    (left, right) => left.address.localeCompare(right.address) || left.delinea.key.localeCompare(right.delinea.key),
  );
  return sorted.map((change) => {
    const { delinea } = change;
    const { declaration } = planning.matches.get(change.address) ?? sets.get(change.address) ?? {};
    const removal = change.change.actions.includes('delete');
    const wanted = removal
      ? (resourceOf(delinea.kind).setOf ? [] : (holding.get(delinea.id ?? '') ?? [])).filter(
          (key) => key !== delinea.key,
        )
      : [...referencesIn(declaration?.values).map(({ ref }) => ref), ...(declaration?.dependsOn ?? [])].flatMap(
          (address) => keys.get(address) ?? [],
        );
    return { ...change, delinea: { ...delinea, after: [...new Set([...wanted, ...(delinea.needs ?? [])])].sort() } };
  });
}

function idsIn(values: unknown): string[] {
  if (typeof values === 'string') return values === '' ? [] : [values];
  if (Array.isArray(values)) return values.flatMap(idsIn);
  if (isReference(values)) return [];
  return typeof values === 'object' && values !== null ? Object.values(values).flatMap(idsIn) : [];
}

/** The ids that changes speak of; those without a name yet are looked up, since people review names. */
async function namedIds(planning: Planning, changes: readonly ResourceChange[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const delinea of changes.flatMap(({ delinea: step }) => [step, ...(step.parts ?? [])])) {
    if (delinea.operation === 'none' || delinea.operation === 'record') continue;
    for (const attribute of resourceOf(delinea.kind).attributes) {
      if (attribute.refersTo.length === 0) continue;
      const kinds = kindsMeant(attribute, { ...delinea.before, ...delinea.desired });
      for (const id of [...idsIn(delinea.before[attribute.name]), ...idsIn(delinea.desired[attribute.name])]) {
        ids.add(id);
        await planning.identity.learn(kinds, id);
      }
    }
  }
  return [...ids];
}
