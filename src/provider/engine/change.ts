import { DelineaError } from '../errors.js';
import { PROVIDER_ADDRESS, snakeCase, terraformType } from '../names.js';
import { attributeOf, isCleared, type Resource, type Values } from '../resource.js';
import { type Difference, diff, foldCase, isPending } from './diff.js';
import { homeValues } from './edges.js';
import type { Action, Operation, ResourceChange, Step } from './format.js';
import { isEdge, labelOf, type Match, type Planning } from './planning.js';

/** Adds to the plan what one declaration takes: a create, an update, a take-over or nothing. */
export async function planDeclared(planning: Planning, match: Match): Promise<void> {
  const { declaration, resource, resolved } = match;
  if (declaration.lookup || !resolved) return;
  if (!match.live) {
    refuseRecreation(match);
    noteVanished(planning, match);
    planning.changes.push(entry(planning, match, 'create', 'create', resolved, []));
    return;
  }
  const managed = withoutIgnored(match, resolved);
  const { live, values } = await readEnough(planning, match, managed);
  match.live = live;
  const { desired, reactivated } = revival(planning, match, managed, values);
  const differences = diff(resource, desired, values);
  refuseEmptying(match, desired, differences);
  const operation = decide(planning, match, differences, reactivated !== undefined, values);
  const action = operation === 'none' || operation === 'take over' || operation === 'record' ? 'no-op' : 'update';
  const change = entry(planning, match, action, operation, desired, differences, values);
  planning.changes.push(
    reactivated === undefined ? change : { ...change, delinea: { ...change.delinea, reactivated } },
  );
}

function refuseRecreation({ declaration, resource, vanished, owned }: Match): void {
  if (!vanished || resource.removal?.verb !== 'deactivate' || !resource.removal.alive) return;
  const consent = declaration.values['reactivate'];
  if (consent !== undefined && consent !== owned?.reactivated) return;
  throw new DelineaError(
    'consent_missing',
    `the ${resource.type} was deleted outside of code and is not created again without consent`,
    {
      hint: 'Remove the declaration, or consent with reactivate = "<ticket or date>".',
    },
  );
}

