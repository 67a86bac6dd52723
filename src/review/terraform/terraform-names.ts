import {
  camelKeys,
  DelineaError,
  findScope,
  kindOf,
  labelOf,
  type ObjectNames,
  resourceOf,
  type TenantAccess,
} from '../../provider/index.js';
import type { TerraformChange } from './terraform-schema.js';

/** The ids and names of the objects in a Terraform plan, and those of the live tenant. */
export class TerraformNames {
  /** Names by kind and id. */
  private readonly known = new Map<string, Map<string, string>>();
  /** The id of each object by address, or the address while it has none. */
  private readonly ids = new Map<string, string>();

  constructor(
    changes: readonly TerraformChange[],
    private readonly live: TenantAccess | undefined,
  ) {
    for (const { address, type, change, deposed } of changes) {
      const resource = resourceOf(kindOf(type)!);
      // A replaced object gets another id.
      const values = change.actions.includes('create') ? change.after : (change.after ?? change.before);
      const id = typeof values?.id === 'string' ? values.id : undefined;
      if (deposed === undefined) this.ids.set(address, id ?? address);
      if (resource.edge || resource.authoritativeFor) continue;
      const label = labelOf(resource.type, camelKeys(change.before ?? change.after ?? {}), String);
      for (const each of [change.before?.id, id ?? address])
        if (typeof each === 'string') this.add(resource.type, each, label);
    }
    for (const { kind, id, name } of [...(live?.principals ?? []), ...(live?.scopes ?? [])]) this.add(kind, id, name);
  }

  /** Returns the id of the object at an address; the address while it has none. */
  idOf(address: string): string {
    return this.ids.get(address) ?? address;
  }

  nameOf(kinds: readonly string[], id: string): string {
    return kinds.map((kind) => this.known.get(kind)?.get(id)).find((name) => name !== undefined) ?? id;
  }

  /** Returns the id of the live container or role that a text in code names; undefined if none or several have the name. */
  scopeNamed(kind: string, text: string): string | undefined {
    const ofKind = { scopes: this.live?.scopes.filter((scope) => scope.kind === kind) ?? [] };
    if (ofKind.scopes.some(({ id }) => id === text)) return text;
    try {
      return findScope(ofKind, text).id;
    } catch (error) {
      if (error instanceof DelineaError) return undefined;
      throw error;
    }
  }

  all(): ObjectNames {
    const named = (names: ReadonlyMap<string, string>) => [...names].map(([id, name]) => [id, { name }] as const);
    return Object.fromEntries([...this.known].map(([kind, names]) => [kind, Object.fromEntries(named(names))]));
  }

  /** Records a name unless there is one: the code may rename what the live tenant still shows. */
  private add(kind: string, id: string, name: string): void {
    const names = this.known.get(kind) ?? new Map<string, string>();
    this.known.set(kind, names);
    if (!names.has(id)) names.set(id, name);
  }
}
