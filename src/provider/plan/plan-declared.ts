import { isDeepStrictEqual } from 'node:util';
import { type Difference, diff, differingNames, isInactive } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { type OwnedObject, onRemovalOf } from '../model/owned-object.js';
import type { Operation, ResourceChange } from '../model/plan.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { isCleared, pick, type Values } from '../model/values.js';
import {
  isPart,
  requireChangeable,
  requireCreatable,
  requireKeptHere,
  requireParts,
  withoutCreateOnly,
} from '../model/wire.js';
import { homeValues } from '../read/home-values.js';
import { loadWithActiveState, loadWithStatusIfShown } from '../read/load-object.js';
import { memberLists } from '../resources/edge-words.js';
import type { Surface } from '../settings/surfaces.js';
import { checkEdgeAdoption, isAdopting } from './adopt-edges.js';
import { isIgnored } from './authoritative-sets.js';
import { buildChange } from './build-change.js';
import { consentOf, consentToRecreate, declaredName, needsConsent } from './consent.js';
import {
  correlationOf,
  keyDeciding,
  noteKeyChange,
  refuseForeignUpdate,
  refuseHiddenKey,
  withRequired,
} from './correlation-key.js';
import { refuseHiddenEdge, refuseHiddenManaged } from './hidden-members.js';
import { endInheritance } from './inherited-edges.js';
import { requireScopeKeptHere } from './kept-scope.js';
import { refuseHandOver } from './name-claims.js';
import type { Match, PlanContext } from './plan-context.js';
import { decidesStatus, reactivation } from './reactivation.js';
import { settingsIn } from './recorded-settings.js';

/** Plans one declaration: adds a create, an update, an adoption or an entry without a change to the plan. */
export async function planDeclared(context: PlanContext, match: Match): Promise<void> {
  const { declaration, resource, resolved } = match;
  if (declaration.lookup || !resolved) return;
  if (!match.live) {
    if (match.owned) await refuseHiddenEdge(context, match.owned);
    reportDeleted(context, match);
    await requireScopeKeptHere(context, resource, resolved);
    requireCreatable(context.tenant.collection(resource.type).wire, resolved, declaration.address);
    const created = { ...withRequired(context, match, resolved), ...(await endingInheritance(context, match)) };
    const change = buildChange(context, match, 'create', created, []);
    context.changes.push(withConsent(change, consentToRecreate(context, match)));
    return;
  }
  const { wire, surface } = context.tenant.collection(resource.type);
  const declared = Object.keys(resolved).filter((name) => !isIgnored(declaration, name));
  const managed = withoutCreateOnly(wire, pick(resolved, declared));
  const { live, values } = await loadManaged(context, match, managed);
  match.live = live;
  const { desired, reactivated } = reactivation(context, match, managed, values);
  const differences = diff(resource, desired, values);
  const touched = differences.map(({ attribute }) => attribute);
  const label = `${resource.type} ${values[resource.key[0]!]}`;
  requireParts(wire, live, Object.keys(managed), label);
  if (!wire.recreate) requireChangeable(wire, live, touched, label);
  if (touched.length > 0) requireUpdates(surface, resource, label);
  if (differences.length > 0) requireKeptHere(wire, live, label);
  const sent = differences.length > 0 ? await endingInheritance(context, match) : {};
  const key = await keyDeciding(context, resource, live, touched);
  if (differences.length > 0) await refuseHiddenKey(context, resource, live, match.owned, managed);
  refuseForeignUpdate(context, match, managed, values, key, differences);
  if (touched.includes(resource.key[0]!)) refuseHandOver(match);
  refuseEmptying(match, desired, differences);
  await reportUnmanagedMembers(context, match, differences);
  const operation = decide(context, match, desired, differences, reactivated !== undefined, values);
  noteKeyChange(context, match, differences);
  const change = buildChange(context, match, operation, { ...desired, ...sent }, differences, {
    ...values,
    ...key,
  });
  context.changes.push(withConsent(change, reactivated));
}

