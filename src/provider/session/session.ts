import type { Tenant } from '../api/tenant.js';
import { AbortPolicy } from '../apply/abort-policy.js';
import { Locks } from '../apply/locks.js';
import { DelineaError, DelineaErrors, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import { DuplicateIndex } from '../plan/duplicates.js';
import { refuseHiddenMembers } from '../plan/hidden-members.js';
import { VisibilityTracker } from '../plan/visibility-tracker.js';
import { edgeLabel } from '../read/edges.js';
import { findByName } from '../read/find-by-name.js';
import { withCurrentScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { openReader } from '../read/tenant-reader.js';
import { scopeAttribute } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { applyDeclared } from './apply-declared.js';
import { applyRemoved } from './apply-removed.js';
import type { Applied } from './attempt.js';
import { refuseDuplicateCreation } from './check-duplicates.js';
import { IdleBarrier } from './idle-barrier.js';
import { type ImportedInstance, importInstance } from './import-instance.js';
import { type InstanceState, nameInState, type ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { Ownership } from './ownership.js';
import { checkNames, type PlannedInstance, planInstance, planUnchanged } from './plan-instance.js';
import { readInstance } from './read-instance.js';
import { SessionChanges } from './session-changes.js';
import { freshReader, type SessionContext } from './session-context.js';
import { SessionGuard } from './session-guard.js';
import { type Warning, WarningLimiter } from './warnings.js';

/**
 * A Terraform run that plans and applies resource instances one at a time, in the order of Terraform's requests. All
 * data of the run is kept here and ends with the process.
 */
export interface Session {
  /**
   * Reads the live state of an instance; undefined if the service reports that it does not exist.
   * @throws DelineaError
   */
  read(instance: ResourceInstance): Promise<{ live: InstanceState | undefined; warnings: Warning[] }>;
  /**
   * Finds an object by the text of an import and reads all its attributes.
   * @throws DelineaError `unknown_name`, `ambiguous`
   */
  find(resource: Resource, text: string): Promise<ImportedInstance>;
  /** Plans an instance and returns warnings; writes nothing. @throws DelineaError, DelineaErrors */
  plan(instance: ResourceInstance): Promise<PlannedInstance>;
  /**
   * Checks the references of an instance whose own name is not known yet.
   * @throws DelineaError `unknown_name`, `ambiguous`
   */
  check(instance: ResourceInstance): Promise<void>;
  /** Tracks an instance without a change in the configuration or the tenant. */
  unchanged(instance: ResourceInstance): Promise<void>;
  /**
   * Returns whether two texts name the same scope, such as a container's name and its id.
   * @throws DelineaError `unknown_name`
   */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Creates or changes a declared instance; removes one that is no longer declared. */
  apply(instance: ResourceInstance): Promise<Applied>;
  /** Stops the session: no further write begins, and writes in progress are finished. */
  stop(): void;
  /** Runs other reads of the same Terraform run, such as data sources, so that removals wait for them as well. */
  alongside<T>(work: () => Promise<T>): Promise<T>;
  /** Returns whether changing the right of an edge of this kind gives it another id. */
  recreates(kind: string): boolean;
}

/** Opens a session. Sends no request yet. @param log receives every write; resolves when the line is written */
export function openSession(tenant: Tenant, log: SessionContext['log']): Session {
  const shared = openReader(tenant);
  const changes = new SessionChanges();
  const session: SessionContext = {
    tenant,
    shared,
    barrier: new IdleBarrier(),
    ownership: new Ownership(),
    duplicates: new DuplicateIndex(),
    changes,
    guard: new SessionGuard(shared, tenant.settings, changes),
    visibility: new VisibilityTracker(shared, (missing) => missing <= (tenant.settings.allowMissing ?? -1), true),
    locks: new Locks(),
    abort: new AbortPolicy(),
    log,
  };
  /** Accounts that reads found deleted, by kind and natural key. */
  const deleted = new Map<string, Pick<ResourceInstance, 'memory' | 'deletedOutOfBand'>>();

  /**
   * Reader for the second read of an edge. An edge has no name by which a wrong 404 could be found out, so it is read
   * twice.
   */
  let edgeReader: TenantReader | undefined;
  const readerForSecondRead = () => (edgeReader ??= freshReader(session));

  async function located(instance: ResourceInstance) {
    const here = { ...instance, state: await withCurrentScope(shared, instance) };
    return { instance: here, owned: await ownedByState(shared, here) };
  }

  async function read(instance: ResourceInstance) {
    const { resource, state = {} } = instance;
    const found = await located(instance).catch(ignoreCodes('unknown_name'));
    const readWith = async (reader: TenantReader) => found && readInstance(reader, found.instance, found.owned);
    const live = (await readWith(shared)) ?? (isEdge(resource) ? await readWith(readerForSecondRead()) : undefined);
    session.visibility.record({ kind: resource.type }, live ? 'seen' : 'missing', () =>
      edgeLabel(shared, resource.type, state),
    );
    if (found && live) {
      const known = Object.entries(state).filter(([, value]) => value !== null && value !== undefined);
      refuseHiddenMembers(resource, { ...instance.memory?.managedMembers, ...Object.fromEntries(known) }, live.values);
      for (const entry of found.owned) session.ownership.add(keyOfOwned(entry), entry);
      return {
        live,
        warnings: [...disabledWarnings(instance, live), ...renamedScopeWarnings(session, instance, found.instance)],
      };
    }
    await session.barrier.afterReads();
    if (!found) refuseLostScope(session, instance);
    refuseNeverVisible(session, instance);
    await session.visibility.enforce(resource.type);
    const [entry] = found?.owned ?? [];
    if (resource.account && entry)
      deleted.set(nameKey(resource, state), { deletedOutOfBand: entry, memory: instance.memory });
    return { live: undefined, warnings: [deletedWarning(instance)] };
  }

  // Once an apply has begun, Terraform applies each planned change at once, and the write reads the live object itself.
  let hasBegunApply = false;

  async function plan(instance: ResourceInstance) {
    if (hasBegunApply) {
      await refuseDuplicateCreation(session, instance);
      return { warnings: [], planned: {} };
    }
    // Terraform may ask for the plan of a removal before it reads the object.
    if (!instance.declared && !(await located(instance).catch(ignoreCodes('unknown_name')))) {
      refuseLostScope(session, instance);
      return { warnings: [], planned: { tenant: tenant.settings.url, forgets: true } };
    }
    const isNew = instance.declared && !instance.state;
    const earlier = isNew ? deleted.get(nameKey(instance.resource, instance.declared)) : {};
    return planInstance(session, { ...instance, ...earlier }, () => hasBegunApply);
  }

  const limiter = new WarningLimiter();
  const limitWarnings =
    ({ resource }: ResourceInstance) =>
    <T extends { readonly warnings: readonly Warning[] }>(result: T): T => ({
      ...result,
      warnings: limiter.limit(resource, result.warnings),
    });

  const during =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    (...given: A) =>
      session.barrier.during(() => work(...given));

  return {
    read: during((instance) => read(instance).then(limitWarnings(instance), rethrowNamed(instance))),
    find: during((resource, text) => importInstance(session, resource, text)),
    plan: during((instance) => {
      const planned = plan(instance).then(limitWarnings(instance));
      return instance.declared ? planned : planned.catch(rethrowNamed(instance));
    }),
    check: during((instance) => checkNames(session, instance)),
    unchanged: during((instance) => planUnchanged(session, instance)),
    sameName: during(async (kind, left, right) => {
      const [one, other] = await Promise.all([
        findByName(shared.snapshot, kind, left),
        findByName(shared.snapshot, kind, right, true),
      ]);
      return one.id === other.id;
    }),
    apply: during((instance) => {
      hasBegunApply = true;
      return (instance.declared ? applyDeclared(session, instance) : applyRemoved(session, instance)).then(
        limitWarnings(instance),
      );
    }),
    stop: () => {
      session.abort.reason ??= new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again. The state contains everything that was done.',
      });
    },
    alongside: (work) => session.barrier.during(work),
    recreates: (kind) => !resourceOf(kind).authoritativeFor && tenant.collection(kind).wire.recreate === true,
  };
}

function rethrowNamed(instance: ResourceInstance): (reason: unknown) => never {
  const name = nameInState(instance);
  return (reason) => {
    if (reason instanceof DelineaErrors) throw new DelineaErrors(reason.errors.map((error) => error.about(name)));
    throw reason instanceof DelineaError ? reason.about(name) : reason;
  };
}

/**
 * Refuses to treat an edge as revoked because its scope is not found by name: the scope may have been renamed, or be
 * hidden from the account.
 * @throws DelineaError `incomplete_response`, unless the missing objects so far are allowed
 */
function refuseLostScope({ visibility }: SessionContext, { resource, state = {} }: ResourceInstance): void {
  const name = scopeAttribute(resource);
  if (visibility.allowsMissing || name === undefined) return;
  throw new DelineaError('incomplete_response', `no ${name} "${state[name]}" is visible`, {
    path: name,
    hint: `If the ${name} has another name or is hidden, its access still exists. Let the account of this run see it, or correct the name.`,
    remedy: [{ kind: 'recordAgain' }, ...visibility.remedy(1)],
  });
}

/**
 * Refuses to treat a created object as deleted if no read has shown it yet: it may still appear.
 * @throws DelineaError `incomplete_response`
 */
function refuseNeverVisible({ visibility }: SessionContext, instance: ResourceInstance): void {
  if (!instance.memory?.neverVisible || visibility.allowsMissing) return;
  throw new DelineaError(
    'incomplete_response',
    `${nameInState(instance)} was created, but the API does not show it yet`,
    {
      hint: 'Plan again later. To make applies wait longer, raise visibility_seconds in the provider block. If it never appears, remove it from the state.',
      remedy: visibility.remedy(1),
    },
  );
}

/** Warns of an account that was disabled outside of code and stays disabled. */
function disabledWarnings({ resource, state = {} }: ResourceInstance, { values }: InstanceState): Warning[] {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return [];
  const was = Object.entries(removal.active).every(([name, value]) => state[name] === value);
  const is = Object.entries(removal.inactive).every(([name, value]) => values[name] === value);
  if (!was || !is) return [];
  const message = `${state[resource.key[0]!]} was disabled outside of code; it stays disabled`;
  return [{ message, hint: 'To enable it again, consent with reactivate = "<ticket or date>".' }];
}

/** Warns of a scope that was renamed outside of code. Its edges still exist. */
function renamedScopeWarnings(
  { shared }: SessionContext,
  instance: ResourceInstance,
  { state: now = {} }: ResourceInstance,
): Warning[] {
  const { resource, state = {} } = instance;
  const name = scopeAttribute(resource);
  if (name === undefined || state[name] === now[name]) return [];
  const id = String(now[name]);
  const called = shared.translator.nameOf(id);
  return [
    {
      message: `${nameInState(instance)}: its ${name} was renamed outside of code${called === undefined ? '' : ` to ${called}`} (id ${id})`,
      hint: 'Use the new name or the id in the code.',
    },
  ];
}

function deletedWarning(instance: ResourceInstance): Warning {
  const { resource } = instance;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  return {
    message: `${nameInState(instance)} was ${verb} outside of code`,
    groupMessage: `was ${verb} outside of code`,
    hint: resource.account
      ? 'It is not created again without consent: remove the declaration, or set reactivate = "<ticket or date>".'
      : `If it is still declared, the next apply ${isEdge(resource) ? 'grants' : 'creates'} it again.`,
  };
}
