import { Construct } from 'constructs';
import { PrincipalType } from '../gen/enums.js';
import type { IPrincipal } from '../principal.js';
import { literal } from './literal.js';
import { valueText } from './value-text.js';

/** Callers in JavaScript get past the types and give an id, a binding below, nothing at all. */
export function isPrincipal(value: unknown): value is IPrincipal {
  const types: readonly unknown[] = Object.values(PrincipalType);
  return Construct.isConstruct(value) && types.includes((value as Partial<IPrincipal>).principalType);
}

export function isUser(value: unknown): value is IPrincipal {
  return isPrincipal(value) && value.principalType === PrincipalType.USER;
}

/** A user or group in the words of the bindings. What is none has no words: `principalMistakes` stops the synth. */
export function principalFields(principal: IPrincipal): { principalType: PrincipalType; principalId: string } {
  return { principalType: principal?.principalType, principalId: literal(principal?.principalId) };
}

const BY_ID: Readonly<Record<PrincipalType, string>> = {
  [PrincipalType.USER]: 'DelineaUser.fromUserId(...)',
  [PrincipalType.GROUP]: 'DelineaGroup.fromGroupId(...)',
};

/**
 * What is no user and no group.
 * @param type the one of them that is wanted
 */
export function principalErrors(prop: string, value: unknown, type?: PrincipalType): readonly string[] {
  if (isPrincipal(value) && (type === undefined || value.principalType === type)) return [];
  const wanted = type === undefined ? Object.values(PrincipalType) : [type];
  const byId = wanted.map((each) => BY_ID[each]).join(' or ');
  return [`${prop} is ${valueText(value)}, no ${wanted.join(' or ')}; give the construct, or ${byId} for an id`];
}

/** What is no list at all. */
export function listErrors(prop: string, list: unknown): readonly string[] {
  return Array.isArray(list) ? [] : [`${prop} is ${valueText(list)}, no list; give a list, also for one`];
}

/**
 * The entries of a list that have a user or group, and a mistake for everything else in it.
 * @param list as it was given
 * @param within where in an element the principal is, such as `.principal`
 */
export function readPrincipals<E, L extends { readonly principal: IPrincipal }>(
  prop: string,
  list: readonly E[],
  entryOf: (element: E) => L,
  within = '',
): { readonly entries: L[]; readonly errors: readonly string[] } {
  const read = Array.isArray(list) ? Array.from(list, (element: E) => entryOf(element)) : [];
  return {
    entries: read.filter((entry) => isPrincipal(entry?.principal)),
    errors: [
      ...listErrors(prop, list),
      ...read.flatMap((entry, at) => principalErrors(`${prop}[${at}]${within}`, entry?.principal)),
    ],
  };
}
