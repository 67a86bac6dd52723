import pLimit from 'p-limit';
import { DelineaError } from '../errors.js';
import { resourceOf } from '../resources/index.js';
import type { Allowance } from '../settings.js';
import type { Tenant } from '../tenant.js';
import type { Live } from '../wire.js';
import { applySet } from './apply-set.js';
import type { ApplyIo, Applying, LogEvent } from './applying.js';
import { create, deactivate, regrant, remove, update } from './converge.js';
import type { OwnedObject } from './declaration.js';
import { EarlyEnd } from './early-end.js';
import type { Plan, ResourceChange, Step } from './format.js';
import { enforceGuards } from './guards.js';
import { Identity } from './identity.js';
import { gatherEvidence } from './keepers.js';
import { Locks } from './locks.js';
import { stepsOf } from './losses.js';
import { homeKeyOf, onSurface, poll, type SurfaceStep } from './observe.js';
import { openWork } from './open-work.js';
import { endsOf, heldBy } from './owned-from.js';
import { isEdge } from './planning.js';
import { openReading } from './reading.js';
import { Snapshot } from './snapshot.js';
import { SpentConsents } from './spent-consents.js';

export interface ApplyFailure {
  readonly address: string;
  readonly label: string;
  readonly error: DelineaError;
}

export interface ApplyResult {
  /** Steps that ended as planned. */
  readonly done: number;
  readonly failures: readonly ApplyFailure[];
  readonly notes: readonly { readonly address: string; readonly message: string }[];
  /** Every step ended as planned and was read back. */
  readonly converged: boolean;
  /** Whether any write reached the tenant. */
  readonly written: boolean;
}

/**
 * Carries out a plan: its steps and no others, each only while the live object is what the plan saw. The fault of one
 * step is that step's; what needs it is not attempted.
 * @throws DelineaError `stale_plan` when the plan was made for another tenant, `refused_by_guard` when it takes away more
 * than the allowance names; nothing has been written then
 */
export async function applyPlan(
  tenant: Tenant,
  plan: Plan,
  io: ApplyIo,
  allowance: Allowance = {},
): Promise<ApplyResult> {
  if (plan.delinea.tenant !== tenant.settings.url) {
    throw new DelineaError(
      'stale_plan',
      `the plan was made for ${plan.delinea.tenant}, not for ${tenant.settings.url}`,
      {
        hint: 'Plan again with these settings.',
      },
    );
  }
  await recheckGuards(tenant, plan, allowance);
  let written = false;
  const notes: { address: string; message: string }[] = [];
  const applying: Applying = {
    tenant,
    identity: new Identity(new Snapshot(tenant), plan.delinea.known),
    locks: new Locks(),
    io,
    spent: new SpentConsents(io.spent?.() ?? []),
    ids: new Map(
      plan.resource_changes.flatMap(({ address, deposed, delinea }) =>
        delinea.id === undefined || deposed ? [] : [[address, delinea.id]],
      ),
    ),
    visible: (ask, otherwise) => poll(tenant.settings.visibilityMs, ask, otherwise),
    note: (_, address, message) => void notes.push({ address, message }),
    wrote: () => {
      written = true;
    },
  };
  const outcome = await runAll(applying, plan.resource_changes);
  return { ...outcome, notes, written, converged: outcome.failures.length === 0 };
}

/**
 * The guards once more, on what lives now: a plan may be hours old, or come from a file, and the other Owner that it
 * counted on may be gone.
 */
async function recheckGuards(tenant: Tenant, plan: Plan, allowance: Allowance): Promise<void> {
  enforceGuards(plan, tenant.settings, allowance);
  const evidence = await gatherEvidence(openReading(tenant, plan.delinea.known), stepsOf(plan));
  enforceGuards({ ...plan, delinea: { ...plan.delinea, evidence } }, tenant.settings, allowance);
}

