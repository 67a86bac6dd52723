import type { Tenant } from '../api/tenant.js';
import { gatherEvidence } from '../guard/evidence.js';
import { findUnknownNames } from '../guard/known-names.js';
import type { Declaration } from '../model/declaration.js';
import { isInactive } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { ownedKey } from '../model/keys.js';
import { terraformType } from '../model/names.js';
import { nearestNames } from '../model/nearest-names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Plan, ResourceChange } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import type { Resource } from '../model/resource.js';
import { isCleared, pick } from '../model/values.js';
import { fieldOf, type RemoteObject } from '../model/wire.js';
import { buildEntry } from '../plan/build-entry.js';
import { buildRemoval } from '../plan/build-removal.js';
import { providerOf } from '../plan/correlation-key.js';
import { buildPlan } from '../plan/make-plan.js';
import { foreignIds, openPlanContext } from '../plan/plan-changes.js';
import type { PlanContext } from '../plan/plan-context.js';
import { stepObjects } from '../plan/step-refs.js';
import { ifReadable } from '../read/access-paths.js';
import { allMemberships, liveDirectory } from '../read/directory.js';
import { edgeLabel } from '../read/edges.js';
import { edgesOfPrincipal } from '../read/edges-by-principal.js';
import { homeValues } from '../read/home-values.js';
import { inheritsEdges } from '../read/inheritance.js';
import { loadObject } from '../read/load-object.js';
import { type LiveEdge, openReader, type TenantReader } from '../read/tenant-reader.js';
import { accessKinds, groupKinds, memberLists } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import { bareNumberIn } from '../resources/object-id.js';
import { recordedRefs } from '../resources/owned-key.js';
import { type CodeReference, findCodeReferences } from './references-in-code.js';

export interface OffboardInput {
  /** Compared without case. */
  readonly userName: string;
  /** Whether to remove every direct permission, role and membership of the account as well. */
  readonly revoke: boolean;
  /** Empty when there is no stack. */
  readonly stack: string;
  /** The ledger's entries; undefined when there is no ledger. */
  readonly owned?: readonly OwnedObject[] | undefined;
  readonly declarations: readonly Declaration[];
}

/** A plan that removes the access of one account. */
export interface Offboarding {
  readonly plan: Plan;
  readonly account: Principal & { readonly name: string };
  readonly inCode: readonly CodeReference[];
}

/**
 * Plans the off-boarding of one account: disables it and, if asked, revokes its own permissions and roles and removes it
 * from the groups that it is a direct member of. Deletes nothing, writes nothing.
 * @throws DelineaError `unknown_name` with similar names, `ambiguous` when several accounts have the name, or why the
 * account cannot be read
 */
export async function planOffboarding(tenant: Tenant, input: OffboardInput): Promise<Offboarding> {
  const { stack, owned, declarations } = input;
  const usable = (owned ?? []).filter((entry) => !foreignIds(tenant, entry) && !bareNumberIn(recordedRefs(entry)));
  const context = openPlanContext(openReader(tenant), { stack, owned, declarations: [] }, [], usable);
  const { resource, live } = await findAccount(context, input.userName);
  context.translator.addRemote(resource.type, live);
  const account = { kind: resource.type, id: live.id, name: context.translator.nameFrom(resource.type, live) };
  const inCode = findCodeReferences(declarations, account, account.name);
  const declaredAt = inCode.find(({ attributes }) => attributes.length === 0)?.address;
  planDeactivation(context, resource, live, declaredAt);
  const first = context.changes.map(({ delinea }) => delinea.key);
  if (input.revoke) await planRevocations(context, account);
  const changes = context.changes.map((change) => afterOthers(change, first));
  reportCodeReferences(context, inCode);
  const steps = changes.map(({ delinea }) => delinea);
  const evidence = await gatherEvidence(context, steps);
  const { unknown, unread } = await findUnknownNames(context);
  const names = [...unknown.map(({ error }) => error.message), ...unread];
  for (const message of [...evidence.unread, ...names])
    context.findings.push({ level: 'warning', code: 'not_checked', message });
  const refs = [{ kinds: [account.kind], id: account.id }, ...steps.flatMap(stepObjects)];
  const plan = buildPlan(context, changes, evidence, context.translator.export(refs));
  return { plan: { ...plan, delinea: { ...plan.delinea, limits: false } }, account, inCode };
}

