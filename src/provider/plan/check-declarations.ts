import { closest } from 'fastest-levenshtein';
import { type Declaration, isReference, referencesIn } from '../model/declaration.js';
import { elementFaults } from '../model/elements.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import { snakeCase } from '../model/names.js';
import { nearestNames } from '../model/nearest-names.js';
import type { Resource } from '../model/resource.js';
import { validationMessage } from '../model/validation-message.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { labelOf } from '../resources/label.js';
import { DuplicateIndex } from './duplicates.js';

/**
 * Checks the attributes, references, duplicates and cycles of all declarations before the first read.
 * @throws DelineaErrors `stack_invalid`, `reference_unresolved` or `duplicate`, each with its address and attribute
 */
export function checkDeclarations(declarations: readonly Declaration[]): Declaration[] {
  const errors: DelineaError[] = [];
  const byAddress = new Map(declarations.map((declaration) => [declaration.address, declaration]));
  const checked = declarations.map((declaration) => {
    const resource = resourceOf(declaration.kind);
    errors.push(...checkReferences(declaration, byAddress));
    if (declaration.lookup) {
      errors.push(...checkNames(declaration, resource, resource.key));
      return declaration;
    }
    const { values, faults } = checkProps(declaration, resource);
    errors.push(...faults);
    return { ...declaration, values };
  });
  if (errors.length === 0) errors.push(...checkDuplicates(checked), ...checkCycles(checked, byAddress));
  if (errors.length > 0) throw new DelineaErrors(errors);
  return checked;
}

const PLACEHOLDER = '\u0000reference';

/**
 * Checks the values with zod. A placeholder string replaces each reference, because every reference resolves to a
 * string.
 */
function checkProps(declaration: Declaration, resource: Resource): { values: Values; faults: DelineaError[] } {
  const { address } = declaration;
  const known = resource.attributes.filter(({ computed }) => !computed).map(({ name }) => name);
  const faults = checkNames(declaration, resource, known);
  if (faults.length > 0) return { values: declaration.values, faults };
  const literal = substitute(declaration.values);
  const parsed = resource.props.safeParse(literal);
  if (parsed.success) {
    const defaults = Object.fromEntries(
      Object.entries(parsed.data).filter(
        ([name, value]) => declaration.values[name] === undefined && value !== undefined,
      ),
    );
    const sets = elementFaults(resource, declaration.values).map(
      ({ attribute, message }) =>
        new DelineaError('stack_invalid', message, { path: `${address}.${snakeCase(attribute)}` }),
    );
    return { values: { ...declaration.values, ...defaults }, faults: sets };
  }
  const issues = parsed.error.issues.map(
    (issue) =>
      new DelineaError('stack_invalid', validationMessage(issue, literal), {
        path: [address, ...issue.path.map(pathStep)].join('.'),
      }),
  );
  return { values: declaration.values, faults: issues };
}

/**
 * Returns an error for each attribute that the kind does not have or that cannot be declared.
 * @param writable names of the attributes that can be declared; the tenant sets the others
 */
function checkNames({ address, values }: Declaration, resource: Resource, writable: readonly string[]): DelineaError[] {
  return Object.keys(values)
    .filter((name) => !writable.includes(name))
    .map((name) => {
      const path = `${address}.${snakeCase(name)}`;
      if (resource.attributes.some((attribute) => attribute.name === name))
        return new DelineaError('stack_invalid', 'is set by the tenant and cannot be declared', {
          path,
          hint: 'Remove the attribute.',
        });
      return new DelineaError('stack_invalid', `${resource.title} has no attribute "${snakeCase(name)}"`, {
        path,
        hint: `Did you mean "${snakeCase(closest(name, writable))}"?`,
      });
    });
}

/** Returns a step of a path in the spelling of the stack: attributes in snake_case. */
function pathStep(step: PropertyKey): string {
  return typeof step === 'string' ? snakeCase(step) : String(step);
}