function noteVanished({ findings }: Planning, { declaration, resource, owned }: Match): void {
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
async function readEnough(planning: Planning, match: Match, managed: Values) {
  const { resource } = match;
  let live = match.live!;
  if (isEdge(resource)) return { live, values: live.values };
  const { surface } = planning.tenant.collection(resource.type);
  const missing = Object.keys(managed).filter((name) => live.values[name] === undefined && !isCleared(managed[name]));
  if (missing.length > 0 && surface.leanLists) live = await planning.snapshot.view(resource.type).filled(live, missing);
  return { live, values: await homeValues(planning, resource.type, live, Object.keys(managed)) };
}

/**
 * Whether a disabled account may be enabled. Without consent it stays as it is: found so outside of code it is drift,
 * asked for in code it is an error of this object alone.
 */
function revival(
  planning: Planning,
  match: Match,
  managed: Values,
  live: Values,
): { desired: Values; reactivated?: string } {
  const { declaration, resource } = match;
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.alive) return { desired: managed };
  const inactive = diff(resource, removal.to, live).length === 0;
  const wantedSo =
    diff(resource, removal.to, managed).length === 0 &&
    Object.keys(removal.to).every((name) => managed[name] !== undefined);
  if (!inactive || wantedSo) return { desired: managed };
  const name = String(declaration.values[resource.key[0]!]);
  const written = declaration.values['reactivate'] as string | undefined;
  const asked = (planning.input.reactivate ?? []).some((wanted) => foldCase(wanted) === foldCase(name));
  if (asked) return { desired: { ...managed, ...removal.alive }, reactivated: written ?? 'command line' };
  if (written !== undefined && written !== match.owned?.reactivated) {
    return { desired: { ...managed, ...removal.alive }, reactivated: written };
  }
  const hint = `Consent with reactivate = "<ticket or date>" or --reactivate ${name}.`;
  const insisted = Object.keys(removal.to).some((attribute) => managed[attribute] !== undefined);
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

function refuseEmptying({ declaration, resource }: Match, desired: Values, differences: readonly Difference[]): void {
  if (declaration.values['allowEmpty'] === true) return;
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
  planning: Planning,
  match: Match,
  differences: readonly Difference[],
  reactivation: boolean,
  live: Values,
): Operation {
  const { declaration, resource, owned } = match;
  const { wire } = planning.tenant.collection(resource.type);
  const change: Operation = reactivation ? 'reactivate' : wire.recreate ? 'regrant' : 'update';
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
  if (owned) return equal ? recordOrNone(match, owned) : change;
  if (equal) return 'take over';
  const inactive = resource.removal?.verb === 'deactivate' && diff(resource, resource.removal.to, live).length === 0;
  const onlyRenamed = match.renamed === true && differences.every(({ attribute }) => resource.key.includes(attribute));
  const claimed = declaration.importId !== undefined || declaration.values['adopt'] === 'always' || onlyRenamed;
  if (claimed || isEdge(resource) || (inactive && !consentNeeded(resource))) return change;
  const names = differences.map(({ attribute }) => snakeCase(attribute)).join(', ');
  throw new DelineaError('not_ours', `exists already, is not ours and differs in ${names}`, {
    hint: `Take it over with import { to = ${declaration.address} id = "${match.live?.id}" } or adopt = "always", or write down what is live.`,
  });
}

function consentNeeded(resource: Resource): boolean {
  return resource.removal?.verb === 'deactivate' && resource.removal.alive !== undefined;
}

function recordOrNone(match: Match, owned: NonNullable<Match['owned']>): Operation {
  const { declaration, resource } = match;
  const sameKey = isEdge(resource) || resource.key.every((name) => owned.key[name] === match.live?.values[name]);
  const same =
    owned.address === declaration.address &&
    sameKey &&
    owned.id === match.live?.id &&
    owned.onRemoval === settingOf(match) &&
    owned.reactivated === consentOf(match);
  return same ? 'none' : 'record';
}

/** The consent in code, spent by this very plan, or else the one spent before: an old text must not work later. */
function consentOf({ declaration, owned }: Match): string | undefined {
  return (declaration.values['reactivate'] as string | undefined) ?? owned?.reactivated;
}

/** `onRemoval`, where it is not the default: what the ledger must remember beyond the declaration. */
function settingOf({ declaration, resource }: Match): string | undefined {
  const preset = resource.attributes.find(({ name }) => name === 'onRemoval')?.default;
  const value = declaration.values['onRemoval'];
  return value === undefined || value === preset ? undefined : String(value);
}

function entry(
  planning: Planning,
  match: Match,
  action: Action,
  operation: Operation,
  desired: Values,
  differences: readonly Difference[],
  live: Values = {},
): ResourceChange {
  const { declaration, resource, owned } = match;
  const shown = [...new Set([...resource.key, ...Object.keys(desired)])];
  const before = match.live ? { id: match.live.id, ...pick(live, shown) } : null;
  const spelled = Object.fromEntries(
    Object.keys(desired).map((name) => [name, spelling(planning, match, name, desired[name], live[name])]),
  );
  const after = {
    ...(match.live && !(operation === 'regrant') ? { id: match.live.id } : {}),
    ...settingsOf(match),
    ...(before ? pick(live, shown) : {}),
    ...spelled,
  };
  const known = Object.fromEntries(Object.entries(after).map(([name, value]) => [name, withoutPending(value)]));
  const unknown = Object.fromEntries(
    Object.entries(after).flatMap(([name, value]) =>
      hasPending(value) ? [[snakeCase(name), unknownPart(value)]] : [],
    ),
  );
  const step: Step = {
    key: declaration.address,
    kind: resource.type,
    surface: planning.tenant.home(resource.type).name,
    operation,
    label: labelOf(resource.type, { ...live, ...desired, ...nameSource(match) }, (_, value) => nameOf(planning, value)),
    id: match.live?.id,
    desired: Object.fromEntries(Object.entries(desired).map(([name, value]) => [name, toReferences(value)])),
    before: pick(live, [...new Set([...resource.key, ...differences.map(({ attribute }) => attribute)])]),
    changed: differences.map(({ attribute }) => attribute),
    after: [],
    onRemoval: settingOf(match),
    reactivated: consentOf(match),
  };
  const takenOver = match.live && !owned && planning.input.owned !== undefined;
  return {
    address: declaration.address,
    mode: 'managed',
    type: terraformType(resource.type),
    name: declaration.address.split('.').slice(1).join('.'),
    provider_name: PROVIDER_ADDRESS,
    ...(owned && owned.address !== declaration.address ? { previous_address: owned.address } : {}),
    change: {
      actions: [action],
      before:
        before &&
        snakeKeys({ ...before, ...(action === 'no-op' ? known : {}), ...sameSpelling(differences, before, known) }),
      after: snakeKeys(known),
      after_unknown: { ...(match.live && operation !== 'regrant' ? {} : { id: true }), ...unknown },
      before_sensitive: before ? {} : false,
      after_sensitive: {},
      ...(takenOver ? { importing: { id: match.live!.id } } : {}),
    },
    delinea: step,
  };
}

/** Attributes that are equal are shown as they are written in code, whatever the tenant's spelling. */
function sameSpelling(differences: readonly Difference[], before: Values, after: Values): Values {
  const changed = new Set(differences.map(({ attribute }) => attribute));
  return Object.fromEntries(Object.entries(after).filter(([name]) => name in before && !changed.has(name)));
}

/** A container is written in code by name or path and compared by id: the plan shows what is written. */
function spelling(planning: Planning, match: Match, name: string, value: unknown, live: unknown): unknown {
  const { refersTo } = attributeOf(match.resource, name);
  const byName = refersTo.some((kind) => planning.tenant.collection(kind).resource.namedBy);
  const written = match.declaration.values[name];
  return byName && typeof written === 'string' ? written : (value ?? live);
}

function nameSource({ declaration, resource }: Match): Values {
  return Object.fromEntries(
    resource.key
      .filter((name) => typeof declaration.values[name] === 'string' && resource.key.length === 1)
      .map((name) => [name, declaration.values[name]]),
  );
}

function settingsOf({ declaration, resource }: Match): Values {
  const settings = resource.attributes
    .filter(({ setting, sensitive }) => setting && !sensitive)
    .map(({ name }) => name);
  return pick(declaration.values, settings);
}

function nameOf(planning: Planning, value: unknown): string {
  if (!isPending(value)) return planning.identity.nameOf(String(value)) ?? String(value);
  const target = planning.matches.get(value.pending);
  return target ? String(target.declaration.values[target.resource.key[0]!]) : value.pending;
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

function hasPending(value: unknown): boolean {
  return isPending(value) || (Array.isArray(value) && value.some(isPending));
}

function withoutPending(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (isPending(item) ? null : item));
  return isPending(value) ? null : value;
}

function unknownPart(value: unknown): unknown {
  return Array.isArray(value) ? value.map(isPending) : true;
}

function toReferences(value: unknown): unknown {
  if (isPending(value)) return { ref: value.pending, attribute: 'id' };
  return Array.isArray(value) ? value.map(toReferences) : value;
}

/** Attribute names as Terraform writes them, inner fields included. */
export function snakeKeys(value: Values): Values {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      snakeCase(name),
      Array.isArray(inner) ? inner.map((item: unknown) => (isPlain(item) ? snakeKeys(item) : item)) : inner,
    ]),
  );
}

function isPlain(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
