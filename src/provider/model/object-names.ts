/** The name of an object in a plan, and its ids on other surfaces for apply. */
export interface ObjectName {
  readonly name: string;
  /** Another object's response displays the name. It may differ from the natural key, so nothing is looked up by it. */
  readonly displayed?: boolean | undefined;
  /** Ids by surface. */
  readonly on?: Readonly<Record<string, string>> | undefined;
}

/** Names by kind, then by id on the kind's home surface: two kinds may number their objects alike. */
export type ObjectNames = Readonly<Record<string, Readonly<Record<string, ObjectName>>>>;

/** Returns the name of an object; undefined if it is not known. @param kinds the kinds that the id may be of */
export function nameIn(names: ObjectNames, kinds: readonly string[], id: string): string | undefined {
  const kind = kinds.find((candidate) => Object.hasOwn(names, candidate) && Object.hasOwn(names[candidate]!, id));
  return kind === undefined ? undefined : names[kind]![id]!.name;
}
