import { Construct } from 'constructs';
import { PrincipalType } from '../gen/enums.js';
import type { IPrincipal } from '../principal.js';
import { literal } from './literal.js';
import { valueText } from './value-text.js';

/** Returns whether a value is a user or group. Callers in JavaScript can pass an id, a binding or undefined instead. */
export function isPrincipal(value: unknown): value is IPrincipal {
  const types: readonly unknown[] = Object.values(PrincipalType);
  return Construct.isConstruct(value) && types.includes((value as Partial<IPrincipal>).principalType);
}

export function isUser(value: unknown): value is IPrincipal {
  return isPrincipal(value) && value.principalType === PrincipalType.USER;
}

/** Translates a principal for the bindings. Fields of other values are undefined; `principalErrors` fails the synthesis. */
export function principalFields(principal: IPrincipal): { principalType: PrincipalType; principalId: string } {
  return { principalType: principal?.principalType, principalId: literal(principal?.principalId) };
}

const BY_ID: Readonly<Record<PrincipalType, string>> = {
  [PrincipalType.USER]: 'DelineaUser.fromUserId(...)',
  [PrincipalType.GROUP]: 'DelineaGroup.fromGroupId(...)',
};

/**
 * Returns the error of a value that is not a user or group.
 * @param type the only accepted type, if not both
 */
export function principalErrors(prop: string, value: unknown, type?: PrincipalType): readonly string[] {
  if (isPrincipal(value) && (type === undefined || value.principalType === type)) return [];
  const types = type === undefined ? Object.values(PrincipalType) : [type];
  const byId = types.map((each) => BY_ID[each]).join(' or ');
  return [`${prop} must be a ${types.join(' or ')} construct, not ${valueText(value)}; for an id, use ${byId}`];
}

/** Returns the error of a value that is not a list. */
export function listErrors(prop: string, list: unknown): readonly string[] {
  return Array.isArray(list) ? [] : [`${prop} must be a list, not ${valueText(list)}`];
}

/**
 * Returns the entries of a list that have a user or group, and an error for every other element.
 * @param list the value of the prop
 * @param within path of the principal in an element, such as `.principal`
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
