/** A user or a group by its id at home; one still to be created, by the address of its declaration. */
export interface Principal {
  readonly kind: string;
  readonly id: string;
}

export function principalKey({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}
