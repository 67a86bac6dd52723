import { type Difference, diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { onRemovalOf } from '../model/owned-object.js';
import type { Operation, ResourceChange } from '../model/plan.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { homeValues } from '../read/home-values.js';
import { loadWithActiveState } from '../read/load-object.js';
import { managedLists } from '../read/memberships.js';
import { memberLists } from '../resources/edges.js';
import { buildChange } from './build-change.js';
import { consentOf, consentTo, consentToRecreate } from './consent.js';
import {
  correlationOf,
  keyDeciding,
  noteKeyChange,
  refuseForeignUpdate,
  refuseHiddenKey,
  withRequired,
} from './external-id.js';
import { refuseHiddenMembers } from './hidden-members.js';
import type { Match, PlanContext } from './plan-context.js';

/** Adds to the plan what one declaration takes: a create, an update, a take-over or nothing. */
export async function planDeclared(planning: PlanContext, match: Match): Promise<void> {
  const { declaration, resource, resolved } = match;
  if (declaration.lookup || !resolved) return;
  if (!match.live) {
    reportDeleted(planning, match);
    const change = buildChange(planning, match, 'create', withRequired(planning, match, resolved), []);
    planning.changes.push(withConsent(change, consentToRecreate(planning, match)));
    return;
  }
  const managed = withoutIgnored(match, resolved);
  const { live, values } = await loadManaged(planning, match, managed);
  match.live = live;
  const { desired, reactivated } = reactivation(planning, match, managed, values);
  const differences = diff(resource, desired, values);
  const touched = differences.map(({ attribute }) => attribute);
  const key = await keyDeciding(planning, resource, live, touched);
  if (differences.length > 0) await refuseHiddenKey(planning, resource, live, match.owned, managed);
  refuseForeignUpdate(match, managed, values, key, differences);
  refuseEmptying(match, desired, differences);
  await reportUnmanagedMembers(planning, match, differences);
  const operation = decide(planning, match, desired, differences, reactivated !== undefined, values);
  noteKeyChange(planning, match, differences);
  const change = buildChange(planning, match, operation, desired, differences, { ...values, ...key });
  planning.changes.push(withConsent(change, reactivated));
}

/** The step by which an account comes back names the consent that it uses. */
function withConsent(change: ResourceChange, reactivated: string | undefined): ResourceChange {
  return reactivated === undefined ? change : { ...change, delinea: { ...change.delinea, reactivated } };
}

function reportDeleted({ findings }: PlanContext, { declaration, resource, owned }: Match): void {
  if (!owned) return;
  findings.push({
    level: 'drift',
    code: 'deleted_out_of_band',
    address: declaration.address,
    message: `the ${resource.type} was ${isEdge(resource) ? 'revoked' : 'deleted'} outside of code; it is ${isEdge(resource) ? 'given' : 'created'} again`,
  });
}

function withoutIgnored({ declaration }: Match, resolved: Values): Values {
  const { ignoreChanges } = declaration;
  if (ignoreChanges === 'all') return {};
  return Object.fromEntries(Object.entries(resolved).filter(([name]) => !ignoreChanges.includes(name)));
}

/** The live values that the declaration speaks of; asks for the object where its list left them out. */
async function loadManaged(planning: PlanContext, match: Match, managed: Values) {
  const { resource } = match;
  const found = match.live!;
  if (isEdge(resource)) return { live: found, values: found.values };
  const { surface } = planning.tenant.collection(resource.type);
  const names = Object.keys(managed);
  // A partial list leaves out attributes that the object has, so an attribute declared empty has to be loaded as well.
  const missing = surface.partialLists ? names.filter((name) => found.values[name] === undefined) : [];
  const lists = match.owned ? managedLists(match.owned, names) : [];
  const live = await loadWithActiveState(planning, resource, found, [...missing, ...lists]);
  const values = await homeValues(planning, resource.type, live, Object.keys(managed));
  refuseHiddenMembers(planning, match.owned, values, Object.keys(managed));
  return { live, values };
}

/**
 * Whether a disabled account may be enabled. Without consent it stays as it is: found so outside of code it is drift,
 * asked for in code it is an error of this object alone.
 */
function reactivation(
  planning: PlanContext,
  match: Match,
  managed: Values,
  live: Values,
): { desired: Values; reactivated?: string } {
  const { declaration, resource } = match;
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return { desired: managed };
  const inactive = diff(resource, removal.inactive, live).length === 0;
  const wantedSo =
    diff(resource, removal.inactive, managed).length === 0 &&
    Object.keys(removal.inactive).every((name) => managed[name] !== undefined);
  if (!inactive || wantedSo) return { desired: managed };
  const name = String(declaration.values[resource.key[0]!]);
  const reactivated = consentTo(planning, match, match.owned?.reactivated);
  if (reactivated !== undefined) return { desired: { ...managed, ...removal.active }, reactivated };
  const hint = `Consent with reactivate = "<ticket or date>" or --reactivate ${name}.`;
  const insisted = Object.keys(removal.inactive).some((attribute) => managed[attribute] !== undefined);
  if (insisted || (planning.input.owned !== undefined && !match.owned)) {
    throw new DelineaError('consent_missing', `${name} is disabled in the tenant and is not enabled without consent`, {
      hint,
    });
  }
  planning.findings.push({
    level: 'drift',
    code: 'disabled_out_of_band',
    address: declaration.address,
    message: `${name} was disabled outside of code; it stays disabled`,
    hint,
  });
  return { desired: managed };
}

/** Members that neither code nor any run of ours has put in. They leave with the update; who they were is said. */
async function reportUnmanagedMembers(
  planning: PlanContext,
  match: Match,
  differences: readonly Difference[],
): Promise<void> {
  const { declaration, resource, owned } = match;
  if (!owned) return;
  for (const name of memberLists(resource)) {
    const difference = differences.find(({ attribute }) => attribute === name);
    const wanted = new Set((difference?.after as readonly unknown[] | undefined) ?? []);
    const ours = new Set(owned.managedMembers?.[name]);
    const intruders = ((difference?.before as readonly string[] | null | undefined) ?? []).filter(
      (id) => !wanted.has(id) && !ours.has(id),
    );
    if (intruders.length === 0) continue;
    const names = intruders.map(async (id) => {
      await planning.translator.load(attributeOf(resource, name).refersTo, id);
      return planning.translator.nameOf(id) ?? id;
    });
    planning.findings.push({
      level: 'drift',
      code: 'added_out_of_band',
      address: declaration.address,
      message: `${(await Promise.all(names)).sort().join(', ')} in ${declaration.values[resource.key[0]!]}: added outside of code; removed again`,
      hint: 'Declare whoever shall stay.',
    });
  }
}

function refuseEmptying({ declaration, resource }: Match, desired: Values, differences: readonly Difference[]): void {
  if (declaration.values.allowEmpty === true) return;
  for (const { attribute } of differences) {
    const { type, refersTo } = attributeOf(resource, attribute);
    if (type !== 'strings' || refersTo.length === 0 || !isCleared(desired[attribute])) continue;
    throw new DelineaError('guarded', `${attribute} = [] would empty the ${resource.type}`, {
      path: `${declaration.address}.${attribute}`,
      hint: 'Write allowEmpty = true to mean it, or leave the attribute out to not manage it.',
    });
  }
}

/** What to do with a live object: ours is changed, another's is taken over when it is equal, and refused otherwise. */
function decide(
  planning: PlanContext,
  match: Match,
  desired: Values,
  differences: readonly Difference[],
  reactivation: boolean,
  live: Values,
): Operation {
  const { declaration, resource, owned } = match;
  const { wire } = planning.tenant.collection(resource.type);
  const change: Operation = reactivation ? 'reactivate' : wire.recreate ? 'replace' : 'update';
  const equal = differences.length === 0;
  if (planning.input.owned === undefined) {
    if (!equal) return change;
    planning.findings.push({
      level: 'note',
      code: 'found_not_ours',
      address: declaration.address,
      message: 'found, not ours',
    });
    return 'none';
  }
  if (owned) return equal ? recordOrNone(planning, match, owned, desired) : change;
  if (equal) return 'adopt';
  const inactive =
    resource.removal?.verb === 'deactivate' && diff(resource, resource.removal.inactive, live).length === 0;
  const onlyRenamed = match.renamed === true && differences.every(({ attribute }) => resource.key.includes(attribute));
  const alive = resource.removal?.verb === 'deactivate' ? (resource.removal.active ?? {}) : {};
  const onlyEnabled = reactivation && differences.every(({ attribute }) => attribute in alive);
  const claimed =
    onlyEnabled || declaration.importId !== undefined || declaration.values.adopt === 'always' || onlyRenamed;
  if (claimed || isEdge(resource) || (inactive && !consentNeeded(resource))) return change;
  const names = differences.map(({ attribute }) => snakeCase(attribute)).join(', ');
  throw new DelineaError('not_ours', `exists already, is not ours and differs in ${names}`, {
    hint: `Take it over with importFrom("${match.live?.id}") on the construct or adopt = "always", or write down what is live.`,
  });
}

function consentNeeded(resource: Resource): boolean {
  return resource.removal?.verb === 'deactivate' && resource.removal.active !== undefined;
}

function recordOrNone(
  planning: PlanContext,
  match: Match,
  owned: NonNullable<Match['owned']>,
  desired: Values,
): Operation {
  const { declaration, resource } = match;
  const sameKey = isEdge(resource) || resource.key.every((name) => owned.key[name] === match.live?.values[name]);
  const same =
    owned.address === (declaration.setAddress ?? declaration.address) &&
    sameKey &&
    owned.id === match.live?.id &&
    owned.onRemoval === onRemovalOf(resource, declaration.values) &&
    holdsTheSame(match, owned) &&
    owned.reactivated === consentOf(planning, match) &&
    owned.correlation === correlationOf(match, desired);
  return same ? 'none' : 'record';
}

/** Whether the ledger knows the members that code has now. */
function holdsTheSame(
  { resource, resolved, declaration }: Match,
  { managedMembers }: NonNullable<Match['owned']>,
): boolean {
  return memberLists(resource).every((name) => {
    const { ignoreChanges } = declaration;
    const wanted = ignoreChanges === 'all' || ignoreChanges.includes(name) ? undefined : resolved?.[name];
    if (!Array.isArray(wanted)) return managedMembers?.[name] === undefined;
    return (
      [...wanted].sort().join() === [...(managedMembers?.[name] ?? [])].join() && managedMembers?.[name] !== undefined
    );
  });
}
