import { edgeResourceOf, type Resource, rightAttributes, snakeCase, type Values } from '../../provider/index.js';
import { count } from '../text/attributes.js';
import type { TerraformNames } from './terraform-names.js';
import type { AttributeReferences, referenceFinder } from './terraform-references.js';
import { listIn, type TerraformChange } from './terraform-schema.js';

/** Resolves values that are unknown until the apply. */
export class UnknownValues {
  /** Attributes that could not be resolved. */
  readonly left: string[] = [];
  /** Whether an id was found by a reference in the code. */
  isByReference = false;

  constructor(
    private readonly names: TerraformNames,
    private readonly find: ReturnType<typeof referenceFinder>,
  ) {}

  /** Fills in the ids that are unknown until apply, by the references in the code. */
  resolve(changed: TerraformChange, resource: Resource, after: Values): Values {
    const { address, change } = changed;
    const unknown = (change.after_unknown ?? {}) as Readonly<Record<string, unknown>>;
    const resolved: Record<string, unknown> = { ...after };
    for (const { name, type, refersTo, computed } of resource.attributes) {
      const state = unknown[snakeCase(name)];
      if (computed || !isUnknown(state)) continue;
      // A value that is not in the code is the provider's, such as the status of a new account.
      const found = this.find(address, snakeCase(name));
      if (!found) continue;
      const at = `${address}.${snakeCase(name)}`;
      if (name === resource.authoritativeFor?.elements)
        resolved[name] = this.elements(changed, resource, after[name], found);
      else if (refersTo.length === 0) this.left.push(at);
      else if (type === 'strings') {
        const list = listIn(after[name]);
        const given = list.filter((item) => typeof item === 'string');
        const ids = found.addresses.map((other) => this.names.idOf(other));
        const isWhole = Array.isArray(state) && this.newOnes(found).length === list.length - given.length;
        resolved[name] = [...new Set([...given, ...ids])];
        if (!found.isExact || !isWhole || found.references > list.length) this.left.push(at);
      } else {
        const [id, ...others] = this.newOnes(found);
        if (id !== undefined && others.length === 0 && found.isExact && found.references === 1) resolved[name] = id;
        else this.left.push(at);
      }
    }
    return resolved;
  }

  /** Returns the references to objects that the apply creates: an unknown id is that of one of them. */
  private newOnes({ addresses }: AttributeReferences): string[] {
    const found = addresses.filter((other) => this.names.idOf(other) === other);
    if (found.length > 0) this.isByReference = true;
    return found;
  }

  /** Fills in the principals of a set's elements, if only one is unknown or each has a reference of its own. */
  private elements(
    { address }: TerraformChange,
    set: Resource,
    list: unknown,
    found: AttributeReferences,
  ): readonly Values[] {
    const all = listIn(list) as readonly (Values | null)[];
    const elements = all.filter((element) => element !== null);
    const edge = edgeResourceOf(set.authoritativeFor!.edge);
    const { principal, scope } = edge.edge;
    const open = elements.filter((element) => element[principal.id] === undefined);
    const left = this.newOnes(found);
    const alike = new Set(open.map((element) => JSON.stringify(element))).size <= 1;
    const isExact = found.isExact && left.length === open.length && alike && elements.length > 0;
    const filled = elements.map((element) =>
      element[principal.id] === undefined && isExact
        ? { ...element, [principal.id]: left[open.indexOf(element)] }
        : element,
    );
    const known = filled.filter((element) => isKnownEdge(edge, { [scope]: '', ...element }));
    const missing = all.length === 0 ? left.length : all.length - known.length;
    if (missing > 0 || all.length === 0) this.left.push(`${address}: ${count(missing, 'element')}`);
    return known;
  }
}

/** Returns whether the values of an edge that decide on access are known. Those of other objects are not needed. */
export function isKnownEdge(resource: Resource, values: Values): boolean {
  const { edge } = resource;
  if (!edge) return true;
  const [right] = rightAttributes(resource);
  const needed = [edge.scope, edge.principal.type, edge.principal.id, ...(right ? [right.name] : [])];
  return needed.every((name) => typeof values[name] === 'string');
}

/** Returns whether a value, or a part of it, is known only after the apply. */
function isUnknown(state: unknown): boolean {
  if (state === true) return true;
  return typeof state === 'object' && state !== null && Object.values(state).some(isUnknown);
}
