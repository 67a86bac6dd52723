import type { Tenant } from '../api/tenant.js';
import { AbortPolicy } from '../apply/abort-policy.js';
import { Locks } from '../apply/locks.js';
import { Synchroniser } from '../apply/synchronise.js';
import { DelineaError, DelineaErrors, ignoreCodes } from '../model/errors.js';
import { nameKey } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import { DuplicateIndex } from '../plan/duplicates.js';
import { LookAlikes } from '../plan/look-alikes.js';
import { VisibilityTracker } from '../plan/visibility-tracker.js';
import { findByName } from '../read/find-by-name.js';
import { openReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { allowedCount } from '../settings/allowance.js';
import { applyDeclared } from './apply-declared.js';
import { applyRemoved } from './apply-removed.js';
import type { Applied } from './attempt.js';
import { refuseDuplicateCreation } from './check-duplicates.js';
import { GuardNames } from './guard-names.js';
import { IdleBarrier } from './idle-barrier.js';
import { type ImportedInstance, importInstance } from './import-instance.js';
import { nameInState, type ResourceInstance } from './instance.js';
import { Ownership } from './ownership.js';
import { checkScopeNames, type PlannedInstance, planInstance, planUnchanged, replacedNow } from './plan-instance.js';
import { locate, type ReadState, readState, refuseLostScope } from './read-state.js';
import { SessionChanges } from './session-changes.js';
import type { SessionContext } from './session-context.js';
import { SessionGuard } from './session-guard.js';
import { type Warning, WarningLimiter } from './warnings.js';

/** Reads, plans and applies instances one by one, in the order that Terraform asks. It keeps all state of one provider run. */
export interface Session {
  /** Reads the object of a state. @throws DelineaError */
  read(instance: ResourceInstance): Promise<ReadState>;
  /** Finds an object by the text of an import and reads it whole. @throws DelineaError `unknown_name`, `ambiguous` */
  find(resource: Resource, text: string): Promise<ImportedInstance>;
  /** Plans one instance. Writes nothing. @throws DelineaError, DelineaErrors */
  plan(instance: ResourceInstance): Promise<PlannedInstance>;
  /** Checks an instance whose name is not known yet. @throws DelineaError `unknown_name`, `ambiguous` */
  check(instance: ResourceInstance): Promise<void>;
  /** Tracks an instance that neither the configuration nor the tenant has changed. @throws DelineaError, DelineaErrors */
  unchanged(instance: ResourceInstance): Promise<PlannedInstance>;
  /** Whether two texts name one object, such as a container's name and its id. @throws DelineaError `unknown_name` */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Creates or changes an instance as declared, or removes it if it is not declared. */
  apply(instance: ResourceInstance): Promise<Applied>;
  /** Starts nothing more. Writes in flight end, or are given up after a few seconds. */
  stop(): void;
  /** Runs other reads of the same Terraform run. Removals wait for them. */
  alongside<T>(work: () => Promise<T>): Promise<T>;
  /** The hosts that this run reaches, which identify the tenant. */
  readonly tenant: string;
  /** Whether a changed right gets a new id on the surface of a kind. */
  recreates(kind: string): boolean;
}

/** Opens a session. Sends nothing yet. @param log writes an event for each write; resolves when it is written */
export function openSession(
  tenant: Tenant,
  log: SessionContext['log'],
  hasSiblings: SessionContext['hasSiblings'] = () => false,
): Session {
  const session = openContext(tenant, log, hasSiblings);
  const { shared, barrier } = session;
  const limiter = new WarningLimiter();
  /** Once the session applies, Terraform plans only what it applies next, and the write itself reads the tenant. */
  let isApplying = false;

  async function plan(instance: ResourceInstance): Promise<PlannedInstance> {
    if (isApplying) {
      await refuseDuplicateCreation(session, instance);
      return { warnings: [], planned: {}, replaces: await replacedNow(session, instance) };
    }
    const { resource, declared, state } = instance;
    // Terraform may plan a removal before it reads the object.
    if (!declared && !(await locate(session, instance).catch(ignoreCodes('unknown_name')))) {
      refuseLostScope(session, instance);
      return { warnings: [], planned: { tenant: tenant.settings.target, forgets: true } };
    }
    const deleted = declared && !state ? session.deleted.get(nameKey(resource, declared)) : {};
    return planInstance(session, { ...instance, ...deleted }, () => isApplying);
  }

  async function withNames(instance: ResourceInstance, outcome: PlannedInstance): Promise<PlannedInstance> {
    const names = isApplying ? [] : await session.names.check(instance);
    return { ...outcome, warnings: [...outcome.warnings, ...names] };
  }

  const limited =
    ({ resource }: ResourceInstance) =>
    <T extends { readonly warnings: readonly Warning[] }>(outcome: T): T => ({
      ...outcome,
      warnings: limiter.limit(resource, outcome.warnings),
    });

  const during =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A) =>
      barrier.during(() => work(...args));

  return {
    read: during((instance) => readState(session, instance).then(limited(instance), throwNamed(instance))),
    find: during((resource, text) => importInstance(session, resource, text)),
    plan: during((instance) => {
      const planned = plan(instance)
        .then((outcome) => withNames(instance, outcome))
        .then(limited(instance));
      return instance.declared ? planned : planned.catch(throwNamed(instance));
    }),
    check: during((instance) => checkScopeNames(session, instance)),
    unchanged: during(async (instance) => {
      await planUnchanged(session, instance);
      return withNames(instance, { warnings: [], planned: {} });
    }),
    sameName: during(async (kind, left, right) => {
      const [one, other] = await Promise.all([
        findByName(shared.snapshot, kind, left),
        findByName(shared.snapshot, kind, right, true),
      ]);
      return one.id === other.id;
    }),
    apply: during((instance) => {
      isApplying = true;
      tenant.permitWrites();
      const applied = instance.declared ? applyDeclared(session, instance) : applyRemoved(session, instance);
      return applied.then(limited(instance));
    }),
    stop: () => {
      session.abort.reason ??= new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again. The state contains everything that was done.',
      });
      tenant.stop();
    },
    tenant: tenant.settings.origins.join(', '),
    alongside: (work) => barrier.during(work),
    recreates: (kind) => !resourceOf(kind).authoritativeFor && tenant.collection(kind).wire.recreate === true,
  };
}

