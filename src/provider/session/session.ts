import type { Tenant } from '../api/tenant.js';
import { AbortPolicy } from '../apply/abort-policy.js';
import { Locks } from '../apply/locks.js';
import { DelineaError, DelineaErrors, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
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
import { Declared } from './declared.js';
import { IdleBarrier } from './idle-barrier.js';
import { type ImportedInstance, importInstance } from './import-instance.js';
import { type InstanceState, nameInState, type ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { Ownership } from './ownership.js';
import { checkNames, countUnchanged, declareCreated, type PlannedInstance, planInstance } from './plan-instance.js';
import { readInstance, refuseHidden } from './read-instance.js';
import { RemovalCount } from './removal-count.js';
import { freshReader, type SessionContext } from './session-context.js';
import { SessionGuard } from './session-guard.js';
import { VisibilityTracker } from './visibility-tracker.js';
import { WarningLimiter } from './warning-limiter.js';
import type { Warning } from './warnings.js';

/**
 * Plans and applies piece by piece, in an order that is not ours: what Terraform asks of a provider. Everything that is
 * remembered is remembered here, and ends with it.
 */
export interface Session {
  /** Reads what a state speaks of. undefined: the service says that there is no such thing. @throws DelineaError */
  read(piece: ResourceInstance): Promise<{ live: InstanceState | undefined; warnings: Warning[] }>;
  /** Finds one by the text of an import and reads everything of it. @throws DelineaError `unknown_name`, `ambiguous` */
  find(resource: Resource, text: string): Promise<ImportedInstance>;
  /** What an apply would do and what speaks against it; writes nothing. @throws DelineaError, DelineaErrors */
  plan(piece: ResourceInstance): Promise<PlannedInstance>;
  /** What can be said of a piece whose name is not known yet. @throws DelineaError `unknown_name`, `ambiguous` */
  check(piece: ResourceInstance): Promise<void>;
  /** A piece that neither code nor tenant has changed. */
  unchanged(piece: ResourceInstance): Promise<void>;
  /** Whether two names mean one place, such as a container's name and its id. @throws DelineaError `unknown_name` */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Makes it as declared, or lets go of it where nothing is declared. */
  apply(piece: ResourceInstance): Promise<Applied>;
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
  const running: SessionContext = {
    tenant,
    shared,
    barrier: new IdleBarrier(),
    ownership: new Ownership(),
    declared: new Declared(),
    guard: new SessionGuard(shared, tenant.settings),
    visibility: new VisibilityTracker(shared),
    locks: new Locks(),
    abort: new AbortPolicy(),
    log,
    removals: new RemovalCount(shared),
  };
  /** Objects of states that are gone, by kind and natural key: who can log in is not made again without consent. */
  const vanished = new Map<string, { owned: OwnedObject; memory: ResourceInstance['memory'] }>();

  /** An edge has no name that would tell a wrong 404 from the truth: another look has to, one for all of them. */
  let second: TenantReader | undefined;
  const secondLook = () => (second ??= freshReader(running));

  async function located(piece: ResourceInstance) {
    const here = { ...piece, state: await withCurrentScope(shared, piece) };
    return { piece: here, owned: await ownedByState(shared, here) };
  }

  async function read(piece: ResourceInstance) {
    const { resource, state = {} } = piece;
    const found = await located(piece).catch(ignoreCodes('unknown_name'));
    const look = async (reading: TenantReader) => found && readInstance(reading, found.piece, found.owned);
    const live = (await look(shared)) ?? (isEdge(resource) ? await look(secondLook()) : undefined);
    running.visibility.record(resource.type, live !== undefined);
    if (found && live) {
      refuseHidden(piece, live);
      for (const entry of found.owned) running.ownership.add(keyOfOwned(entry), entry);
      return { live, warnings: [...warningsOf(piece, live), ...placeWarnings(running, piece, found.piece)] };
    }
    await running.barrier.afterReads();
    if (!found) refuseUnplaced(running, piece);
    refuseUnshown(running, piece);
    await running.visibility.enforce(resource);
    const [entry] = found?.owned ?? [];
    if (resource.account && entry) vanished.set(nameKey(resource, state), { owned: entry, memory: piece.memory });
    return { live: undefined, warnings: [goneWarning(piece)] };
  }

  // From then on a plan is asked for what is applied at once, and the write looks for itself.
  let applies = false;

  async function plan(piece: ResourceInstance) {
    if (applies) {
      await declareCreated(running, piece);
      return { warnings: [], planned: {} };
    }
    // Terraform asks for the plan of a removal before it reads what is removed.
    if (!piece.declared && !(await located(piece).catch(ignoreCodes('unknown_name')))) {
      refuseUnplaced(running, piece);
      return { warnings: [], planned: { tenant: tenant.settings.url, forgets: true } };
    }
    const lost = piece.declared && !piece.state ? vanished.get(nameKey(piece.resource, piece.declared)) : undefined;
    return planInstance(running, lost ? { ...piece, memory: lost.memory } : piece, lost?.owned, () => applies);
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
      running.barrier.during(() => work(...given));

  return {
    read: during((piece) => read(piece).then(folding(piece), naming(piece))),
    find: during((resource, text) => importInstance(running, resource, text)),
    plan: during((piece) => {
      const planned = plan(piece).then(folding(piece));
      return piece.declared ? planned : planned.catch(naming(piece));
    }),
    check: during((piece) => checkNames(running, piece)),
    unchanged: during((piece) => countUnchanged(running, piece)),
    sameName: during(async (kind, left, right) => {
      const [one, other] = await Promise.all([
        findByName(shared.snapshot, kind, left),
        findByName(shared.snapshot, kind, right, true),
      ]);
      return one.id === other.id;
    }),
    apply: during((piece) => {
      applies = true;
      return (piece.declared ? applyDeclared(running, piece) : applyRemoved(running, piece)).then(folding(piece));
    }),
    stop: () => {
      running.abort.reason ??= new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again: what was done is in the state.',
      });
    },
    alongside: (work) => running.barrier.during(work),
    recreates: (kind) => !resourceOf(kind).authoritativeFor && tenant.collection(kind).wire.recreate === true,
  };
}

function naming(piece: ResourceInstance): (reason: unknown) => never {
  const name = nameInState(piece);
  return (reason) => {
    if (reason instanceof DelineaErrors) throw new DelineaErrors(reason.errors.map((error) => error.about(name)));
    throw reason instanceof DelineaError ? reason.about(name) : reason;
  };
}

/**
 * An edge whose place nothing is called is not revoked for all that: the place has another name, or does not show.
 * @throws DelineaError `unread`, unless so many may be missing
 */
function refuseUnplaced({ visibility }: SessionContext, { resource, state = {} }: ResourceInstance): void {
  const missing = visibility.unallowed(resource.type);
  const name = scopeAttribute(resource);
  if (missing === undefined || name === undefined) return;
  throw new DelineaError('incomplete_response', `its ${name} "${state[name]}" does not show by that name`, {
    path: name,
    hint: `If it has another name or is out of sight, access goes on there: show it to the account, or import again by the new name after terraform state rm. If it was deleted, say so on the provider, for one run: allow_missing = ${Math.max(missing, 1)} (so many until now; the last such error has the sum).`,
  });
}

/** @throws DelineaError `unread` for what was made and never showed: it may show yet, and would be nobody's then */
function refuseUnshown({ visibility }: SessionContext, piece: ResourceInstance): void {
  const missing = visibility.unallowed(piece.resource.type);
  if (!piece.memory?.neverVisible || missing === undefined) return;
  throw new DelineaError(
    'incomplete_response',
    `${nameInState(piece)} was made, as the service said, and does not show yet`,
    {
      hint: 'Plan again later; visibility_seconds on the provider is how long an apply waits for it. If it will not come: terraform state rm, or allow_missing for one run.',
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
  piece: ResourceInstance,
  { state: now = {} }: ResourceInstance,
): Warning[] {
  const { resource, state = {} } = piece;
  const name = scopeAttribute(resource);
  if (name === undefined || state[name] === now[name]) return [];
  const id = String(now[name]);
  const called = shared.translator.nameOf(id);
  return [
    {
      message: `${nameInState(piece)}: its ${name} has another name by now${called === undefined ? '' : `: ${called}`} (id ${id})`,
      hint: 'Write that, or the id.',
    },
  ];
}

function goneWarning(piece: ResourceInstance): Warning {
  const { resource } = piece;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  return {
    message: `${nameInState(piece)} was ${verb} outside of code`,
    groupMessage: `was ${verb} outside of code`,
    hint: resource.account
      ? 'It is not created again without consent: remove the declaration, or write reactivate = "<ticket or date>".'
      : `Where it is still declared, it is ${isEdge(resource) ? 'given' : 'created'} again.`,
  };
}
