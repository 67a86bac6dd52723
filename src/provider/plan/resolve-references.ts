import { type Attribute, kindsMeant } from '../model/attribute.js';
import { type Declaration, isReference, type Reference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { findByNameAt, referenceTo } from '../read/find-by-name.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
import { catchOwnErrors, type Match, type PlanContext } from './plan-context.js';

/**
 * Replaces references to anything but an id by the literal that the other declaration gives.
 * @throws DelineaError `unsupported` where that value is not a literal of the stack.
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
        `the value of ${value.ref}.${value.attribute} is not written in this stack`,
        {
          path,
          hint: 'Refer to its id, or write the value out; Terraform can do more: terraform plan.',
        },
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
        inline(value, `${declaration.address}.${name}`),
      ]),
    ),
  }));
}

/** Turns references and names into ids of home surfaces. Objects must have been matched. */
export async function resolveAll(context: PlanContext): Promise<void> {
  await prepareCatalogs(context);
  const declared = [...context.matches.values()].filter(({ declaration }) => !declaration.lookup);
  await runConcurrently(declared, (match) =>
    catchOwnErrors(match, async () => {
      const entries = match.resource.attributes
        .filter((attribute) => !attribute.setting && match.declaration.values[attribute.name] !== undefined)
        .map(async (attribute) => [attribute.name, await resolveValue(context, match, attribute)] as const);
      match.resolved = Object.fromEntries(await Promise.all(entries));
    }),
  );
}

/** Names of containers and roles: how many are asked for decides whether their list is read. */
async function prepareCatalogs(context: PlanContext): Promise<void> {
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

/** A declared value with ids of home surfaces in place of references and names. */
export async function resolveValue(context: PlanContext, match: Match, attribute: Attribute): Promise<unknown> {
  const value = match.declaration.values[attribute.name];
  if (attribute.refersTo.length === 0) return value;
  const kinds = kindsMeant(attribute, match.declaration.values);
  const one = (item: unknown) => resolveOne(context, match, attribute, kinds, item);
  if (!Array.isArray(value)) return one(value);
  const items = await Promise.all(value.map(one));
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

async function resolveOne(
  context: PlanContext,
  match: Match,
  attribute: Attribute,
  kinds: readonly string[],
  value: unknown,
): Promise<string | Reference> {
  const path = `${match.declaration.address}.${attribute.name}`;
  if (isReference(value)) return resolveReference(context, value, kinds, path);
  if (value === '') return '';
  const text = String(value);
  const [kind = ''] = kinds;
  const resource = resourceOf(kind);
  if (resource.namedBy) {
    const live = await findByNameAt(context.snapshot, kind, text, path);
    context.translator.addRemote(kind, live);
    return referenceTo(kind, live);
  }
  for (const candidate of kinds) {
    const live = await context.snapshot.view(candidate).byId(text);
    if (!live) continue;
    context.translator.addRemote(candidate, live);
    return live.id;
  }
  throw new DelineaError('unknown_name', `no ${kinds.join(' or ')} has the id "${text}"`, {
    path,
    hint: `Refer to a declared one, or look it up by name (DelineaUser.fromUserName, data "delinea_${kind}").`,
  });
}

function resolveReference(
  context: PlanContext,
  reference: Reference,
  kinds: readonly string[],
  path: string,
): string | Reference {
  const target = context.matches.get(reference.ref);
  if (!target) throw new DelineaError('reference_unresolved', `"${reference.ref}" is declared nowhere`, { path });
  if (!kinds.includes(target.resource.type)) {
    throw new DelineaError(
      'stack_invalid',
      `${reference.ref} is a ${target.resource.type}, not a ${kinds.join(' or ')}`,
      { path },
    );
  }
  if (target.error) {
    throw new DelineaError('skipped', `left out, because ${reference.ref} is`, { path, hint: 'See its error.' });
  }
  if (!target.live) return reference;
  return referenceTo(target.resource.type, target.live);
}
