import { findUnknownNames, type UnknownName } from '../guard/known-names.js';
import { DelineaErrors } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import type { IdleBarrier } from './idle-barrier.js';
import type { ResourceInstance } from './instance.js';
import type { SessionChanges } from './session-changes.js';
import type { Warning } from './warnings.js';

const UNLESS = ' (unless a resource that Terraform has not planned yet declares it)';

/**
 * Checks the names in the settings of the guards, once in a session. The configuration may declare what is not live yet,
 * so an unknown name is an error only when the session is idle.
 */
export class GuardNames {
  private found: Promise<void> | undefined;
  private unknown: readonly UnknownName[] = [];
  private unread: readonly string[] = [];
  private readonly checked = { edge: false, object: false };

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
    await this.lookUp();
    if (!declared || this.checked[type]) return [];
    this.checked[type] = true;
    const isKnown = () => this.undeclared().length === 0;
    while (!isKnown() && !(await this.barrier.beforeRejections(isKnown)));
    if (type === 'edge') await this.refuse();
    const unread = this.unread.map((message) => ({ message }));
    this.unread = [];
    return [
      ...unread,
      ...this.undeclared().map(({ error: { message, hint } }) => ({ message: message + UNLESS, hint })),
    ];
  }

  /**
   * Refuses names that nothing has. Call it once the session is idle.
   * @throws DelineaErrors `unknown_name`
   */
  async refuse(): Promise<void> {
    await this.lookUp();
    const unknown = this.undeclared();
    if (unknown.length > 0) throw new DelineaErrors(unknown.map(({ error }) => error));
  }

  private lookUp(): Promise<void> {
    this.found ??= findUnknownNames(this.reader).then(({ unknown, unread }) => {
      this.unknown = unknown;
      this.unread = unread;
    });
    return this.found;
  }

  private undeclared(): readonly UnknownName[] {
    if (this.unknown.length === 0) return [];
    const declared = new Set(
      this.changes.steps().map(({ kind, before, desired }) => nameKey(resourceOf(kind), { ...before, ...desired })),
    );
    return this.unknown.filter(({ keys }) => !keys.some((key) => declared.has(key)));
  }
}
