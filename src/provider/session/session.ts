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
 * Plans and applies piece by piece, in an order that is not ours: what Terraform asks of a provider. Everything that is
 * remembered is remembered here, and ends with it.
 */
export interface Session {
  /** Reads what a state speaks of. undefined: the service says that there is no such thing. @throws DelineaError */
  read(instance: ResourceInstance): Promise<{ live: InstanceState | undefined; warnings: Warning[] }>;
  /** Finds one by the text of an import and reads everything of it. @throws DelineaError `unknown_name`, `ambiguous` */
  find(resource: Resource, text: string): Promise<ImportedInstance>;
  /** What an apply would do and what speaks against it; writes nothing. @throws DelineaError, DelineaErrors */
  plan(instance: ResourceInstance): Promise<PlannedInstance>;
  /** What can be said of a piece whose name is not known yet. @throws DelineaError `unknown_name`, `ambiguous` */
  check(instance: ResourceInstance): Promise<void>;
  /** A piece that neither code nor tenant has changed. */
  unchanged(instance: ResourceInstance): Promise<void>;
  /** Whether two names mean one place, such as a container's name and its id. @throws DelineaError `unknown_name` */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Makes it as declared, or lets go of it where nothing is declared. */
  apply(instance: ResourceInstance): Promise<Applied>;
  /** Begins nothing more: what is being written is written to its end. */
  stop(): void;
  /** Other reads of the same Terraform run: what takes away waits for them as well. */
  alongside<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a changed right gets another id where edges of this kind live. */
  recreates(kind: string): boolean;
}

/** Sends nothing yet. @param log told of every write; resolves when it is written down */
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
  /** What is known of accounts that reads found deleted, by kind and natural key. */
  const deleted = new Map<string, Pick<ResourceInstance, 'memory' | 'deletedOutOfBand'>>();

  /** An edge has no name that would tell a wrong 404 from the truth: another look has to, one for all of them. */
  let second: TenantReader | undefined;
  const secondLook = () => (second ??= freshReader(session));

  async function located(instance: ResourceInstance) {
    const here = { ...instance, state: await withCurrentScope(shared, instance) };
    return { instance: here, owned: await ownedByState(shared, here) };
  }

  async function read(instance: ResourceInstance) {
    const { resource, state = {} } = instance;
    const found = await located(instance).catch(ignoreCodes('unknown_name'));
    const look = async (reader: TenantReader) => found && readInstance(reader, found.instance, found.owned);
    const live = (await look(shared)) ?? (isEdge(resource) ? await look(secondLook()) : undefined);
    session.visibility.record({ kind: resource.type }, live ? 'seen' : 'missing', () =>
      edgeLabel(shared, resource.type, state),
    );
    if (found && live) {
      const known = Object.entries(state).filter(([, value]) => value !== null && value !== undefined);
      const members = { ...instance.memory?.managedMembers, ...Object.fromEntries(known) };
      refuseHiddenMembers(resource, members, live.values, [], true);
      for (const entry of found.owned) session.ownership.add(keyOfOwned(entry), entry);
      return { live, warnings: [...warningsOf(instance, live), ...placeWarnings(session, instance, found.instance)] };
    }
    await session.barrier.afterReads();
    if (!found) refuseLostScope(session, instance);
    refuseNeverVisible(session, instance);
    await session.visibility.enforce(resource.type);
    const [entry] = found?.owned ?? [];
    if (resource.account && entry)
      deleted.set(nameKey(resource, state), { deletedOutOfBand: entry, memory: instance.memory });
    return { live: undefined, warnings: [goneWarning(instance)] };
  }

  // From then on a plan is asked for what is applied at once, and the write looks for itself.
  let applies = false;

  async function plan(instance: ResourceInstance) {
    if (applies) {
      await refuseDuplicateCreation(session, instance);
      return { warnings: [], planned: {} };
    }
    // Terraform asks for the plan of a removal before it reads what is removed.
    if (!instance.declared && !(await located(instance).catch(ignoreCodes('unknown_name')))) {
      refuseLostScope(session, instance);
      return { warnings: [], planned: { tenant: tenant.settings.url, forgets: true } };
    }
    const isNew = instance.declared && !instance.state;
    const earlier = isNew ? deleted.get(nameKey(instance.resource, instance.declared)) : {};
    return planInstance(session, { ...instance, ...earlier }, () => applies);
  }

  const crowd = new WarningLimiter();
  const folding =
    ({ resource }: ResourceInstance) =>
    <T extends { readonly warnings: readonly Warning[] }>(said: T): T => ({
      ...said,
      warnings: crowd.limit(resource, said.warnings),
    });

  const during =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    (...given: A) =>
      session.barrier.during(() => work(...given));

  return {
    read: during((instance) => read(instance).then(folding(instance), naming(instance))),
    find: during((resource, text) => importInstance(session, resource, text)),
    plan: during((instance) => {
      const planned = plan(instance).then(folding(instance));
      return instance.declared ? planned : planned.catch(naming(instance));
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
      applies = true;
      return (instance.declared ? applyDeclared(session, instance) : applyRemoved(session, instance)).then(
        folding(instance),
      );
    }),
    stop: () => {
      session.abort.reason ??= new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again: what was done is in the state.',
      });
    },
    alongside: (work) => session.barrier.during(work),
    recreates: (kind) => !resourceOf(kind).authoritativeFor && tenant.collection(kind).wire.recreate === true,
  };
}