/** Runs every step as soon as those it needs are done. */
async function runAll(
  applying: Applying,
  changes: readonly ResourceChange[],
): Promise<{ done: number; failures: ApplyFailure[] }> {
  const acting = changes.filter(({ delinea }) => delinea.operation !== 'none');
  const byKey = new Map(acting.map((change) => [change.delinea.key, change]));
  const limit = pLimit(applying.tenant.settings.concurrency);
  const started = new Map<string, Promise<boolean>>();
  const failures: ApplyFailure[] = [];
  let done = 0;
  const end = new EarlyEnd();

  const report = ({ label, operation }: Step, failed: boolean) =>
    applying.io.progress?.({ done: done + failures.length, total: acting.length, label, operation, failed });

  const run = (change: ResourceChange, trail: readonly string[]): Promise<boolean> => {
    const { key } = change.delinea;
    let promise = started.get(key);
    if (promise) return promise;
    promise = runOne(change, [...trail, key]);
    started.set(key, promise);
    return promise;
  };

  async function runOne(change: ResourceChange, trail: readonly string[]): Promise<boolean> {
    const { delinea: step, address } = change;
    // Objects that hold each other in the tenant must not wait for each other.
    const needed = step.after.flatMap((key) => (trail.includes(key) ? [] : (byKey.get(key) ?? [])));
    const ready = await Promise.all(needed.map((other) => run(other, trail)));
    const isNeeded = ({ delinea }: ResourceChange) => isDependent(step) || step.needs?.includes(delinea.key);
    const missing = needed.find((other, index) => !ready[index] && isNeeded(other));
    const waiting = step.needs?.some((key) => trail.includes(key));
    return limit(async () => {
      try {
        if (applying.io.signal?.aborted) throw new DelineaError('cancelled', 'not attempted: the run was stopped');
        if (end.reason) throw end.reason;
        if (missing) throw new DelineaError('skipped', `not attempted, because ${missing.address} failed`);
        if (waiting) {
          throw new DelineaError('skipped', 'not attempted: it waits for what waits for it', {
            hint: 'Take depends_on away, or do it in two applies.',
          });
        }
        if (step.parts) await performSet(applying, change, step.parts, end);
        else await perform(applying, change);
        end.done();
        done++;
        report(step, false);
        return true;
      } catch (reason) {
        const error =
          reason instanceof DelineaError
            ? reason
            : new DelineaError('rejected', `internal error: ${String(reason)}`, { cause: reason });
        end.failed(error);
        // Nobody knows: the tenant may not be as it was.
        if (error.uncertain) applying.wrote();
        failures.push({ address, label: step.label, error: error.at(address) });
        await logFailure(applying, change, error);
        report(step, true);
        return false;
      }
    });
  }

  // All of them, also where the log cannot be written any more: whoever gives back the locks must know that nothing runs.
  const outcomes = await Promise.allSettled(acting.map((change) => run(change, [])));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  failures.sort((left, right) => left.address.localeCompare(right.address));
  return { done, failures };
}

/** Disabling an account or taking a right away is right even where something before it failed; giving and deleting are not. */
function isDependent({ operation }: Step): boolean {
  return operation !== 'deactivate' && operation !== 'revoke';
}

function event({ address, delinea: { kind, label, operation, id } }: ResourceChange): Omit<LogEvent, 'outcome'> {
  return { address, kind, label, operation, id };
}

function logFailure({ io }: Applying, change: ResourceChange, error: DelineaError): Promise<void> {
  const outcome = error.code === 'skipped' ? 'refused' : 'failed';
  return io.log({ ...event(change), outcome, detail: `${error.code}: ${error.message}` });
}

/** Carries out one change by itself. @returns the live object afterwards, in ids of its surface; undefined: none, or a set */
export async function applyOne(applying: Applying, change: ResourceChange, end: EarlyEnd): Promise<Live | undefined> {
  const { parts } = change.delinea;
  if (!parts) return perform(applying, change);
  await performSet(applying, change, parts, end);
  return undefined;
}