/** @throws DelineaError `immutable` on a surface that has no call for a change */
function requireUpdates({ serves, title }: Surface, { type }: Resource, label: string): void {
  if (!serves[type]?.createOnly) return;
  throw new DelineaError('immutable', `${label}: the ${title} has no call that changes a ${type}`, {
    hint: 'Change it in the tenant, then in code; or route the kind to a surface that has one.',
  });
}

/** Returns the settings that go with a write in a scope that inherits its edges. @throws DelineaError `guarded` */
async function endingInheritance(context: PlanContext, { resource, resolved, declaration }: Match): Promise<Values> {
  if (!isEdge(resource)) return {};
  const { address, setAddress = address, values } = declaration;
  return endInheritance(context, setAddress, resource, resolved!, values);
}

/** Records on the step that enables an account which consent it uses. */
function withConsent(change: ResourceChange, reactivated: string | undefined): ResourceChange {
  return reactivated === undefined ? change : { ...change, delinea: { ...change.delinea, reactivated } };
}

function reportDeleted({ findings }: PlanContext, { declaration, resource, owned }: Match): void {
  if (!owned) return;
  findings.push({
    level: 'drift',
    code: 'deleted_out_of_band',
    address: declaration.address,
    message: `the ${resource.type} was ${isEdge(resource) ? 'revoked' : 'deleted'} outside of code; the next apply creates it again`,
  });
}

/** Returns the live object and its values in home ids; reads the object itself if the list omits a managed attribute. */
async function loadManaged(context: PlanContext, match: Match, managed: Values) {
  const { resource } = match;
  const found = match.live!;
  if (isEdge(resource)) return { live: found, values: found.values };
  const { surface, wire } = context.tenant.collection(resource.type);
  const names = Object.keys(managed);
  // Also read attributes that are declared as empty: if a list omits them, they may still have values.
  const missing = names.filter(
    (name) => found.values[name] === undefined && (surface.partialLists || isPart(wire, name, found.values)),
  );
  // A list of members is never concluded from a list of groups: RFC 7643 §7 lets a service leave it out there.
  const lists = memberLists(resource).filter((name) => names.includes(name));
  const load = decidesStatus(context, match, managed) ? loadWithStatusIfShown : loadWithActiveState;
  const live = await load(context, resource, found, [...missing, ...lists]);
  const values = await homeValues(context, resource.type, live, names);
  refuseHiddenManaged(context, match.owned, values, names);
  return { live, values };
}

/** Reports the names of members that were added outside of code. The update removes them. */
async function reportUnmanagedMembers(
  context: PlanContext,
  match: Match,
  differences: readonly Difference[],
): Promise<void> {
  const { declaration, resource, owned } = match;
  if (!owned) return;
  for (const name of memberLists(resource)) {
    const difference = differences.find(({ attribute }) => attribute === name);
    const managed = new Set([
      ...((difference?.after as unknown[] | undefined) ?? []),
      ...(owned.managedMembers?.[name] ?? []),
    ]);
    const live = (difference?.before as readonly string[] | null | undefined) ?? [];
    const unmanaged = live.filter((id) => !managed.has(id));
    if (unmanaged.length === 0) continue;
    const names = unmanaged.map(async (id) => {
      const kinds = attributeOf(resource, name).refersTo;
      await context.translator.load({ kinds, id });
      return context.translator.nameOf(kinds, id) ?? id;
    });
    // The ledger knows who was in the list only if an earlier apply managed it.
    const isRecorded = owned.managedMembers?.[name] !== undefined;
    context.findings.push({
      level: 'drift',
      code: isRecorded ? 'added_out_of_band' : 'not_in_code',
      address: declaration.address,
      message: `${(await Promise.all(names)).sort().join(', ')} in ${declaredName(match)}: ${isRecorded ? 'added outside of' : 'not in'} code; the next apply removes them`,
      hint: `To keep them, add them to ${snakeCase(name)}.`,
    });
  }
}

