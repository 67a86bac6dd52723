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
 * Translates ids between surfaces. Two surfaces share ids only where their rows name one id space; otherwise the way is
 * id -> natural key -> id, because an id that happens to exist on the other surface is another object.
 */
export class IdTranslator {
  /** By id, for people: objects of two kinds may have one id, and names may be what a surface displays. */
  private readonly known = new Map<string, { kind: string; name: string; on: Record<string, string> }>();
  /** By kind and id, for translating: natural keys only. */
  private readonly exact = new Map<string, { name: string; on: Record<string, string> }>();

  constructor(
    private readonly snapshot: Snapshot,
    remembered: Readonly<Record<string, ObjectName>> = {},
  ) {
    for (const [id, { kind, name, on = {} }] of Object.entries(remembered)) {
      // What a surface only displayed is known there by the same id.
      if (Object.values(on).includes(id)) this.known.set(id, { kind, name, on: { ...on } });
      else this.add(kind, id, name, on);
    }
  }

  /** What is known of the ids that a plan names: kept in the plan, so that apply need not ask again. */
  export(ids: Iterable<string>): Record<string, ObjectName> {
    const entries = [...new Set(ids)].sort().flatMap((id) => {
      const known = this.known.get(id);
      return known ? [[id, known] as const] : [];
    });
    return Object.fromEntries(entries);
  }

  add(kind: string, homeId: string, name: string, on: Readonly<Record<string, string>> = {}): void {
    const key = objectKey(kind, homeId);
    const entry = { name, on: { ...this.exact.get(key)?.on, ...on } };
    this.exact.set(key, entry);
    this.known.set(homeId, { kind, ...entry });
  }

  /** Notes the name of an object that was read at home. */
  addRemote(kind: string, live: RemoteObject): void {
    this.add(kind, live.id, this.nameFrom(kind, live));
  }

  /** Looks up the name of an id that is shown to people, where it is not known yet and is not written as a name. */
  async load(kinds: readonly string[], homeId: string): Promise<void> {
    if (this.nameOf(homeId) !== undefined) return;
    for (const kind of kinds) {
      if (resourceOf(kind).referredBy) return;
      const live = await this.snapshot.view(kind).byId(homeId);
      if (live) return this.addRemote(kind, live);
    }
  }

  /** Looks up the names of what an edge joins. All are tried, and what could not be read is thrown at the end. */
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

  /** Announces the ids of other surfaces that will be translated, so that the snapshot reads them the cheaper way. */
  async prepare(lookups: readonly Lookup[]): Promise<void> {
    const { surfaces } = this.snapshot.tenant.settings;
    await this.snapshot.prepare(
      lookups.filter(({ kind, surface }) => surfaces[surface]?.idSpace !== this.home(kind).idSpace),
    );
  }

  /**
   * The home id of an object that a surface names by its own id. Where no such object exists at home, the surface's
   * own name for it (`surface:id`), which no declaration equals.
   */
  async toHome(kinds: readonly string[], id: string, from: ConfiguredSurface, display?: string): Promise<string> {
    for (const kind of kinds) {
      const home = this.home(kind);
      if (home.idSpace === from.idSpace) {
        // One id space: nothing to translate; the name is taken where it has been read anyway.
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
      const renamed = atHome.calledBefore(live.values);
      const match = matches[0] ?? renamed;
      if (!match) continue;
      const called = match === renamed ? this.nameFrom(kind, renamed) : name;
      this.add(kind, match.id, called, { [from.name]: id });
      return match.id;
    }
    const shared = kinds.every((kind) => this.home(kind).idSpace === from.idSpace);
    const foreign = shared ? id : `${from.name}:${id}`;
    if (display && !this.known.has(foreign))
      this.known.set(foreign, { kind: kinds[0]!, name: display, on: { [from.name]: id } });
    return foreign;
  }

  /** The id that a surface has for an object, or undefined where the object does not show there (yet). */
  async toSurface(kind: string, homeId: string, to: ConfiguredSurface, fresh = false): Promise<string | undefined> {
    const foreign = `${to.name}:`;
    if (homeId.startsWith(foreign)) return homeId.slice(foreign.length);
    if (to.idSpace === this.home(kind).idSpace) return homeId;
    const remembered = this.exact.get(objectKey(kind, homeId))?.on[to.name];
    if (remembered) return remembered;
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

  /** What people call an object. */
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
  return new DelineaError('ambiguous', `${surface.title} has several ${kind}s called "${name}"`, {
    hint: 'Rename or remove all but one: rights must not go to the wrong one.',
  });
}

/** Guide 004: a group of the Platform may be missing on another surface until it is synchronised. */
export function notVisible(kind: string, name: string, surface: ConfiguredSurface): DelineaError {
  return new DelineaError('skipped', `${kind} ${name} does not show on the ${surface.title}`, {
    hint: 'It may not be synchronised yet (Platform Groups Sync), or the account may not see it; apply again.',
  });
}
