import { addressOf, type Block, type HclValue, isRef } from './configuration.js';
import { BEFORE } from './draw.js';

export interface Person {
  readonly kind: 'user';
  name: string;
  active: boolean;
  /** Texts by attribute; undefined for an attribute known to be empty. */
  attributes: Record<string, string | undefined>;
  manager: Person | undefined;
  /** Whether each address is primary; undefined when code does not set it. */
  emails: Record<string, boolean | undefined>;
  /** The type of each number. */
  phones: Record<string, string | undefined>;
  deleted: boolean;
}

export interface Team {
  readonly kind: 'group';
  name: string;
  attributes: Record<string, string | undefined>;
  members: Set<Holder>;
}

export type Holder = Person | Team;

/** A right on a container, or a role. */
export interface Edge {
  /** Name of the container or role, or the path where several containers share the name. */
  readonly scope: string;
  readonly holder: Holder;
  /** The right; empty for a role. */
  readonly what: string;
}

type Fields = Readonly<Record<string, HclValue>>;

/** Folds case and Unicode form, which a service may change. */
export const fold = (text: unknown): string => String(text).normalize('NFC').toLowerCase();

/** The text attributes in the order of comparison. */
export const TEXTS = [
  'display_name',
  'given_name',
  'family_name',
  'title',
  'department',
  'external_id',
  'description',
] as const;

const SAME_SCOPE: Readonly<Record<string, string>> = { '1': 'prod', '2': 'stage', '/prod': 'prod', '/prod/db': 'db' };

const scopeKey = (text: unknown): string => SAME_SCOPE[fold(text)] ?? fold(text);

function person(name: string, attributes: Person['attributes'] = {}): Person {
  return {
    kind: 'user',
    name,
    active: true,
    attributes,
    manager: undefined,
    emails: {},
    phones: {},
    deleted: false,
  };
}

/** A model of the expected tenant, computed from the configurations alone. */
export class ExpectedTenant {
  readonly people = new Set<Person>();
  readonly teams = new Set<Team>();
  edges: readonly Edge[] = [];
  private readonly at = new Map<string, Holder>();
  private blocks: readonly Block[] = [];

  constructor() {
    const named = (name: string) => [...this.people].find((one) => fold(one.name) === fold(name))!;
    for (const { userName, displayName, title, department, manager, emails } of BEFORE.users) {
      const made = person(userName, { display_name: displayName, title, department });
      if (manager !== undefined) made.manager = named(manager);
      for (const { value, primary } of emails) made.emails[fold(value)] = primary;
      this.people.add(made);
    }
    for (const { displayName, description, members } of BEFORE.groups) {
      const attributes = { description };
      this.teams.add({ kind: 'group', name: displayName, attributes, members: new Set(members.map(named)) });
    }
    for (const { container, user, right } of BEFORE.containerPermissions) {
      this.give({ scope: scopeKey(container), holder: named(user), what: right });
    }
    for (const { role, user } of BEFORE.roleBindings)
      this.give({ scope: scopeKey(role), holder: named(user), what: '' });
    this.at.set('data.delinea_user.boss', named('boss@example.com'));
  }

  /** Applies a configuration to the model. @param idOf returns the id at an address of the state */
  apply(blocks: readonly Block[], idOf: (address: string) => string): void {
    const addresses = new Set(blocks.map(addressOf));
    const leaving = this.blocks.filter((block) => !addresses.has(addressOf(block)));
    for (const block of leaving) if (!this.at.has(addressOf(block))) this.takeAway(block);
    for (const block of blocks) this.make(block, idOf);
    for (const block of leaving) if (this.at.has(addressOf(block))) this.retire(block);
    this.blocks = blocks;
  }

  private make(block: Block, idOf: (address: string) => string): void {
    const { type, values } = block;
    if (type !== 'delinea_user' && type !== 'delinea_group') {
      this.makeEdges(block);
      return;
    }
    const holder = this.holder(block);
    const text = (value: HclValue | undefined): string | undefined => {
      if (typeof value !== 'object' || value === null || !('prefix' in value)) return value as string | undefined;
      return `${value.prefix}${idOf((value.ref as string).replace(/\.id$/, ''))}`;
    };
    for (const name of TEXTS) {
      const value = text(values[name]);
      if (typeof value === 'string') holder.attributes[name] = value === '' ? undefined : value;
    }
    if (holder.kind === 'user') this.makePerson(holder, block, text);
    else if (Array.isArray(values.members)) holder.members = new Set(values.members.map((one) => this.meant(one)));
  }

