import { type Attribute, kindsMeant } from '../model/attribute.js';
import { type Declaration, isReference, type Reference, referencesIn } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { findByNameAt, referenceTo } from '../read/find-by-name.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
import { catchObjectErrors, type Match, type PlanContext } from './plan-context.js';

/**
 * Replaces references to attributes other than the id with the literal value of the declaration that they refer to.
 * @throws DelineaError `unsupported` if that declaration has no literal value for the attribute
 */
export function inlineLiterals(declarations: readonly Declaration[]): Declaration[] {
  const byAddress = new Map(declarations.map((declaration) => [declaration.address, declaration]));
  const inline = (value: unknown, path: string): unknown => {
    if (isReference(value)) {
      if (value.attribute === 'id') return value;
      const literal = byAddress.get(value.ref)?.values[value.attribute];
      if (typeof literal === 'string') return literal;
      throw new DelineaError(
        'unsupported',
        `${value.ref}.${snakeCase(value.attribute)} has no literal value in this stack`,
        { path, hint: 'Refer to its id, write the value itself, or run the stack with Terraform.' },
      );
    }
    if (Array.isArray(value)) return value.map((inner) => inline(inner, path));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inline(inner, path)]));
  };
  return declarations.map((declaration) => ({
    ...declaration,
    values: Object.fromEntries(
      Object.entries(declaration.values).map(([name, value]) => [
        name,
        inline(value, `${declaration.address}.${snakeCase(name)}`),
      ]),
    ),
  }));
}

/** Resolves references and names to ids of home surfaces. Requires that all objects have been matched. */
export async function resolveAll(context: PlanContext): Promise<void> {
  await prepareNames(context);
  const declared = [...context.matches.values()].filter(({ declaration }) => !declaration.lookup);
  await runConcurrently(declared, (match) =>
    catchObjectErrors(match, async () => {
      const entries = match.resource.attributes
        .filter((attribute) => !attribute.setting && match.declaration.values[attribute.name] !== undefined)
        .map(async (attribute) => [attribute.name, await resolveValue(context, match, attribute)] as const);
      match.resolved = { ...match.key, ...Object.fromEntries(await Promise.all(entries)) };
    }),
  );
  skipReferring(context);
}

/**
 * Skips declarations that refer to one that is not created because of an error, through others too. While references are
 * resolved, the error of another declaration may not be known yet.
 */
function skipReferring({ matches }: PlanContext): void {
  const skippedNow = (match: Match) => {
    if (match.error) return false;
    for (const [name, value] of Object.entries(match.resolved ?? {})) {
      // A reference is left only where the object does not exist yet.
      const failed = referencesIn(value).find(({ ref }) => matches.get(ref)?.error);
      if (!failed) continue;
      match.error = skipped(failed.ref, `${match.declaration.address}.${snakeCase(name)}`);
      return true;
    }
    return false;
  };
  while ([...matches.values()].filter(skippedNow).length > 0);
}

function skipped(address: string, path: string): DelineaError {
  return new DelineaError('skipped', `skipped: ${address} has an error`, { path, hint: 'Fix that error first.' });
}

/** Announces how many containers and roles are named: the snapshot then decides whether to read their whole list. */
async function prepareNames(context: PlanContext): Promise<void> {
  const wanted = new Map<string, Set<unknown>>();
  for (const { declaration, resource } of context.matches.values()) {
    for (const { name, refersTo } of resource.attributes) {
      const value = declaration.values[name];
      const [kind] = refersTo;
      if (kind && typeof value === 'string' && resourceOf(kind).namedBy)
        wanted.set(kind, (wanted.get(kind) ?? new Set()).add(value));
    }
  }
  await Promise.all([...wanted].map(([kind, names]) => context.snapshot.view(kind).prepare(names.size)));
}

/**
 * Returns a declared value with ids of home surfaces in place of references and names. A reference to an object that does
 * not exist yet stays a reference.
 */
export async function resolveValue(context: PlanContext, match: Match, attribute: Attribute): Promise<unknown> {
  const value = match.declaration.values[attribute.name];
  if (attribute.refersTo.length === 0) return value;
  const kinds = kindsMeant(attribute, match.declaration.values);
  const resolve = (item: unknown) => resolveOne(context, match, attribute, kinds, item);
  if (!Array.isArray(value)) return resolve(value);
  const items = await Promise.all(value.map(resolve));
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

async function resolveOne(
  context: PlanContext,
  match: Match,
  attribute: Attribute,
  kinds: readonly string[],
  value: unknown,
): Promise<string | Reference> {
  const path = `${match.declaration.address}.${snakeCase(attribute.name)}`;
  if (isReference(value)) return resolveReference(context, value, kinds, path);
  if (value === '') return '';
  const text = String(value);
  const [kind = ''] = kinds;
  const resource = resourceOf(kind);
  if (resource.namedBy) {
    const live = await findByNameAt(context.snapshot, kind, text, path).catch(
      ifDeclared(context, resource, text, path),
    );
    context.translator.addRemote(kind, live);
    return referenceTo(kind, live);
  }
  for (const candidate of kinds) {
    const live = await context.snapshot.view(candidate).byId(text);
    if (!live) continue;
    context.translator.addRemote(candidate, live);
    if (live.id === text || resourceOf(candidate).numberPrefix === undefined) return live.id;
    // Engines keep what is written, and a state must not differ from the configuration.
    throw new DelineaError('stack_invalid', `"${text}" is a number; the id of this ${candidate} is "${live.id}"`, {
      path,
      hint: `Write "${live.id}", or refer to a declared ${candidate}.`,
    });
  }
  throw new DelineaError('unknown_name', `no ${kinds.join(' or ')} has the id "${text}"`, {
    path,
    hint: `Check the id, or refer to a declared ${kind}.`,
    remedy: { kind: 'refer', resource: kind },
  });
}

/** Returns a handler for a name that is not found: if the stack declares it, only a reference puts the two in order. */
function ifDeclared({ matches }: PlanContext, { type, key: [name = ''] }: Resource, text: string, path: string) {
  return (error: unknown): never => {
    const isMeant = ({ resource, live, declaration: { values } }: Match) =>
      resource.type === type && !live && foldCase(values[name]) === foldCase(text);
    const found = [...matches.values()].find(isMeant);
    if (!found || !(error instanceof DelineaError) || error.code !== 'unknown_name') throw error;
    throw new DelineaError('unknown_name', `${type} "${text}" does not exist yet`, {
      path,
      hint: `${found.declaration.address} declares it: refer to its id.`,
    });
  };
}

function resolveReference(
  context: PlanContext,
  reference: Reference,
  kinds: readonly string[],
  path: string,
): string | Reference {
  const target = context.matches.get(reference.ref);
  if (!target)
    throw new DelineaError('reference_unresolved', `"${reference.ref}" is not declared in this stack`, { path });
  if (!kinds.includes(target.resource.type)) {
    throw new DelineaError(
      'stack_invalid',
      `${reference.ref} is a ${target.resource.type}, not a ${kinds.join(' or ')}`,
      { path },
    );
  }
  if (target.error) throw skipped(reference.ref, path);
  if (!target.live) return reference;
  return referenceTo(target.resource.type, target.live);
}
