import type { Match } from './filter.js';
import type { PageObject, RowState } from './page-data.js';

/** How a state of a row is shown: a sign and a word, so that colour is not needed. */
export const STATE_WORDS: Readonly<Record<RowState, { readonly sign: string; readonly word: string }>> = {
  gained: { sign: '+', word: 'Gained' },
  lost: { sign: '−', word: 'Lost' },
  unchanged: { sign: '=', word: 'Unchanged' },
  only_before: { sign: '·', word: 'Held differently after' },
  only_after: { sign: '·', word: 'Held differently before' },
};

/** Returns a number and a noun, such as `1 person`. */
export function counted(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** Returns the name of a person, or how many they are. */
export function peopleText(people: readonly PageObject[]): string {
  return people.length === 1 ? named(people[0]!, 'user') : counted(people.length, 'person', 'people');
}

/** Returns the name of a container or role, or how many they are. */
export function scopesText(scopes: readonly PageObject[]): string {
  const [first] = scopes;
  return scopes.length === 1 ? first!.name : counted(scopes.length, first!.kind, `${first!.kind}s`);
}

/** Returns the name, after the kind unless it is the usual one. */
export function named({ kind, name }: PageObject, usual: string): string {
  return kind === usual ? name : `${kind} ${name}`;
}

/** Returns how many of a row's people and scopes a search left out; empty if none. */
export function leftOutText({ row, people, scopes }: Match): string {
  const others = [
    [row.people.length - people.length, 'other person', 'other people'],
    [row.scopes.length - scopes.length, `other ${row.scopes[0]!.kind}`, `other ${row.scopes[0]!.kind}s`],
  ] as const;
  return others.flatMap(([number, one, many]) => (number === 0 ? [] : [counted(number, one, many)])).join(', ');
}
