import { isReference } from '../model/declaration.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge, keyText } from '../model/keys.js';
import { attributeOf, type EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { edgeLabel } from '../read/edges.js';
import { readHolders } from '../read/holders.js';
import { resources } from '../resources/index.js';
import { nameOrId } from './label.js';
import type { PlanContext } from './plan-context.js';
import { undeclaredEdges } from './revoke-undeclared.js';

/** Maximum pages read only to find undeclared holders, unless the run is thorough. */
const MAX_EXTRA_PAGES = 4;

/** Reports every holder of a declared container or role that is neither declared nor owned. Plans no removal. */
export async function findUndeclaredHolders(context: PlanContext): Promise<void> {
  for (const resource of resources.filter(isEdge)) {
    const matches = [...context.matches.values()].filter(
      ({ declaration, ...match }) => match.resource === resource && !match.error && !declaration.lookup,
    );
    // A scope that the plan creates has no holders yet.
    const declared = matches.flatMap(({ resolved }) =>
      resolved && !isReference(resolved[resource.edge.scope]) ? [resolved] : [],
    );
    if (declared.length === 0) continue;
    const owned = (context.input.owned ?? []).filter(({ kind }) => kind === resource.type).map(({ key }) => key);
    const known = new Set([...declared, ...owned].map((values) => keyText(resource, values)));
    const budget = context.input.thorough ? { perObject: Number.POSITIVE_INFINITY } : { maxPages: MAX_EXTRA_PAGES };
    const { edges, unread } = await readHolders(context, resource, declared, budget);
    reportUnread(context, resource, declared, unread);
    for (const { live, values } of await undeclaredEdges(context, resource, edges, known)) {
      await context.translator.loadEnds(resource, values);
      const { principal, scope } = resource.edge;
      const label = edgeLabel(context, resource.type, values);
      const nameOf = (attribute: string) => {
        const { refersTo } = attributeOf(resource, attribute);
        return nameOrId(
          context,
          attribute === principal.id ? [String(values[principal.type])] : refersTo,
          values[attribute],
        );
      };
      context.findings.push({
        level: 'drift',
        code: 'not_in_code',
        message: `${label}: not in code`,
        found: {
          kind: resource.type,
          id: live.id,
          values,
          label,
          principal: nameOf(principal.id),
          scope: nameOf(scope),
        },
        hint: 'Add it to the code, or revoke it in the tenant. It is not managed, so apply does not change it.',
      });
    }
  }
}

/**
 * Reports the containers and roles whose other holders were not read. Without this note, a reader would assume that
 * there are none.
 */
function reportUnread(
  context: PlanContext,
  resource: EdgeResource,
  scopes: readonly Values[],
  unread: readonly string[],
): void {
  const { scope } = resource.edge;
  const names = new Map(scopes.map((values) => [foldCase(values[scope]), values[scope]]));
  for (const reason of unread) {
    context.findings.push({
      level: 'note',
      code: 'not_checked',
      message: `other holders of ${[...names.values()].join(', ')} were not checked: ${reason}`,
      remedy: [{ kind: 'readAllHolders' }],
    });
  }
}
