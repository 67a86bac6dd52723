import { findUnknownNames, type UnknownName, type UnknownNames } from '../guard/known-names.js';
import { DelineaErrors } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import type { IdleBarrier } from './idle-barrier.js';
import type { ResourceInstance } from './instance.js';
import type { SessionChanges } from './session-changes.js';
import { UNLESS_DECLARED, type Warning } from './warnings.js';

/**
 * Checks the names in the settings of the guards, once in a session. The configuration may declare what is not live yet,
 * so an unknown name is an error only when the session is idle.
 */
export class GuardNames {
  private found: Promise<UnknownNames> | undefined;
  private readonly checked = new Set<string>();

  constructor(
    private readonly reader: TenantReader,
    private readonly changes: SessionChanges,
    private readonly barrier: IdleBarrier,
  ) {}

  /**
   * Checks the names while a declared instance waits for the rest of the plan. Users and groups do not depend on an
   * edge, so a waiting edge delays no declaration. A waiting user or group may, so it only causes a warning.
   * @throws DelineaErrors `unknown_name`
   */
  async check({ resource, declared }: ResourceInstance): Promise<Warning[]> {
    const type = isEdge(resource) || resource.authoritativeFor ? 'edge' : 'object';
    const { unknown, unread } = await this.lookUp();
    if (!declared || this.checked.has(type)) return [];
    const isFirst = this.checked.size === 0;
    this.checked.add(type);
    const isKnown = () => this.undeclared(unknown).length === 0;
    while (!isKnown() && !(await this.barrier.beforeRejections(isKnown)));
    if (type === 'edge') await this.refuse();
    return [
      ...(isFirst ? unread : []).map((message) => ({ message })),
      ...this.undeclared(unknown).map(({ error: { message, hint, remedy } }) => ({
        message: message + UNLESS_DECLARED,
        hint,
        remedy,
      })),
    ];
  }

  /**
   * Refuses names that nothing has. Call it once the session is idle.
   * @throws DelineaErrors `unknown_name`
   */
  async refuse(): Promise<void> {
    const unknown = this.undeclared((await this.lookUp()).unknown);
    if (unknown.length > 0) throw new DelineaErrors(unknown.map(({ error }) => error));
  }

  private lookUp(): Promise<UnknownNames> {
    this.found ??= findUnknownNames(this.reader);
    return this.found;
  }

  /** Returns the names that no instance of the session declares either. */
  private undeclared(unknown: readonly UnknownName[]): readonly UnknownName[] {
    if (unknown.length === 0) return [];
    const declared = new Set(
      this.changes.steps().map(({ kind, before, desired }) => nameKey(resourceOf(kind), { ...before, ...desired })),
    );
    return unknown.filter(({ keys }) => !keys.some((key) => declared.has(key)));
  }
}