async function perform(applying: Applying, change: ResourceChange): Promise<Live | undefined> {
  const { delinea: step, address } = change;
  const { io } = applying;
  const say = (part: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => io.log({ ...event(change), ...part });
  if (step.operation === 'forget') {
    await io.forget({ address, kind: step.kind, id: step.id ?? '' });
    await say({ outcome: 'forgotten' });
    return undefined;
  }
  const on = await onSurface(applying, step);
  const own = (live: Pick<Live, 'id' | 'values'>) => recordOwned(applying, change, on, live);
  if (step.operation === 'take over' || step.operation === 'record') {
    await own({ id: step.id ?? '', values: on.key });
    if (step.operation !== 'record') await say({ outcome: 'taken over' });
    return undefined;
  }
  return applying.locks.hold(lockOf(on), async () => {
    const live = await carryOut(applying, address, on, own, say);
    if (live) await own(live);
    else await io.forget({ address, kind: step.kind, id: step.id ?? '' });
    await say({ outcome: 'verified', id: live?.id ?? step.id });
    return live;
  });
}

/** A failed edge has a line of its own in the log, beside that of its set. */
async function performSet(
  applying: Applying,
  change: ResourceChange,
  parts: readonly Step[],
  end: EarlyEnd,
): Promise<void> {
  await applySet(applying, parts, end, async (part) => {
    const edge = { ...change, delinea: part };
    try {
      await perform(applying, edge);
    } catch (reason) {
      if (reason instanceof DelineaError) await logFailure(applying, edge, reason);
      throw reason;
    }
  });
}

type Own = (live: Pick<Live, 'id' | 'values'>) => Promise<void>;
type Say = (part: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => Promise<void>;

/** The live object afterwards, or undefined where there is nothing of ours any more. */
async function carryOut(
  applying: Applying,
  address: string,
  on: SurfaceStep,
  own: Own,
  say: Say,
): Promise<Live | undefined> {
  const { removal } = on.collection.resource;
  switch (on.step.operation) {
    case 'create':
      return create(applying, on, own, say);
    case 'regrant':
      return regrant(applying, on, own, say);
    case 'deactivate':
      if (await deactivate(applying, on, removal?.verb === 'deactivate' ? removal.to : {}, say)) {
        await noteSessions(applying, on.step, address);
      } else applying.note(on.step, address, `${on.step.label} was gone already`);
      return undefined;
    case 'delete':
      // A plan may come from a file: the second key is asked for where the deletion happens.
      if (!applying.tenant.settings.allowDelete) {
        throw new DelineaError('guarded', `${on.step.label} is not deleted: allowDelete is not set on the provider`);
      }
      await remove(applying, on, say);
      return undefined;
    case 'revoke':
      await remove(applying, on, say);
      return undefined;
    default:
      return update(applying, on, say);
  }
}

async function recordOwned(
  applying: Applying,
  change: ResourceChange,
  on: SurfaceStep,
  live: Pick<Live, 'id' | 'values'>,
): Promise<void> {
  const { step } = on;
  const { address } = change;
  const key = homeKeyOf(on, live.values);
  const entry: OwnedObject = {
    address,
    kind: step.kind,
    id: live.id,
    surface: step.surface,
    ends: endsOf(applying.tenant, on.collection.resource, on.homeKey),
    key,
    onRemoval: step.onRemoval,
    held: heldBy(on.collection.resource, on.home),
    reactivated: step.reactivated,
    correlation: step.correlation,
  };
  const [name] = on.collection.resource.key;
  // Nothing refers to an edge, and the address of a set stands for its place.
  if (!isEdge(on.collection.resource)) {
    applying.ids.set(address, live.id);
    applying.identity.note(step.kind, live.id, String(key[name!] ?? step.label));
  }
  await applying.io.record(entry);
  if (step.id !== undefined && step.id !== live.id) await applying.io.forget({ address, kind: step.kind, id: step.id });
}

/** What must not be written to by two steps at once: the object, or the one that carries the edge. */
function lockOf({ collection, step, homeKey }: SurfaceStep): string {
  const { element } = collection.wire;
  // By home ids: one object may be reached over several surfaces.
  if (element) return `${homeKey[element.kindIn]}/${homeKey[element.idIn]}`;
  return `${step.kind}/${step.id ?? JSON.stringify(homeKey)}`;
}

/** Guide 000: deactivation ends logins at once, sessions and check-outs only some time later. */
async function noteSessions(applying: Applying, step: Step, address: string): Promise<void> {
  if (!resourceOf(step.kind).account || step.id === undefined) return;
  const work = await openWork(applying.tenant, applying.identity, { kind: step.kind, id: step.id });
  const told = work.map(({ what, open }) => `${what}: ${open === undefined ? 'cannot be read here' : `${open} open`}`);
  applying.note(step, address, `${step.label}: login disabled; ${told.join('; ')}`);
}
