/**
 * State of access between two states of a tenant: `gained` and `lost` are changes, `unchanged` is in both states. The other
 * two are in one state only without being a change, such as View before Owner: the right is held in the other state, too,
 * as a part of another one, or by another path.
 */
export type RowState = 'gained' | 'lost' | 'unchanged' | 'only_before' | 'only_after';

/** A text with lines that belong to it. */
export interface Notice {
  readonly level: 'error' | 'warning' | 'note';
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Total {
  readonly value: number;
  readonly label: string;
  readonly tone?: 'gained' | 'lost' | 'warning';
}

/** The parts of a page beside its table. */
export interface PageTexts {
  readonly title: string;
  readonly tenant: string;
  /** Lines that state the basis of the page. */
  readonly basis: readonly string[];
  /** Shown above everything else: parts that are not read or unknown, violated rules. */
  readonly warnings: readonly Notice[];
  readonly totals: readonly Total[];
  readonly notices: readonly Notice[];
  /** Lines that state which access is on the page, and which is not. */
  readonly scope: readonly string[];
  /** Names of the two states. */
  readonly states: { readonly before: string; readonly after: string };
}

/** A row: its state, and indices into the lists of `PageData`. The last one is -1 if the right is not inherited. */
export type RowData = readonly [
  state: RowState,
  right: number,
  people: number,
  scopes: number,
  through: number,
  inheritedFrom: number,
];

/** The data embedded in a page. Names are escaped already. */
export interface PageData extends PageTexts {
  readonly objects: readonly (readonly [kind: string, name: string])[];
  /** Lists of indices of objects: people, scopes and paths are often the same in many rows. */
  readonly sets: readonly (readonly number[])[];
  readonly rights: readonly (readonly [text: string, privileged: boolean])[];
  readonly rows: readonly RowData[];
}

/** A user, group, container or role on the page. */
export interface PageObject {
  readonly kind: string;
  readonly name: string;
  /** The name in lower case, for searches. */
  readonly folded: string;
}

/** Access of some people to some containers or roles, all by one path. */
export interface PageRow {
  readonly state: RowState;
  readonly right: string;
  readonly privileged: boolean;
  readonly people: readonly PageObject[];
  readonly scopes: readonly PageObject[];
  readonly through: readonly PageObject[];
  readonly inheritedFrom: PageObject | undefined;
}

/** Returns the rows of a page. Equal lists are one array. */
export function rowsOf({ objects, sets, rights, rows }: PageData): PageRow[] {
  const all = objects.map(([kind, name]): PageObject => ({ kind, name, folded: name.toLowerCase() }));
  const lists = sets.map((indices) => indices.map((index) => all[index]!));
  return rows.map(([state, right, people, scopes, through, inheritedFrom]) => {
    const [text, privileged] = rights[right]!;
    return {
      state,
      right: text,
      privileged,
      people: lists[people]!,
      scopes: lists[scopes]!,
      through: lists[through]!,
      inheritedFrom: all[inheritedFrom],
    };
  });
}
