import { MultiMap } from './multimap.js';

interface Earlier<Row> {
  readonly row: Row | undefined;
  readonly until: number;
}

/**
 * Rows of one kind, by id and by name (compared without case), in order of creation.
 *
 * There are two views: the current rows (`get`, `byName`), which writes use, and the rows that readers see (`seen`,
 * `seenByName`, `list`), which lag behind by the visibility delay. Rows are replaced and never changed in place, so
 * earlier versions can be kept at no cost.
 */
export class Table<Row extends { readonly id: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #names = new MultiMap();
  readonly #earlier = new Map<string, Earlier<Row>[]>();
  readonly #nameOf: (row: Row) => string;
  readonly #delayMs: () => number;
  #order: string[] | undefined = [];

  constructor(nameOf: (row: Row) => string, delayMs: () => number) {
    this.#nameOf = (row) => nameOf(row).toLowerCase();
    this.#delayMs = delayMs;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  byName(name: string): Row[] {
    return this.#pick(this.#names.get(name.toLowerCase()), (id) => this.#rows.get(id));
  }

  all(): IterableIterator<Row> {
    return this.#rows.values();
  }

  put(row: Row): Row {
    const before = this.#rows.get(row.id);
    this.#remember(row.id, before);
    if (before) this.#names.delete(this.#nameOf(before), row.id);
    else this.#order?.push(row.id);
    this.#rows.set(row.id, row);
    this.#names.add(this.#nameOf(row), row.id);
    return row;
  }

  delete(id: string): void {
    const before = this.#rows.get(id);
    if (!before) return;
    this.#remember(id, before);
    this.#names.delete(this.#nameOf(before), id);
    this.#rows.delete(id);
    this.#order = undefined;
  }

  seen(id: string): Row | undefined {
    const earlier = this.#forgetSeen().get(id)?.[0];
    return earlier ? earlier.row : this.#rows.get(id);
  }

  seenByName(name: string): Row[] {
    const wanted = name.toLowerCase();
    const candidates = new Set([...this.#names.get(wanted), ...this.#forgetSeen().keys()]);
    return this.#pick(candidates, (id) => this.seen(id)).filter((row) => this.#nameOf(row) === wanted);
  }

  /** Returns the ids of rows whose visible version may differ from the current one. Index lookups must include them. */
  unsettled(): Iterable<string> {
    return this.#forgetSeen().keys();
  }

  /** Returns one page of the rows that readers see. Reads only that page, unless changes are still becoming visible. */
  list(skip: number, take: number): { rows: Row[]; total: number } {
    const ids = this.#ids();
    if (this.#forgetSeen().size === 0) {
      return { rows: this.#pick(ids.slice(skip, skip + take), (id) => this.#rows.get(id)), total: ids.length };
    }
    const rows = this.seenAll();
    return { rows: rows.slice(skip, skip + take), total: rows.length };
  }

  seenAll(): Row[] {
    const deleted = [...this.#forgetSeen().keys()].filter((id) => !this.#rows.has(id));
    return this.#pick([...this.#ids(), ...deleted], (id) => this.seen(id));
  }

  #ids(): string[] {
    this.#order ??= [...this.#rows.keys()];
    return this.#order;
  }

  #remember(id: string, row: Row | undefined): void {
    const delay = this.#delayMs();
    if (delay <= 0) return;
    const versions = this.#earlier.get(id) ?? [];
    versions.push({ row, until: performance.now() + delay });
    this.#earlier.set(id, versions);
  }

  #forgetSeen(): ReadonlyMap<string, Earlier<Row>[]> {
    const now = performance.now();
    for (const [id, versions] of this.#earlier) {
      const hidden = versions.filter((version) => version.until > now);
      if (hidden.length === 0) this.#earlier.delete(id);
      else if (hidden.length < versions.length) this.#earlier.set(id, hidden);
    }
    return this.#earlier;
  }

  #pick(ids: Iterable<string>, read: (id: string) => Row | undefined): Row[] {
    const rows: Row[] = [];
    for (const id of ids) {
      const row = read(id);
      if (row) rows.push(row);
    }
    return rows;
  }
}