  private makePerson(made: Person, block: Block, text: (value: HclValue | undefined) => string | undefined): void {
    const { active, manager, emails, phone_numbers, reactivate } = block.values;
    const before = this.blocks.find((one) => addressOf(one) === addressOf(block))?.values;
    if (typeof active === 'boolean') made.active = active;
    else if (typeof reactivate === 'string' && reactivate !== before?.reactivate) made.active = true;
    if (manager === '') made.manager = undefined;
    else if (isRef(manager)) made.manager = this.meant(manager) as Person;
    if (Array.isArray(emails)) {
      const declared = emails.map(({ fields }) => [fold(text(fields.value)), fields.primary ?? undefined]);
      // When one address is primary, the others are not.
      const others = declared.some(([, primary]) => primary === true) ? false : undefined;
      made.emails = Object.fromEntries(declared.map(([address, primary]) => [address, primary ?? others]));
    }
    if (Array.isArray(phone_numbers)) {
      made.phones = Object.fromEntries(phone_numbers.map(({ fields }) => [fields.value, fields.type]));
    }
  }

  private makeEdges({ values }: Block): void {
    const scope = scopeKey(values.container ?? values.role);
    if (values.grants ?? values.holders) this.edges = this.edges.filter((edge) => edge.scope !== scope);
    for (const { principal_id, right = '' } of elementsOf(values)) {
      this.give({ scope, holder: this.meant(principal_id!), what: String(right) });
    }
  }

  private takeAway({ values }: Block): void {
    if (values.on_removal === 'retain') return;
    const scope = scopeKey(values.container ?? values.role);
    const holders = elementsOf(values).map(({ principal_id }) => this.meant(principal_id!));
    this.edges = this.edges.filter((edge) => edge.scope !== scope || !holders.includes(edge.holder));
  }

  private retire(block: Block): void {
    const holder = this.at.get(addressOf(block))!;
    const { on_removal: removal } = block.values;
    if (removal === 'retain') return;
    if (removal === 'delete') this.remove(holder);
    else if (holder.kind === 'user') holder.active = false;
    else holder.members = new Set();
  }

  private remove(holder: Holder): void {
    if (holder.kind === 'user') {
      holder.deleted = true;
      this.people.delete(holder);
    } else this.teams.delete(holder);
    for (const team of this.teams) team.members.delete(holder);
    this.edges = this.edges.filter((edge) => edge.holder !== holder);
  }

  /** Returns the object at the block's address or with its name, or else a new one. */
  private holder(block: Block): Holder {
    const { user_name, display_name } = block.values;
    const isUser = block.type === 'delinea_user';
    const name = String(isUser ? user_name : display_name);
    const all: readonly Holder[] = isUser ? [...this.people] : [...this.teams];
    const known = this.at.get(addressOf(block)) ?? all.find((one) => fold(one.name) === fold(name));
    const holder =
      known ?? (isUser ? person(name) : { kind: 'group' as const, name, attributes: {}, members: new Set<Holder>() });
    holder.name = name;
    if (holder.kind === 'user') this.people.add(holder);
    else this.teams.add(holder);
    this.at.set(addressOf(block), holder);
    return holder;
  }

  private meant(value: HclValue): Holder {
    return this.at.get((value as { ref: string }).ref.replace(/\.id$/, ''))!;
  }

  private give(edge: Edge): void {
    const others = this.edges.filter(({ scope, holder }) => scope !== edge.scope || holder !== edge.holder);
    this.edges = [...others, edge];
  }
}

/** Returns the elements of a set, or the block itself when it is a single permission or binding. */
function elementsOf(values: Fields): readonly Fields[] {
  const listed = (values.grants ?? values.holders) as readonly { readonly fields: Fields }[] | undefined;
  return listed?.map(({ fields }) => fields) ?? [values];
}