/** Refuses an update that empties a list of references unless the code allows it. @throws DelineaError `guarded` */
function refuseEmptying({ declaration, resource }: Match, desired: Values, differences: readonly Difference[]): void {
  if (declaration.values.allowEmpty === true) return;
  for (const { attribute } of differences) {
    const { type, refersTo } = attributeOf(resource, attribute);
    if (type !== 'strings' || refersTo.length === 0 || !isCleared(desired[attribute])) continue;
    const name = snakeCase(attribute);
    throw new DelineaError('guarded', `${name} = [] would empty the ${resource.type}`, {
      path: `${declaration.address}.${name}`,
      hint: `To leave the ${name} to others, leave the attribute out. To empty the ${resource.type}, consent in code.`,
      remedy: { kind: 'set', attribute: 'allowEmpty', value: true, on: 'resource' },
    });
  }
}

/**
 * Chooses the operation for a live object. An owned object is updated. An unmanaged object is adopted if it equals the
 * declaration, and refused otherwise.
 * @throws DelineaError `not_ours`
 */
function decide(
  context: PlanContext,
  match: Match,
  desired: Values,
  differences: readonly Difference[],
  isReactivation: boolean,
  live: Values,
): Operation {
  const { declaration, resource, owned } = match;
  const { wire } = context.tenant.collection(resource.type);
  const change: Operation = isReactivation ? 'reactivate' : wire.recreate ? 'replace' : 'update';
  const isEqual = differences.length === 0;
  if (owned) return isEqual ? withoutWrite(context, match, owned, desired) : change;
  if (isEqual) return 'adopt';
  if (isEdge(resource)) {
    checkEdgeAdoption(context, match, differences, live);
    return change;
  }
  const only = (names: readonly string[]) => differences.every(({ attribute }) => names.includes(attribute));
  const isOnlyRenamed = match.renamed === true && only(resource.key);
  const { removal } = resource;
  const isOnlyEnabled = isReactivation && removal?.verb === 'deactivate' && only(Object.keys(removal.active ?? {}));
  const isChosen = isOnlyEnabled || isAdopting(declaration) || isOnlyRenamed;
  const isHarmless = isInactive(resource, live) && !needsConsent(resource);
  if (isChosen || isHarmless) return change;
  throw new DelineaError('not_ours', `exists already, is not managed and differs in ${differingNames(differences)}`, {
    hint: 'Declare the live values, or adopt the object to change it.',
    remedy: { kind: 'adopt', resource: resource.type, id: match.live!.id },
  });
}

/** Returns `configure` or `record` when only the settings or the ledger's entry of an unchanged object have to change. */
function withoutWrite(context: PlanContext, match: Match, owned: OwnedObject, desired: Values): Operation {
  const { declaration, resource, live } = match;
  const { settings, settingChanges } = settingsIn(context, match);
  if (settingChanges) return 'configure';
  const sameKey =
    isEdge(resource) || resource.key.every((name) => (owned.key[name] || null) === (live?.values[name] || null));
  const isRecorded =
    owned.address === (declaration.setAddress ?? declaration.address) &&
    sameKey &&
    owned.id === live?.id &&
    owned.onRemoval === onRemovalOf(resource, declaration.values) &&
    isDeepStrictEqual(owned.settings, settings) &&
    hasSameMembers(match, owned) &&
    owned.reactivated === consentOf(context, match) &&
    owned.correlation === correlationOf(context, match, desired);
  return isRecorded ? 'none' : 'record';
}

/** Returns whether the ledger records the members that the code declares now. */
function hasSameMembers({ resource, resolved, declaration }: Match, { managedMembers = {} }: OwnedObject): boolean {
  return memberLists(resource).every((name) => {
    const declared = isIgnored(declaration, name) ? undefined : resolved?.[name];
    const recorded = managedMembers[name];
    if (!Array.isArray(declared)) return recorded === undefined;
    return recorded !== undefined && [...declared].sort().join() === recorded.join();
  });
}
