import { type Difference, isPending } from '../model/diff.js';
import { snakeCase, snakeKeys } from '../model/names.js';
import { onRemovalOf } from '../model/owned-object.js';
import { ACTION_OF, addressFields, type Operation, type ResourceChange, type Step } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { labelOf } from '../resources/keys.js';
import { consentOf } from './consent.js';
import { correlationOf, decidingKey } from './external-id.js';
import type { Match, PlanContext } from './plan-context.js';

/** One entry of the plan: what Terraform's format shows, and the step beside it. */
export function buildChange(
  planning: PlanContext,
  match: Match,
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
    ...(match.live && !(operation === 'replace') ? { id: match.live.id } : {}),
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
  const changed = differences.map(({ attribute }) => attribute);
  const key = decidingKey(resource, changed);
  const step: Step = {
    key: declaration.address,
    kind: resource.type,
    surface: planning.tenant.home(resource.type).name,
    operation,
    label: labelOf(resource.type, { ...live, ...desired, ...nameSource(match) }, (_, value) => nameOf(planning, value)),
    id: match.live?.id,
    desired: Object.fromEntries(Object.entries(desired).map(([name, value]) => [name, toReferences(value)])),
    before: pick(live, [...new Set([...resource.key, ...changed, ...(key === undefined ? [] : [key])])]),
    changed,
    after: [],
    onRemoval: onRemovalOf(resource, declaration.values),
    reactivated: consentOf(planning, match),
    correlation: correlationOf(match, desired),
  };
  const takenOver = match.live && !owned && planning.input.owned !== undefined;
  return {
    ...addressFields(declaration.address, resource.type),
    ...(owned && owned.address !== declaration.address ? { previous_address: owned.address } : {}),
    change: {
      actions: [ACTION_OF[operation]],
      before:
        before &&
        snakeKeys({
          ...before,
          ...(ACTION_OF[operation] === 'no-op' ? known : {}),
          ...sameSpelling(differences, before, known),
        }),
      after: snakeKeys(known),
      after_unknown: { ...(match.live && operation !== 'replace' ? {} : { id: true }), ...unknown },
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
function spelling(planning: PlanContext, match: Match, name: string, value: unknown, live: unknown): unknown {
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

function nameOf(planning: PlanContext, value: unknown): string {
  if (!isPending(value)) return planning.translator.nameOf(String(value)) ?? String(value);
  const target = planning.matches.get(value.pending);
  return target ? String(target.declaration.values[target.resource.key[0]!]) : value.pending;
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
