import { DelineaError, ignoreCodes } from '../model/errors.js';
import { nameText, objectKey, ownNames } from '../model/keys.js';
import type { ObjectName, ObjectNames } from '../model/object-names.js';
import { type ObjectRef, objectRefs } from '../model/object-refs.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { needsKind, ownId } from '../resources/object-id.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Lookup, Snapshot } from './snapshot.js';

interface Known extends ObjectName {
  readonly on: Record<string, string>;
}

/**
 * Translates ids between surfaces. Surfaces with the same id space share ids. Otherwise an id is translated by natural
 * key (id -> key -> id), because the same id on another surface belongs to another object.
 */
export class IdTranslator {
  /** Names and ids of objects on other surfaces, by kind and id. */
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly snapshot: Snapshot,
    names: ObjectNames = {},
  ) {
    for (const [kind, byId] of Object.entries(names)) {
      for (const [id, { name, displayed, on = {} }] of Object.entries(byId)) {
        this.known.set(objectKey(kind, id), { name, on: { ...on }, ...(displayed ? { displayed } : {}) });
      }
    }
  }

  /** Returns the known names of objects, to store them in a plan so that apply need not read them again. */
  export(refs: Iterable<ObjectRef>): ObjectNames {
    const names = new Map<string, Map<string, ObjectName>>();
    for (const { kinds, id } of refs) {
      for (const kind of kinds) {
        const known = this.known.get(objectKey(kind, id));
        if (known) names.set(kind, (names.get(kind) ?? new Map<string, ObjectName>()).set(id, known));
      }
    }
    return Object.fromEntries(sorted(names).map(([kind, byId]) => [kind, Object.fromEntries(sorted(byId))]));
  }

  /** Records the name of an object, and its ids on other surfaces. */
  add(kind: string, homeId: string, name: string, on: Readonly<Record<string, string>> = {}): void {
    const key = objectKey(kind, homeId);
    this.known.set(key, { name, on: { ...this.known.get(key)?.on, ...on } });
  }

  /** Records the name of an object that was read on its home surface. */
  addRemote(kind: string, live: RemoteObject): void {
    this.add(kind, live.id, this.nameFrom(kind, live));
  }

  /** Loads the name of an object for display, unless it is known or the kind is referred to by name. */
  async load({ kinds, id }: ObjectRef): Promise<void> {
    if (this.nameOf(kinds, id) !== undefined) return;
    for (const kind of kinds) {
      if (resourceOf(kind).referredBy) return;
      const live = await this.snapshot.view(kind).byId(id);
      if (live) return this.addRemote(kind, live);
    }
  }

  /** Loads the names of the objects that an edge refers to. Tries all before it throws the first error. */
  async loadEnds({ attributes }: Resource, values: Values): Promise<void> {
    const outcomes = await Promise.allSettled(objectRefs(attributes, values).map((ref) => this.load(ref)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Returns the name of an object, under the first of these kinds that is known to have the id. */
  nameOf(kinds: readonly string[], homeId: string): string | undefined {
    return kinds.map((kind) => this.known.get(objectKey(kind, homeId))?.name).find((name) => name !== undefined);
  }

  /**
   * Returns the kind of an id that a list shows without a kind; undefined if none of these kinds is known to have it.
   * @throws DelineaError `ambiguous` if several have it
   */
  kindOf(kinds: readonly string[], homeId: string): string | undefined {
    const found = kinds.filter((kind) => this.known.has(objectKey(kind, homeId)));
    if (found.length <= 1) return found[0];
    const named = found.map((kind) => `${kind} ${this.nameOf([kind], homeId)}`);
    throw new DelineaError('ambiguous', `${named.join(' and ')} have the same id ${homeId}`, {
      hint: 'A list of members does not show which of them it contains. Nothing was changed.',
    });
  }

  /** Announces the ids of other surfaces that will be translated, so that their objects are listed if that is cheaper. */
  async prepare(lookups: readonly Lookup[]): Promise<void> {
    const { surfaces } = this.snapshot.tenant.settings;
    await this.snapshot.prepare(
      lookups.filter(({ kind, surface }) => surfaces[surface]?.idSpace !== this.home(kind).idSpace),
    );
  }

  /**
   * Translates a surface's id to the home id. If no such object exists at home, returns `surface:id`, which equals no
   * declared id.
   */
  async toHome(kinds: readonly string[], id: string, from: ConfiguredSurface, display?: string): Promise<string> {
    if (needsKind(kinds, id)) {
      const kind = await this.kindOfNumber(kinds, id, from);
      if (kind !== undefined) return this.toHome([kind], ownId(kind, id), from, display);
    }
    for (const kind of kinds) {
      const home = this.home(kind);
      if (home.idSpace === from.idSpace) {
        // With a shared id space nothing needs translating. The name is recorded if the object was read anyway.
        const seen = this.snapshot.view(kind).seen(id);
        if (seen) this.add(kind, id, this.nameFrom(kind, seen));
        if (seen) return id;
        continue;
      }
      const view = this.snapshot.view(kind, from.name);
      const live = kinds.length > 1 && view.isClosed ? view.seen(id) : await view.byId(id);
      if (!live) continue;
      const name = this.nameFrom(kind, live);
      const atHome = this.snapshot.view(kind);
      // A parent has another id at home.
      const { resource } = this.snapshot.tenant.collection(kind);
      const matches = await atHome.byKey(pick(live.values, ownNames(resource)));
      if (matches.length > 1) throw ambiguousName(kind, name, home);
      const renamed = atHome.renamedFrom(live.values);
      const match = matches[0] ?? renamed;
      if (!match) continue;
      const current = match === renamed ? this.nameFrom(kind, renamed) : name;
      this.add(kind, match.id, current, { [from.name]: id });
      return match.id;
    }
    const shared = kinds.every((kind) => this.home(kind).idSpace === from.idSpace);
    const foreign = shared ? id : `${from.name}:${id}`;
    const key = objectKey(kinds[0]!, foreign);
    if (display && !this.known.has(key)) this.known.set(key, { name: display, on: {}, displayed: true });
    return foreign;
  }

  /** Returns the kind of a number that a list shows without one. @throws DelineaError `ambiguous` if several have it */
  private async kindOfNumber(kinds: readonly string[], id: string, from: ConfiguredSurface) {
    const served = kinds.filter((kind) => kind in from.serves);
    const exists = await Promise.all(
      served.map((kind) => this.snapshot.view(kind, from.name).byId(ownId(kind, id)).catch(ignoreCodes('rejected'))),
    );
    const found = served.filter((_, index) => exists[index]);
    if (found.length <= 1) return found[0];
    throw new DelineaError('ambiguous', `the ${from.title} lists ${id} without a type: ${found.join(' or ')}`, {
      hint: 'Both have this number, so nothing was changed. Ask the vendor why the response leaves out the type.',
    });
  }

  /** Translates a home id to a surface's id; undefined if the object is not visible there, or not yet. */
  async toSurface(kind: string, homeId: string, to: ConfiguredSurface, fresh = false): Promise<string | undefined> {
    const foreign = `${to.name}:`;
    if (homeId.startsWith(foreign)) return homeId.slice(foreign.length);
    if (to.idSpace === this.home(kind).idSpace) return homeId;
    const known = this.known.get(objectKey(kind, homeId))?.on[to.name];
    if (known) return known;
    const key = await this.keyOf(kind, homeId);
    if (!key) return undefined;
    const matches = fresh
      ? ((await this.snapshot.tenant.collection(kind, to.name).find(key)) ?? [])
      : await this.snapshot.view(kind, to.name).byKey(key);
    const { resource } = this.snapshot.tenant.collection(kind);
    const exact = matches.filter((match) => nameText(resource, match.values) === nameText(resource, key));
    const name = String(Object.values(key)[0]);
    if (exact.length > 1) throw ambiguousName(kind, name, to);
    if (!exact[0]) return undefined;
    this.add(kind, homeId, name, { [to.name]: exact[0].id });
    return exact[0].id;
  }

  /** Returns the display name of an object: its natural key, else its id. */
  nameFrom(kind: string, live: RemoteObject): string {
    const [name] = this.snapshot.tenant.collection(kind).resource.key;
    return String(live.values[name!] ?? live.id);
  }

  private home(kind: string): ConfiguredSurface {
    return this.snapshot.tenant.home(kind);
  }

  private async keyOf(kind: string, homeId: string): Promise<Values | undefined> {
    const names = ownNames(this.snapshot.tenant.collection(kind).resource);
    const known = this.known.get(objectKey(kind, homeId));
    if (known && !known.displayed && names.length === 1) return { [names[0]!]: known.name };
    const live = await this.snapshot.view(kind).byId(homeId);
    return live && Object.fromEntries(names.map((attribute) => [attribute, live.values[attribute]]));
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}

function ambiguousName(kind: string, name: string, surface: ConfiguredSurface): DelineaError {
  return new DelineaError('ambiguous', `${surface.title} has several ${kind}s named "${name}"`, {
    hint: 'Rename or remove all but one, so that access cannot go to the wrong one.',
  });
}

/**
 * Returns the error for an object that a surface does not show. Guide 004: a group of the Platform may be missing on
 * another surface until it is synchronised.
 */
export function notVisible(kind: string, name: string, surface: ConfiguredSurface): DelineaError {
  return new DelineaError('skipped', `${kind} ${name} is not visible on the ${surface.title}`, {
    hint: 'It may not be synchronised yet (Platform Groups Sync), or the account of this run cannot see it. Apply again later.',
  });
}
