import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { edgeLabel, readEdges } from '../read/edges.js';
import { inheritsEdges } from '../read/inheritance.js';
import type { LiveEdge, TenantReader } from '../read/tenant-reader.js';
import { scopeKind } from '../resources/edge-words.js';
import { nameOrId } from './label.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * Checks whether a write would end the inheritance of a scope, and whether the code consents to that. Reports the cost
 * with the consent. Without consent a service may refuse the write, or end the inheritance silently: Secret Server does
 * that by default (OpenAPI 11.7.2).
 * @param address the declaration that consents
 * @param resolved the scope, in ids of home surfaces
 * @param settings the declared settings
 * @returns the settings that go with the write
 * @throws DelineaError `guarded`, with the number of edges that would be copied
 */
export async function endInheritance(
  context: PlanContext,
  address: string,
  resource: EdgeResource,
  resolved: Values,
  settings: Values,
): Promise<Values> {
  const { scope, inheritance } = resource.edge;
  const id = resolved[scope];
  if (!inheritance || !(await willInherit(context, resource, id))) return {};
  const { brokenBy } = inheritance;
  const kind = scopeKind(resource);
  const copied = typeof id === 'string' ? `${await countEdges(context, resource, id)} of them` : 'those of its parent';
  const name = nameOrId(context, [kind], id);
  if (settings[brokenBy] === true) {
    refuseContradiction(context, resource, id);
    const message = `${kind} ${name} ends the inheritance of its permissions: it gets a copy of ${copied}, which no longer follow the parent`;
    const isReported = context.findings.some((one) => one.code === 'inheritance_ended' && one.address === address);
    if (!isReported) context.findings.push({ level: 'warning', code: 'inheritance_ended', address, message });
    return { [brokenBy]: true };
  }
  throw new DelineaError(
    'guarded',
    `${kind} ${name} inherits its permissions: a write would copy ${copied}, which then no longer follow the parent`,
    {
      hint: 'Declare the access on the parent, or end the inheritance in code.',
      remedy: { kind: 'set', attribute: brokenBy, value: true, on: 'resource' },
    },
  );
}

/** Returns whether a scope inherits its edges, or will once this plan has created it. */
function willInherit(context: PlanContext, resource: EdgeResource, scope: unknown): Promise<boolean> | boolean {
  const shownBy = resource.edge.inheritance?.shownBy;
  if (!isReference(scope)) return inheritsEdges(context, resource, scope);
  return shownBy !== undefined && context.matches.get(scope.ref)?.declaration.values[shownBy] === true;
}

/**
 * Refuses to end an inheritance that the declaration of the scope requires: it cannot be restored, so the next plan could not
 * be made.
 * @throws DelineaError `guarded`
 */
function refuseContradiction({ matches }: PlanContext, resource: EdgeResource, scope: unknown): void {
  const { shownBy, brokenBy } = resource.edge.inheritance!;
  const isScope = ({ resource: { type }, declaration: { address }, live }: Match) =>
    isReference(scope) ? scope.ref === address : type === scopeKind(resource) && live?.id === scope;
  const found = [...matches.values()].find((match) => isScope(match) && match.declaration.values[shownBy] === true);
  if (!found) return;
  const { address } = found.declaration;
  throw new DelineaError(
    'guarded',
    `${snakeCase(brokenBy)} would end the inheritance that ${address} declares with ${snakeCase(shownBy)}`,
    { hint: `Leave ${snakeCase(shownBy)} out of ${address}, or declare the access on the parent.` },
  );
}

/** Returns the number of edges in a scope. @param scope its id on the home surface */
async function countEdges(context: PlanContext, resource: EdgeResource, scope: string): Promise<number> {
  const { surface } = context.tenant.collection(resource.type);
  const id = await context.translator.toSurface(scopeKind(resource), scope, surface);
  return id === undefined ? 0 : (await readEdges(context, resource.type, { [resource.edge.scope]: id })).length;
}

/**
 * Refuses to revoke an edge that its scope inherits. The edge that code managed is gone: it ended when the scope began to
 * inherit, and the one in its place is the parent's.
 * @throws DelineaError `guarded`
 */
export async function refuseInherited(
  reader: TenantReader,
  resource: Resource,
  { live, values }: LiveEdge,
): Promise<void> {
  if (!isEdge(resource) || !(await inheritsEdges(reader, resource, values[resource.edge.scope]))) return;
  const kind = scopeKind(resource);
  const id = String(values[resource.edge.scope]);
  const name = reader.translator.nameOf([kind], id) ?? id;
  throw new DelineaError(
    'guarded',
    `${edgeLabel(reader, resource.type, values)} (id ${live.id}) cannot be revoked: ${kind} ${name} inherits it`,
    {
      hint: `Revoke it on the parent, or restore the declaration with on_removal = "retain". To end the inheritance, declare all ${resource.plural} of the ${kind} with break_inheritance.`,
    },
  );
}
