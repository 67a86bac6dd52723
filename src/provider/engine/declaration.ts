import { closest, distance } from 'fastest-levenshtein';
import { elementFaults } from '../elements.js';
import { DelineaError, DelineaErrors } from '../errors.js';
import { snakeCase } from '../names.js';
import type { Resource, Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { whatIsWrong } from '../what-is-wrong.js';
import { keyText } from './diff.js';

/** A value that another declaration gives: `${delinea_user.jane.id}` in a stack. */
export interface Reference {
  readonly ref: string;
  readonly attribute: string;
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'ref' in value;
}

/** One thing that the code declares, or (lookup) refers to as existing elsewhere. */
export interface Declaration {
  /** `delinea_user.jane`, `data.delinea_user.jane`. */
  readonly address: string;
  readonly kind: string;
  /** By attribute; references stand where their value will be. */
  readonly values: Values;
  /** Only refers to something that others manage. */
  readonly lookup: boolean;
  readonly dependsOn: readonly string[];
  readonly preventDestroy: boolean;
  readonly ignoreChanges: readonly string[] | 'all';
  /** The address of the set that this edge is an element of. */
  readonly partOf?: string | undefined;
  /** Id or name of the live object to take over, from an import block. */
  readonly importId?: string | undefined;
}

/** What the ledger says is ours. */
export interface OwnedObject {
  readonly address: string;
  readonly kind: string;
  readonly id: string;
  readonly surface: string;
  /** The natural key, resolved. */
  readonly key: Values;
  /** Of an edge: the surfaces whose ids its key holds, by attribute. */
  readonly ends?: Readonly<Record<string, string>> | undefined;
  readonly onRemoval?: string | undefined;
  /** Ids in its lists, by attribute, as code last had them: who else is in there came from outside. */
  readonly held?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The consent that enabled the account last; one text consents once. */
  readonly reactivated?: string | undefined;
  /** The correlation key that code gave the object. While it is the live one, the object is ours to change. */
  readonly correlation?: string | undefined;
}

/** Every Reference in a value. */
export function referencesIn(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(referencesIn);
  return [];
}

/**
 * Checks all declarations before anything is read: attributes, references, duplicates, cycles.
 * @throws DelineaErrors with every fault found, each with its address and attribute.
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

/** Zod checks the literals; a reference stands in as a text, which is what all references resolve to. */
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
      new DelineaError('stack_invalid', whatIsWrong(issue, literal), {
        path: [address, ...issue.path.map(inStack)].join('.'),
      }),
  );
  return { values: declaration.values, faults: issues };
}

/** @param writable what may be written; the rest of what the kind has is the tenant's answer */
function checkNames({ address, values }: Declaration, resource: Resource, writable: readonly string[]): DelineaError[] {
  return Object.keys(values)
    .filter((name) => !writable.includes(name))
    .map((name) => {
      const path = `${address}.${snakeCase(name)}`;
      if (resource.attributes.some((attribute) => attribute.name === name))
        return new DelineaError('stack_invalid', 'is decided by the tenant and cannot be given', {
          path,
          hint: 'Leave it out.',
        });
      return new DelineaError('stack_invalid', `${resource.title} has no attribute "${snakeCase(name)}"`, {
        path,
        hint: `Did you mean "${snakeCase(closest(name, writable))}"?`,
      });
    });
}

/** A step of a path as the stack writes it: attributes in snake_case. */
function inStack(step: PropertyKey): string {
  return typeof step === 'string' ? snakeCase(step) : String(step);
}

/** `data.delinea_user` of `data.delinea_user.jane`: what a reference may have meant is of its kind. */
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
      const near = nearest(reference.ref, alike);
      const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : undefined;
      return [
        new DelineaError('reference_unresolved', `"${reference.ref}" is declared nowhere in this stack`, {
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
          `depends_on names "${address}", which is declared nowhere in this stack`,
          {
            path: declaration.address,
          },
        ),
    ),
  ];
}

/** Two declarations of one object fight each other for ever: names compare without case, references by what they name. */
function checkDuplicates(declarations: readonly Declaration[]): DelineaError[] {
  const first = new Map<string, Declaration>();
  return declarations.flatMap((declaration) => {
    if (declaration.lookup) return [];
    const resource = resourceOf(declaration.kind);
    const named = Object.fromEntries(
      Object.entries(declaration.values).map(([name, value]) => [
        name,
        isReference(value) ? `\u0000${value.ref}.${value.attribute}` : value,
      ]),
    );
    const key = `${declaration.kind} ${keyText(resource, named)}`;
    const other = first.get(key);
    if (!other) {
      first.set(key, declaration);
      return [];
    }
    const what = resource.key
      .map((name) => declaration.values[name])
      .map((value) => (isReference(value) ? value.ref : `"${value}"`))
      .join(', ');
    return [
      new DelineaError('duplicate', `${resource.title} ${what} is declared twice, also as ${other.address}`, {
        path: declaration.address,
        hint: 'Names compare without case. Remove one of the two.',
      }),
    ];
  });
}

function checkCycles(
  declarations: readonly Declaration[],
  byAddress: ReadonlyMap<string, Declaration>,
): DelineaError[] {
  const done = new Set<string>();
  const errors: DelineaError[] = [];
  const visit = (address: string, trail: readonly string[]): void => {
    if (done.has(address) || errors.length > 0) return;
    if (trail.includes(address)) {
      const ring = [...trail.slice(trail.indexOf(address)), address].join(' -> ');
      errors.push(
        new DelineaError('stack_invalid', `declarations refer to each other in a ring: ${ring}`, { path: address }),
      );
      return;
    }
    const declaration = byAddress.get(address);
    if (!declaration) return;
    const next = [...referencesIn(declaration.values).map(({ ref }) => ref), ...declaration.dependsOn];
    for (const target of new Set(next)) visit(target, [...trail, address]);
    done.add(address);
  };
  for (const { address } of declarations) visit(address, []);
  return errors;
}

/** Up to three names that look like the one that was not found. */
export function nearest(wanted: string, names: readonly string[]): string[] {
  // Everybody's address ends alike: only what stands before the @ tells people apart.
  const local = (name: string) => name.toLowerCase().replace(/@.*/, '');
  const scored = [...new Set(names)].map((name) => ({ name, far: distance(local(wanted), local(name)) }));
  const limit = Math.max(2, Math.ceil(local(wanted).length / 2.5));
  return scored
    .filter(({ far }) => far <= limit)
    .sort((left, right) => left.far - right.far)
    .slice(0, 3)
    .map(({ name }) => `"${name}"`);
}
