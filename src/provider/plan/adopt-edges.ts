import { reducesRight } from '../guard/reductions.js';
import type { Declaration } from '../model/declaration.js';
import { type Difference, diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import { ownedKey } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Values } from '../model/values.js';
import { edgeLabel } from '../read/edges.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
import { edgeMatches, isIgnored, isManagedSet, isRetired, skipElements } from './authoritative-sets.js';
import { buildChange } from './build-change.js';
import { type AuthoritativeSet, catchObjectErrors, type Match, type PlanContext } from './plan-context.js';
import { undeclaredIn } from './revoke-undeclared.js';

/** Losses named in one error. */
const NAMED = 10;

/** Returns whether a declaration adopts an existing object or edge that differs. */
export function isAdopting({ importId, values }: Declaration): boolean {
  return importId !== undefined || values.adopt === 'always';
}

/**
 * Checks that an unmanaged edge loses nothing by its declaration, unless that adopts it, and reports the change. The
 * edges of an authoritative set were checked with their set.
 * @throws DelineaError `not_ours`
 */
export function checkEdgeAdoption(
  context: PlanContext,
  match: Match,
  differences: readonly Difference[],
  live: Values,
): void {
  const { declaration, resource } = match;
  const exists = `${edgeLabel(context, resource.type, live)} exists already, is not managed, and`;
  const next = afterText(match, differences);
  if (!isAdopting(declaration) && declaration.setAddress === undefined && isLowered(context, match, differences, live))
    throw new DelineaError('not_ours', `${exists} would become ${next}`, {
      hint: 'Declare the live right, or adopt the permission to change it.',
      remedy: { kind: 'adopt', resource: resource.type, id: match.live!.id },
    });
  context.findings.push({
    level: 'warning',
    code: 'adopted',
    address: declaration.setAddress ?? declaration.address,
    message: `${exists} becomes ${next}`,
  });
}

function isLowered(context: PlanContext, match: Match, differences: readonly Difference[], live: Values): boolean {
  return reducesRight(buildChange(context, match, 'replace', match.resolved!, differences, live).delinea);
}

/** Returns the declared values of an edge in words: `View`, or `secret_right List`. */
function afterText({ resource }: Match, differences: readonly Difference[]): string {
  const texts = differences.map(({ attribute, after }) =>
    resource.label.includes(`{${attribute}}`) ? String(after) : `${snakeCase(attribute)} ${after}`,
  );
  return texts.join(', ');
}

/**
 * Refuses every authoritative set that is not managed yet and would take existing access away, unless it adopts that access
 * or retires its scope. None of its elements is planned, because with one of them the set would count as managed.
 */
export async function refuseUnadoptedSets(context: PlanContext): Promise<void> {
  const fresh = context.sets.filter(
    (set) =>
      !set.error &&
      !isIgnored(set.declaration, set.of.elements) &&
      !isAdopting(set.declaration) &&
      !isRetired(set) &&
      !isManagedSet(context, set),
  );
  await runConcurrently(fresh, (set) => catchObjectErrors(set, () => refuseLosses(context, set)));
  skipElements(context);
}

async function refuseLosses(context: PlanContext, set: AuthoritativeSet): Promise<void> {
  const { of, edgeAddresses, declaration, resource } = set;
  const edge = resourceOf(of.edge);
  const elements = edgeMatches(context, edgeAddresses);
  const undeclared = await undeclaredIn(context, set);
  const revoked = undeclared.filter(({ live, values }) => !context.ownedById.has(ownedKey(edge, live.id, values)));
  const failed = revoked.length > 0 ? elements.find(({ error }) => error) : undefined;
  if (failed)
    throw new DelineaError('skipped', `skipped: ${failed.declaration.address} has an error`, {
      path: failed.declaration.address,
      hint: 'Fix that error first.',
    });
  for (const { values } of revoked) await context.translator.loadEnds(edge, values);
  const lowered = elements.flatMap((match) => {
    const { error, live, owned, resolved } = match;
    if (error || !live || owned || !resolved) return [];
    const differences = diff(edge, resolved, live.values);
    if (differences.length === 0 || !isLowered(context, match, differences, live.values)) return [];
    return [`${edgeLabel(context, of.edge, live.values)} would become ${afterText(match, differences)}`];
  });
  const losses = [
    ...revoked.map(({ values }) => `${edgeLabel(context, of.edge, values)} would be revoked`),
    ...lowered,
  ].sort();
  if (losses.length === 0) return;
  throw new DelineaError('not_ours', `access exists already and is not managed: ${joinFirst(losses, NAMED)}`, {
    path: declaration.address,
    hint: 'Declare the live access, or adopt it to take it away.',
    remedy: { kind: 'adopt', resource: resource.type, id: String(set.resolved![of.scope]) },
  });
}
