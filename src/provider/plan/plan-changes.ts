import type { Tenant } from '../api/tenant.js';
import { kindsMeant } from '../model/attribute.js';
import type { Declaration } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { type Finding, toFinding } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { runConcurrently } from '../read/run-concurrently.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { refuseBareNumbers } from '../resources/object-id.js';
import { keyOfOwned, recordedRefs } from '../resources/owned-key.js';
import { refuseUnadoptedSets } from './adopt-edges.js';
import { expandSets, resolveSets } from './authoritative-sets.js';
import { checkServed } from './check-served.js';
import { DuplicateIndex } from './duplicates.js';
import { matchEdges } from './match-edges.js';
import { matchObjects } from './match-objects.js';
import { catchObjectErrors, type PlanContext, type PlanInput } from './plan-context.js';
import { planDeclared } from './plan-declared.js';
import { planRemovals } from './plan-removed.js';
import { resolveAll } from './resolve-references.js';
import { revokeUndeclared } from './revoke-undeclared.js';
import { UsedConsents, usedConsentOf } from './used-consents.js';

/**
 * Creates the context in which checked declarations are planned. Sends no request.
 * @param owned entries of the ledger, or objects of a Terraform state
 * @throws DelineaErrors `unserved` for attributes that the surface does not have
 * @throws DelineaError `unserved` for recorded ids that belong to another routing or to an earlier version
 */
export function openPlanContext(
  reader: TenantReader,
  input: PlanInput,
  declared: readonly Declaration[],
  owned: readonly OwnedObject[],
): PlanContext {
  const { plain: declarations, sets } = expandSets(declared);
  checkServed(reader.tenant, declarations);
  for (const entry of owned) {
    checkIdSpaces(reader.tenant, entry);
    refuseBareNumbers(recordedRefs(entry), entry.address);
  }
  return {
    ...reader,
    input,
    timestamp: input.reviewed?.timestamp ?? new Date().toISOString(),
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
 * Plans every declaration, then the removal of owned objects that are no longer declared.
 * @param checkVisibility compares the objects that the run sees with the owned ones, before a missing object is taken
 * as deleted
 */
export async function planChanges(
  context: PlanContext,
  owned: readonly OwnedObject[],
  checkVisibility: () => Promise<void>,
): Promise<void> {
  await matchObjects(context);
  await resolveAll(context).catch(async (error: unknown) => {
    // A folder that the account no longer sees looks like a misspelt name: report the reduced visibility first.
    await checkVisibility();
    throw error;
  });
  await resolveSets(context);
  await matchEdges(context);
  await checkVisibility();
  await refuseUnadoptedSets(context);
  await prepareReferences(context);
  await runConcurrently(context.matches.values(), (match) =>
    catchObjectErrors(match, () => planDeclared(context, match)),
  );
  await planRemovals(context, owned);
  await revokeUndeclared(context);
}

function checkIdSpaces(tenant: Tenant, entry: OwnedObject): void {
  const other = foreignIds(tenant, entry);
  if (!other) return;
  const { kind, surface } = other;
  const { name } = tenant.home(kind);
  throw new DelineaError(
    'unserved',
    `the recorded ${kind} ids belong to ${surface}, but ${kind} is now routed to ${name}`,
    {
      path: entry.address,
      hint: `Route ${kind} to ${surface} again.`,
      remedy: { kind: 'recordAgain' },
    },
  );
}

/**
 * Finds an id of an entry from an id space other than that of the current home surface of its kind. There, the same id
 * would identify another object.
 */
export function foreignIds(
  tenant: Tenant,
  { kind, surface, endSurfaces = {}, key }: OwnedObject,
): { readonly kind: string; readonly surface: string } | undefined {
  const { surfaces } = tenant.settings;
  const ends = Object.entries(endSurfaces).flatMap(([name, end]) =>
    kindsMeant(attributeOf(resourceOf(kind), name), key).map((of) => ({ kind: of, surface: end })),
  );
  return [{ kind, surface }, ...ends].find((id) => surfaces[id.surface]?.idSpace !== tenant.home(id.kind).idSpace);
}

/**
 * Announces the ids in live lists that will be translated between surfaces, so that the translator can choose the
 * cheaper read.
 */
async function prepareReferences({ matches, tenant, translator }: PlanContext): Promise<void> {
  const lookups = [...matches.values()].flatMap(({ resource, live, resolved }) =>
    resource.attributes.flatMap(({ name, refersTo }) => {
      const ids = resolved?.[name] === undefined ? undefined : live?.values[name];
      if (!Array.isArray(ids)) return [];
      const surface = tenant.home(resource.type).name;
      return refersTo.flatMap((kind) => ids.map((id) => ({ kind, surface, id: String(id) })));
    }),
  );
  await translator.prepare(lookups);
}

/** Returns the errors of single declarations as findings of the plan. */
export function errorFindings({ matches, sets }: PlanContext): Finding[] {
  return [...matches.values(), ...sets].flatMap(({ error, declaration }) =>
    error ? [toFinding(error, declaration.address)] : [],
  );
}
