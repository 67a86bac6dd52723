import type { PageObject, PageRow, RowState } from './page-data.js';

/** The views of a page: what changes, or one of the two states. */
export type View = 'changes' | 'before' | 'after';

/** The fields of a search. An empty text matches everything. */
export interface Filter {
  readonly view: View;
  readonly text: string;
  readonly person: string;
  readonly group: string;
  readonly scope: string;
  readonly right: string;
  readonly state: RowState | '';
  readonly privileged: boolean;
}

/** A row that matches, and the people and scopes in it that do. */
export interface Match {
  readonly row: PageRow;
  readonly people: readonly PageObject[];
  readonly scopes: readonly PageObject[];
}

/** The states of rows in each view. */
export const IN_VIEW: Readonly<Record<View, readonly RowState[]>> = {
  changes: ['gained', 'lost'],
  before: ['lost', 'unchanged', 'only_before'],
  after: ['gained', 'unchanged', 'only_after'],
};

export const NO_FILTER: Filter = {
  view: 'changes',
  text: '',
  person: '',
  group: '',
  scope: '',
  right: '',
  state: '',
  privileged: false,
};

/** Returns the rows that match, in their order. */
export function matching(rows: readonly PageRow[], filter: Filter): Match[] {
  const [text, person, group, scope] = [filter.text, filter.person, filter.group, filter.scope].map(folded);
  const named = cached();
  return rows.flatMap((row) => {
    if (!IN_VIEW[filter.view].includes(row.state)) return [];
    if (filter.state !== '' && row.state !== filter.state) return [];
    if (filter.right !== '' && row.right !== filter.right) return [];
    if (filter.privileged && !row.privileged) return [];
    if (group !== '' && !row.through.some((each) => each.folded.includes(group!))) return [];
    let people = named(row.people, person!);
    let scopes = named(row.scopes, scope!);
    if (text !== '' && !isAbout(row, text!)) {
      const [somePeople, someScopes] = [named(people, text!), named(scopes, text!)];
      if (somePeople.length > 0) people = somePeople;
      else if (someScopes.length === 0) return [];
      if (someScopes.length > 0) scopes = someScopes;
    }
    return people.length === 0 || scopes.length === 0 ? [] : [{ row, people, scopes }];
  });
}

/** Returns the numbers of different people and of different containers and roles in some rows. */
export function countNamed(matches: readonly Match[]): { readonly people: number; readonly scopes: number } {
  const [people, scopes] = [new Set<PageObject>(), new Set<PageObject>()];
  const seen = new Set<readonly PageObject[]>();
  for (const match of matches) {
    for (const [list, all] of [
      [match.people, people],
      [match.scopes, scopes],
    ] as const) {
      if (seen.has(list)) continue;
      seen.add(list);
      for (const each of list) all.add(each);
    }
  }
  return { people: people.size, scopes: scopes.size };
}

/** Returns whether a text is in a part of the row that all of its people and scopes share. */
function isAbout({ right, through, inheritedFrom }: PageRow, text: string): boolean {
  return (
    right.toLowerCase().includes(text) ||
    through.some((each) => each.folded.includes(text)) ||
    inheritedFrom?.folded.includes(text) === true
  );
}

/** Returns a function that finds the objects whose name has a text. Each list is searched once for each text. */
function cached() {
  const known = new Map<string, Map<readonly PageObject[], readonly PageObject[]>>();
  return (list: readonly PageObject[], text: string): readonly PageObject[] => {
    if (text === '') return list;
    const lists = known.get(text) ?? new Map<readonly PageObject[], readonly PageObject[]>();
    known.set(text, lists);
    const found = lists.get(list) ?? list.filter((each) => each.folded.includes(text));
    lists.set(list, found);
    return found;
  };
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}