/** Returns a change that waits for those with these keys: the login is disabled before anything else is revoked. */
function afterOthers(change: ResourceChange, keys: readonly string[]): ResourceChange {
  const after = keys.filter((key) => key !== change.delinea.key);
  return { ...change, delinea: { ...change.delinea, after } };
}

/** Finds the account by name, with the attributes that decide about its deactivation even if its list omits them. */
async function findAccount(reader: TenantReader, name: string): Promise<{ resource: Resource; live: RemoteObject }> {
  const found: { resource: Resource; live: RemoteObject }[] = [];
  const names: string[] = [];
  const kinds = resources.filter(({ account }) => account);
  for (const resource of kinds) {
    const view = reader.snapshot.view(resource.type);
    const [key] = resource.key;
    let lives = await view.byKey({ [key!]: name });
    if (lives.length === 0) {
      names.push(...(await view.all()).map(({ values }) => String(values[key!])));
      lives = await view.byKey({ [key!]: name });
    }
    found.push(...lives.map((live) => ({ resource, live })));
  }
  if (found.length > 1) {
    const ids = found.map(({ live }) => live.id).join(', ');
    throw new DelineaError('ambiguous', `${found.length} accounts are named "${name}": ${ids}`, {
      hint: 'Nothing was written. Disable or rename all but one in the console.',
    });
  }
  if (!found[0]) {
    const near = nearestNames(name, names);
    const where = kinds.map(({ type }) => `${type} "${name}" on the ${reader.tenant.collection(type).surface.title}`);
    throw new DelineaError('unknown_name', `there is no ${where.join(' and no ')}`, {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', ')}?`
          : `Check the name. None of the ${names.length} accounts has a similar one.`,
    });
  }
  const { resource, live } = found[0];
  const decides = [
    ...(resource.removal?.verb === 'deactivate' ? Object.keys(resource.removal.inactive) : []),
    ...(resource.correlation === undefined ? [] : [resource.correlation]),
  ];
  return { resource, live: await loadObject(reader, resource.type, live, decides) };
}

/** Adds the deactivation of the account, unless it is disabled already. */
function planDeactivation(context: PlanContext, resource: Resource, live: RemoteObject, declaredAt?: string): void {
  const { type, correlation, removal } = resource;
  const name = context.translator.nameFrom(type, live);
  const owned = context.ownedById.get(ownedKey(resource, live.id, live.values));
  const key = correlation === undefined ? {} : pick(live.values, [correlation]);
  for (const [attribute, value] of Object.entries(key)) {
    if (isCleared(value) || owned?.correlation === value) continue;
    context.findings.push({
      level: 'warning',
      code: 'not_ours',
      message: `${name} belongs to ${providerOf(attribute, value)}, which may enable the account again`,
      hint: 'Disable it there too.',
    });
  }
  if (removal?.verb !== 'deactivate' || isInactive(resource, live.values)) {
    context.findings.push({ level: 'note', code: 'disabled_out_of_band', message: `${name} is already disabled` });
    return;
  }
  const { wire, surface } = context.tenant.collection(type);
  if (Object.keys(removal.inactive).some((attribute) => fieldOf(wire, attribute, live.values)?.shownOnly)) {
    const message = `${name} stays enabled: the ${surface.title} has no call that disables an account`;
    context.findings.push({ level: 'error', code: 'immutable', message, hint: 'Disable it in the console.' });
    return;
  }
  const address = owned?.address ?? declaredAt ?? addressFor(type, name);
  const entry = entryFor(context, resource, address, { live, values: live.values });
  context.changes.push(buildRemoval(context, entry, { live, values: live.values }, 'deactivate', key));
}

/** Adds the removal of every edge and direct membership of the account; reports the kinds that cannot be read. */
async function planRevocations(context: PlanContext, account: Principal): Promise<void> {
  const add = async ({ plural }: Resource, read: () => Promise<ResourceChange[]>) => {
    const found = await ifReadable(false, read);
    if (!(found instanceof DelineaError)) context.changes.push(...found);
    else {
      const message = `${plural} are not revoked: ${found.message}`;
      context.findings.push({ level: 'warning', code: 'not_checked', message });
    }
  };
  for (const resource of accessKinds()) {
    await add(resource, async () => {
      const held = await edgesOfPrincipal(context, resource, account);
      // An inherited edge goes with that of the parent.
      const inherited = await Promise.all(
        held.map(({ values }) => inheritsEdges(context, resource, values[resource.edge.scope])),
      );
      return Promise.all(
        held.filter((_, index) => !inherited[index]).map((edge) => revocation(context, resource, edge)),
      );
    });
  }
  const groups = groupKinds()[0]!;
  await add(groups, async () => {
    const around = (await allMemberships(liveDirectory(context))).groupsAround(account);
    const direct = around.filter(({ hops }) => hops === 1);
    return Promise.all(direct.map(({ at }) => withoutMember(context, at, account)));
  });
}

async function revocation(context: PlanContext, resource: Resource, edge: LiveEdge): Promise<ResourceChange> {
  await context.translator.loadEnds(resource, edge.values).catch(() => undefined);
  const owned = context.ownedById.get(ownedKey(resource, edge.live.id, edge.values))?.address;
  // An edge of an authoritative set gets its own address: the set's address would look as if all its edges were
  // revoked.
  const own = owned?.startsWith(`${terraformType(resource.type)}.`) ? owned : undefined;
  const address = own ?? addressFor(resource.type, edgeLabel(context, resource.type, edge.values));
  return buildRemoval(context, entryFor(context, resource, address, edge), edge, 'revoke');
}

/** Returns a live object in the form of a ledger entry, whether the ledger has it or not. */
function entryFor({ tenant }: TenantReader, { type, key }: Resource, address: string, found: LiveEdge): OwnedObject {
  return { address, kind: type, id: found.live.id, surface: tenant.home(type).name, key: pick(found.values, key) };
}

/** Builds the update of a group without one of its members; the other members stay. */
async function withoutMember(
  context: PlanContext,
  { kind, id }: Principal,
  account: Principal,
): Promise<ResourceChange> {
  const resource = resourceOf(kind);
  const lists = memberLists(resource);
  const live = (await loadObject(context, kind, id, lists))!;
  context.translator.addRemote(kind, live);
  const values = await homeValues(context, kind, live, lists);
  const membersIn = (name: string) => (values[name] as readonly string[] | null | undefined) ?? [];
  const changed = lists.filter((name) => membersIn(name).includes(account.id));
  const desired = Object.fromEntries(
    changed.map((name) => [name, membersIn(name).filter((member) => member !== account.id)]),
  );
  const label = context.translator.nameFrom(kind, live);
  const address = context.ownedById.get(ownedKey(resource, id, values))?.address ?? addressFor(kind, label);
  const before = pick(values, [...resource.key, ...changed]);
  const surface = context.tenant.home(kind).name;
  return buildEntry(
    address,
    { key: `${address}#${id}`, kind, surface, operation: 'update', label, id, desired, before, changed },
    { before: { id, ...before }, after: { id, ...before, ...desired } },
  );
}

/** Returns a valid Terraform address for an object that neither the ledger nor the code has. */
function addressFor(kind: string, label: string): string {
  return `${terraformType(kind)}.${label.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^(?![A-Za-z_])/, '_')}`;
}

function reportCodeReferences({ findings }: PlanContext, inCode: readonly CodeReference[]): void {
  if (inCode.length === 0) return;
  const addresses = inCode.map(({ address, attributes }) => [address, ...attributes].join(' '));
  findings.push({
    level: 'warning',
    code: 'still_in_code',
    message: `still declared in code: ${addresses.join(', ')}`,
    hint: 'Remove these declarations, or the next apply grants the access again. It does not enable the account without consent.',
  });
}