function openContext(
  tenant: Tenant,
  log: SessionContext['log'],
  hasSiblings: SessionContext['hasSiblings'],
): SessionContext {
  const shared = openReader(tenant);
  const changes = new SessionChanges();
  const barrier = new IdleBarrier();
  return {
    tenant,
    shared,
    barrier,
    ownership: new Ownership(),
    duplicates: new DuplicateIndex(),
    changes,
    guard: new SessionGuard(shared, tenant.settings, changes, hasSiblings),
    names: new GuardNames(shared, changes, barrier),
    visibility: new VisibilityTracker(
      shared,
      (missing) => missing <= (allowedCount(tenant.settings.allowances, 'missing')?.count ?? -1),
      true,
    ),
    lookAlikes: new LookAlikes(),
    deleted: new Map(),
    locks: new Locks(),
    abort: new AbortPolicy(),
    synchroniser: new Synchroniser(tenant, log),
    hasSiblings,
    log,
  };
}

/** Returns a `catch` handler that adds the name of an instance: Terraform shows no address for what is not declared. */
function throwNamed(instance: ResourceInstance): (reason: unknown) => never {
  const name = nameInState(instance);
  return (reason) => {
    // A refusal is about the whole run, and has the names of all objects that count.
    if (reason instanceof DelineaError && reason.code === 'refused_by_guard') throw reason;
    if (reason instanceof DelineaErrors) throw new DelineaErrors(reason.errors.map((error) => error.about(name)));
    throw reason instanceof DelineaError ? reason.about(name) : reason;
  };
}
