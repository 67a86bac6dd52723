import type { Tenant } from '../api/tenant.js';
import { kindsMeant } from '../model/attribute.js';
import type { Declaration } from '../model/declaration.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Finding } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { fieldsOf } from '../model/wire.js';
import { runConcurrently } from '../read/run-concurrently.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { expandSets, resolveSets } from './authoritative-sets.js';
import { DuplicateIndex } from './duplicates.js';
import { matchEdges } from './match-edges.js';
import { matchObjects } from './match-objects.js';
import { catchOwnErrors, type Match, type PlanContext, type PlanInput } from './plan-context.js';
import { planDeclared } from './plan-declared.js';
import { planRemovals } from './plan-removed.js';
import { resolveAll } from './resolve-references.js';
import { revokeUndeclared } from './revoke-undeclared.js';
import { UsedConsents, usedConsentOf } from './used-consents.js';

/**
 * Begins to plan declarations that were checked. Sends nothing.
 * @param owned the ledger's entries, or what a state says is ours
 * @throws DelineaErrors for what no surface serves, and for entries of another routing
 */
export function openPlanContext(
  reading: TenantReader,
  input: PlanInput,
  declared: readonly Declaration[],
  owned: readonly OwnedObject[],
): PlanContext {
  const { plain: declarations, sets } = expandSets(declared);
  checkServed(reading.tenant, declarations);
  checkIdSpaces(reading.tenant, owned);
  return {
    ...reading,
    input,
    timestamp: new Date().toISOString(),
    usedConsents: new UsedConsents([...(input.usedConsents ?? []), ...owned.flatMap(usedConsentOf)]),
    matches: new Map(
      declarations.map((declaration) => [declaration.address, { declaration, resource: resourceOf(declaration.kind) }]),
    ),
    sets,
    duplicates: new DuplicateIndex(),
    ownedByAddress: new Map(owned.map((entry) => [entry.address, entry])),
    ownedById: new Map(owned.map((entry) => [keyOfOwned(entry), entry])),
    ownedByName: new Map(owned.map((entry) => [nameKey(resourceOf(entry.kind), entry.key), entry])),
    findings: [],
    changes: [],
  };
}

/**
 * Finds what each declaration means and says what it takes; then what takes away what nobody declares any more.
 * @param look measures what the run can see against what is ours, once it is read and before anything is concluded
 */
export async function planChanges(
  planning: PlanContext,
  owned: readonly OwnedObject[],
  look: () => Promise<void>,
): Promise<void> {
  await matchObjects(planning);
  await resolveAll(planning).catch(async (error: unknown) => {
    // Folders that we lost sight of look like misspelt names: what narrowed is said first.
    await look();
    throw error;
  });
  await resolveSets(planning);
  await matchEdges(planning);
  await look();
  await prepareReferences(planning);
  await runConcurrently(planning.matches.values(), (match) =>
    catchOwnErrors(match, () => planDeclared(planning, match)),
  );
  await planRemovals(planning, owned);
  await revokeUndeclared(planning);
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
  for (const { address, kind, surface, endSurfaces = {}, key } of owned) {
    const held = [[kind, surface] as const];
    for (const [name, of] of Object.entries(endSurfaces)) {
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

/** Ids in live objects that will be translated between surfaces, so that the cheaper way of reading is taken. */
async function prepareReferences(planning: PlanContext): Promise<void> {
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
      planning.translator.prepare(kind, planning.tenant.home(from.resource.type), wanted.size),
    ),
  );
}

/** The faults of single declarations, as findings of the plan. */
export function errorFindings({ matches, sets }: PlanContext): Finding[] {
  return [...matches.values(), ...sets].flatMap(({ error, declaration }) =>
    error
      ? [
          {
            level: 'error' as const,
            code: error.code,
            address: error.path ?? declaration.address,
            message: error.message,
            hint: error.hint,
            ...(error.remedy.length > 0 ? { remedy: error.remedy } : {}),
          },
        ]
      : [],
  );
}
