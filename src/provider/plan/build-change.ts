import type { Difference } from '../model/diff.js';
import { onRemovalOf } from '../model/owned-object.js';
import { ACTION_OF, type Operation, type ResourceChange } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { buildEntry } from './build-entry.js';
import { consentOf } from './consent.js';
import { correlationOf, decidingKey } from './correlation-key.js';
import { labelIn } from './label.js';
import type { Match, PlanContext } from './plan-context.js';
import { settingsIn } from './recorded-settings.js';

/**
 * Builds the plan entry of one declaration.
 * @param desired the managed values with ids of home surfaces, and with references for objects that do not exist yet
 * @param live the live values with ids of home surfaces; empty for a create
 */
export function buildChange(
  context: PlanContext,
  match: Match,
  operation: Operation,
  desired: Values,
  differences: readonly Difference[],
  live: Values = {},
): ResourceChange {
  const { declaration, resource, owned } = match;
  const { address, values } = declaration;
  const shown = [...new Set([...resource.key, ...Object.keys(desired)])];
  const before = match.live ? { id: match.live.id, ...pick(live, shown) } : null;
  const spelled = Object.keys(desired).map((name) => [
    name,
    asWritten(context, match, name) ?? desired[name] ?? live[name],
  ]);
  const after: Values = {
    ...(match.live && operation !== 'replace' ? { id: match.live.id } : {}),
    ...pick(values, settingNames(match)),
    ...(before ? pick(live, shown) : {}),
    ...Object.fromEntries(spelled),
  };
  const changed = differences.map(({ attribute }) => attribute);
  const key = decidingKey(resource, changed);
  const { settings, settingChanges, shownBefore } = settingsIn(context, match);
  const adopted = match.live && !owned ? match.live : undefined;
  return buildEntry(
    address,
    {
      key: address,
      kind: resource.type,
      surface: context.tenant.home(resource.type).name,
      operation,
      label: labelIn(context, resource.type, { ...live, ...desired, ...declaredNames(match) }),
      ...(match.live && !owned ? { unmanaged: true } : {}),
      id: match.live?.id,
      desired,
      before: pick(live, [...new Set([...resource.key, ...changed, ...(key === undefined ? [] : [key])])]),
      changed,
      settingChanges,
      settings,
      onRemoval: onRemovalOf(resource, values),
      reactivated: consentOf(context, match),
      correlation: correlationOf(context, match, desired),
    },
    { before: before && { ...before, ...shownBefore, ...unchangedIn(after, before, changed, operation) }, after },
    {
      ...(owned && owned.address !== address ? { previous_address: owned.address } : {}),
      ...(adopted ? { importing: { id: adopted.id } } : {}),
    },
  );
}

/** Returns the equal attributes as the code spells them, so that a difference in spelling does not show as a change. */
function unchangedIn(after: Values, before: Values, changed: readonly string[], operation: Operation): Values {
  if (ACTION_OF[operation] === 'no-op') return after;
  return Object.fromEntries(Object.entries(after).filter(([name]) => name in before && !changed.includes(name)));
}

/**
 * Returns a container as the code names it, by name or path. The plan compares ids, but a reviewer needs the text of
 * the code.
 */
function asWritten({ tenant }: PlanContext, { declaration, resource }: Match, name: string): string | undefined {
  const byName = attributeOf(resource, name).refersTo.some((kind) => tenant.collection(kind).resource.namedBy);
  const written = declaration.values[name];
  return byName && typeof written === 'string' ? written : undefined;
}

/** Returns the declared name, which wins over the live spelling in labels; nothing for kinds with several key attributes. */
function declaredNames({ declaration, resource: { key } }: Match): Values {
  const [name] = key;
  return key.length === 1 && typeof declaration.values[name!] === 'string' ? pick(declaration.values, [name!]) : {};
}

function settingNames({ resource }: Match): string[] {
  return resource.attributes.filter(({ setting, sensitive }) => setting && !sensitive).map(({ name }) => name);
}
