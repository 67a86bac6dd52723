import { kindsMeant } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { keyText, objectKey } from '../model/keys.js';
import type { ObjectName } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Lookup, Snapshot } from './snapshot.js';

/**
 * Translates ids between surfaces. Surfaces with the same id space share ids. Otherwise an id is translated by natural
 * key (id -> key -> id), because the same id on another surface belongs to another object.
 */
export class IdTranslator {
  /**
   * Display names by id. Objects of two kinds may have the same id, and a name may be the one that a surface displays.
   */
  private readonly known = new Map<string, { kind: string; name: string; on: Record<string, string> }>();
  /** Natural keys by kind and id, for translation. */
  private readonly exact = new Map<string, { name: string; on: Record<string, string> }>();

  constructor(
    private readonly snapshot: Snapshot,
    names: Readonly<Record<string, ObjectName>> = {},
  ) {
    for (const [id, { kind, name, on = {} }] of Object.entries(names)) {
      // A name that a surface only displayed is stored under that surface's own id.
      if (Object.values(on).includes(id)) this.known.set(id, { kind, name, on: { ...on } });
      else this.add(kind, id, name, on);
    }
  }

  /** Returns the known names of ids, to store them in a plan so that apply need not read them again. */
  export(ids: Iterable<string>): Record<string, ObjectName> {
    const entries = [...new Set(ids)].sort().flatMap((id) => {
      const known = this.known.get(id);
      return known ? [[id, known] as const] : [];
    });
    return Object.fromEntries(entries);
  }

  /** Records the name of an object, and its ids on other surfaces. */
  add(kind: string, homeId: string, name: string, on: Readonly<Record<string, string>> = {}): void {
    const key = objectKey(kind, homeId);
    const entry = { name, on: { ...this.exact.get(key)?.on, ...on } };
    this.exact.set(key, entry);
    this.known.set(homeId, { kind, ...entry });
  }

  /** Records the name of an object that was read on its home surface. */
  addRemote(kind: string, live: RemoteObject): void {
    this.add(kind, live.id, this.nameFrom(kind, live));
  }

  /** Loads the name of an id for display, unless it is known or the kind is referred to by name. */
  async load(kinds: readonly string[], homeId: string): Promise<void> {
    if (this.nameOf(homeId) !== undefined) return;
    for (const kind of kinds) {
      if (resourceOf(kind).referredBy) return;
      const live = await this.snapshot.view(kind).byId(homeId);
      if (live) return this.addRemote(kind, live);
    }
  }

  /** Loads the names of the objects that an edge refers to. Tries all before it throws the first error. */
  async loadEnds({ attributes }: Resource, values: Values): Promise<void> {
    const ends = attributes.flatMap((attribute) => {
      const id = values[attribute.name];
      return attribute.refersTo.length > 0 && typeof id === 'string'
        ? [{ kinds: kindsMeant(attribute, values), id }]
        : [];
    });
    const outcomes = await Promise.allSettled(ends.map(({ kinds, id }) => this.load(kinds, id)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  nameOf(homeId: string): string | undefined {
    return this.known.get(homeId)?.name;
  }

  kindOf(homeId: string): string | undefined {
    return this.known.get(homeId)?.kind;
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
      const matches = await atHome.byKey(live.values);
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
    if (display && !this.known.has(foreign))
      this.known.set(foreign, { kind: kinds[0]!, name: display, on: { [from.name]: id } });
    return foreign;
  }

  /** Translates a home id to a surface's id; undefined if the object is not visible there, or not yet. */
  async toSurface(kind: string, homeId: string, to: ConfiguredSurface, fresh = false): Promise<string | undefined> {
    const foreign = `${to.name}:`;
    if (homeId.startsWith(foreign)) return homeId.slice(foreign.length);
    if (to.idSpace === this.home(kind).idSpace) return homeId;
    const known = this.exact.get(objectKey(kind, homeId))?.on[to.name];
    if (known) return known;
    const key = await this.keyOf(kind, homeId);
    if (!key) return undefined;
    const matches = fresh
      ? ((await this.snapshot.tenant.collection(kind, to.name).find(key)) ?? [])
      : await this.snapshot.view(kind, to.name).byKey(key);
    const { resource } = this.snapshot.tenant.collection(kind);
    const exact = matches.filter((match) => keyText(resource, match.values) === keyText(resource, key));
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
    const { key } = this.snapshot.tenant.collection(kind).resource;
    const name = this.exact.get(objectKey(kind, homeId))?.name;
    if (name !== undefined && key.length === 1) return { [key[0]!]: name };
    const live = await this.snapshot.view(kind).byId(homeId);
    return live && Object.fromEntries(key.map((attribute) => [attribute, live.values[attribute]]));
  }
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
