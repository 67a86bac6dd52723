import { DelineaError } from '../model/errors.js';
import { keyText } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { isCleared } from '../model/values.js';
import { edgeLabel } from '../read/edges.js';
import { readHolders } from '../read/holders.js';
import { isOwnAccount } from '../read/own-account.js';
import { runConcurrently } from '../read/run-concurrently.js';
import type { LiveEdge } from '../read/tenant-reader.js';
import { edgeResourceOf } from '../resources/edges.js';
import { edgeMatches, incompleteSets } from './authoritative-sets.js';
import { buildRemoval } from './build-removal.js';
import { type AuthoritativeSet, catchOwnErrors, type PlanContext } from './plan-context.js';

/** Plans to take away what is in the place of a set and is not declared, and says that it came from outside of code. */
export async function revokeUndeclared(planning: PlanContext): Promise<void> {
  const broken = incompleteSets(planning);
  const whole = planning.sets.filter((match) => !broken.includes(match));
  await runConcurrently(whole, async (match) => {
    await catchOwnErrors(match, () => revokeBeside(planning, match));
    if (match.error) keepAll(planning, match);
  });
}

/** Whoever else is there is not known, or was not meant: what the set gave before stays as well. */
function keepAll({ changes }: PlanContext, { declaration: { address } }: AuthoritativeSet): void {
  const kept = changes.filter((change) => change.address !== address || change.delinea.operation !== 'revoke');
  changes.splice(0, changes.length, ...kept);
}

async function revokeBeside(planning: PlanContext, match: AuthoritativeSet): Promise<void> {
  const { declaration, of, parts, resolved } = match;
  const { address, values } = declaration;
  const resource = edgeResourceOf(of.edge);
  const { edges, unread } = await readHolders(planning, resource, [resolved!], { perObject: true });
  if (unread.length > 0) {
    throw new DelineaError('list_incomplete', `who else is there cannot be seen: ${unread.join('; ')}`, {
      path: address,
      hint: 'Declare each edge for itself, which leaves others alone.',
    });
  }
  const undeclared = await besides(planning, resource, parts, edges);
  const leaving = planning.changes.some(
    (change) => change.address === address && change.delinea.operation === 'revoke',
  );
  if (isCleared(values[of.elements]) && values.allowEmpty !== true && (undeclared.length > 0 || leaving)) {
    throw new DelineaError('guarded', `${snakeCase(of.elements)} = [] would take away everything that is there`, {
      path: `${address}.${snakeCase(of.elements)}`,
      hint: 'Write allowEmpty = true to mean it.',
    });
  }
  for (const { live, values: held } of undeclared) {
    await planning.translator.loadEnds(resource, held);
    planning.findings.push({
      level: 'drift',
      code: 'added_out_of_band',
      address,
      edge: live.id,
      message: `${edgeLabel(planning, resource.type, held)}: added outside of code; it will be revoked`,
      hint: 'Declare it if it shall stay.',
    });
    const surface = planning.tenant.home(resource.type).name;
    const owned = { address, kind: resource.type, id: live.id, surface, key: held };
    planning.changes.push(buildRemoval(planning, owned, { live, values: held }, 'revoke'));
  }
}

/** Live edges that nobody declares, that no other change removes, and that are not the run's own. */
async function besides(
  planning: PlanContext,
  resource: Resource,
  parts: readonly string[],
  edges: readonly LiveEdge[],
): Promise<LiveEdge[]> {
  const declared = new Set(
    edgeMatches(planning, parts).flatMap(({ resolved }) => (resolved ? [keyText(resource, resolved)] : [])),
  );
  const spoken = new Set(
    planning.changes.filter(({ delinea }) => delinea.kind === resource.type).map(({ delinea }) => delinea.id),
  );
  // What a declaration means that could not be planned is not known to be undeclared.
  for (const { error, declaration } of planning.matches.values()) {
    const held = error && planning.ownedByAddress.get(declaration.address);
    if (held && held.kind === resource.type) declared.add(keyText(resource, held.key));
  }
  const others = edges.filter(({ live, values }) => !spoken.has(live.id) && !declared.has(keyText(resource, values)));
  const own = await Promise.all(others.map(({ values }) => isOwnAccount(planning, resource, values)));
  return others.filter((_, index) => !own[index]);
}