function naming(instance: ResourceInstance): (reason: unknown) => never {
  const name = nameInState(instance);
  return (reason) => {
    if (reason instanceof DelineaErrors) throw new DelineaErrors(reason.errors.map((error) => error.about(name)));
    throw reason instanceof DelineaError ? reason.about(name) : reason;
  };
}

/**
 * Refuses to conclude that an edge is gone because its scope is not found by name: the scope may have another name, or be
 * hidden from the account.
 * @throws DelineaError `incomplete_response`, unless what is missing so far is allowed to be
 */
function refuseLostScope({ visibility }: SessionContext, { resource, state = {} }: ResourceInstance): void {
  const name = scopeAttribute(resource);
  if (visibility.allowsMissing || name === undefined) return;
  throw new DelineaError('incomplete_response', `no ${name} "${state[name]}" is visible`, {
    path: name,
    hint: `If the ${name} has another name or is hidden, access to it continues: let the account see it, or correct the name.`,
    remedy: [{ kind: 'recordAgain' }, ...visibility.remedy(1)],
  });
}

/** @throws DelineaError `incomplete_response` for an object that was created and never showed: it may appear later */
function refuseNeverVisible({ visibility }: SessionContext, instance: ResourceInstance): void {
  if (!instance.memory?.neverVisible || visibility.allowsMissing) return;
  throw new DelineaError(
    'incomplete_response',
    `${nameInState(instance)} was created, and the API does not show it yet`,
    {
      hint: 'Plan again later. visibility_seconds of the provider is how long an apply waits. If it does not appear, remove it from the state.',
      remedy: visibility.remedy(1),
    },
  );
}

/** What changed behind the state's back and stays so. */
function warningsOf({ resource, state = {} }: ResourceInstance, { values }: InstanceState): Warning[] {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return [];
  const was = Object.entries(removal.active).every(([name, value]) => state[name] === value);
  const is = Object.entries(removal.inactive).every(([name, value]) => values[name] === value);
  if (!was || !is) return [];
  const message = `${state[resource.key[0]!]} was disabled outside of code; it stays disabled`;
  return [{ message, hint: 'To enable it again, consent with reactivate = "<ticket or date>".' }];
}

/** Where a place has another name by now, under which everything in it lives on. */
function placeWarnings(
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
      message: `${nameInState(instance)}: its ${name} has another name by now${called === undefined ? '' : `: ${called}`} (id ${id})`,
      hint: 'Write that, or the id.',
    },
  ];
}

function goneWarning(instance: ResourceInstance): Warning {
  const { resource } = instance;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  return {
    message: `${nameInState(instance)} was ${verb} outside of code`,
    groupMessage: `was ${verb} outside of code`,
    hint: resource.account
      ? 'It is not created again without consent: remove the declaration, or write reactivate = "<ticket or date>".'
      : `Where it is still declared, it is ${isEdge(resource) ? 'given' : 'created'} again.`,
  };
}