/** Returns `data.delinea_user` for `data.delinea_user.jane`: suggestions for a reference are of the same kind. */
function blockOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}

function substitute(value: unknown): unknown {
  if (isReference(value)) return PLACEHOLDER;
  if (Array.isArray(value)) return value.map(substitute);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, substitute(inner)]));
}

function checkReferences(declaration: Declaration, byAddress: ReadonlyMap<string, Declaration>): DelineaError[] {
  const named = Object.entries(declaration.values).flatMap(([name, value]) =>
    referencesIn(value).map((reference) => ({ name, reference })),
  );
  const faults = named.flatMap(({ name, reference }) => {
    const path = `${declaration.address}.${snakeCase(name)}`;
    const target = byAddress.get(reference.ref);
    if (!target) {
      const alike = [...byAddress.keys()].filter((address) => blockOf(address) === blockOf(reference.ref));
      const near = nearestNames(reference.ref, alike);
      const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : undefined;
      return [
        new DelineaError('reference_unresolved', `"${reference.ref}" is not declared in this stack`, {
          path,
          hint,
        }),
      ];
    }
    const attributes = resourceOf(target.kind).attributes.map((attribute) => attribute.name);
    if (attributes.includes(reference.attribute)) return [];
    return [
      new DelineaError(
        'reference_unresolved',
        `${reference.ref} has no attribute "${snakeCase(reference.attribute)}"`,
        {
          path,
          hint: `Did you mean "${snakeCase(closest(reference.attribute, attributes))}"?`,
        },
      ),
    ];
  });
  const missing = declaration.dependsOn.filter((address) => !byAddress.has(address));
  return [
    ...faults,
    ...missing.map(
      (address) =>
        new DelineaError(
          'reference_unresolved',
          `depends_on refers to "${address}", which is not declared in this stack`,
          {
            path: declaration.address,
          },
        ),
    ),
  ];
}

/** Returns an error for each declaration whose name an earlier one has. Names of live objects are compared later. */
function checkDuplicates(declarations: readonly Declaration[]): DelineaError[] {
  const index = new DuplicateIndex<Declaration>();
  return declarations.flatMap((declaration) => {
    const { address, kind, values, lookup } = declaration;
    const found = lookup ? undefined : index.addName(resourceOf(kind), values, declaration);
    if (!found) return [];
    const label = labelOf(kind, values, (value) => (isReference(value) ? value.ref : String(value)));
    return [found.error(label, found.other.address).at(address)];
  });
}

/** Addresses shown of a cycle. */
const SHOWN = 10;

/** Finds the first cycle of references. Does not recurse: a chain may be as long as the stack. */
function checkCycles(
  declarations: readonly Declaration[],
  byAddress: ReadonlyMap<string, Declaration>,
): DelineaError[] {
  const targetsOf = (address: string): string[] => {
    const declaration = byAddress.get(address);
    if (!declaration) return [];
    const targets = [...referencesIn(declaration.values).map(({ ref }) => ref), ...declaration.dependsOn];
    return [...new Set(targets)].reverse();
  };
  const visited = new Set<string>();
  for (const { address } of declarations) {
    if (visited.has(address)) continue;
    const trail = [{ address, targets: targetsOf(address) }];
    const open = new Set([address]);
    while (trail.length > 0) {
      const { address: current, targets } = trail.at(-1)!;
      visited.add(current);
      const next = targets.pop();
      if (next === undefined) {
        open.delete(current);
        trail.pop();
      } else if (open.has(next)) {
        return [cycle([...open], next)];
      } else if (!visited.has(next)) {
        open.add(next);
        trail.push({ address: next, targets: targetsOf(next) });
      }
    }
  }
  return [];
}

function cycle(trail: readonly string[], first: string): DelineaError {
  const ring = [...trail.slice(trail.indexOf(first)), first];
  return new DelineaError(
    'stack_invalid',
    `declarations refer to each other in a cycle: ${joinFirst(ring, SHOWN, ' -> ')}`,
    {
      path: first,
    },
  );
}
