import type { Tenant } from '../api/tenant.js';
import { gatherEvidence } from '../guard/evidence.js';
import { kindsMeant } from '../model/attribute.js';
import type { Declaration } from '../model/declaration.js';
import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText } from '../model/keys.js';
import { snakeKeys, terraformType } from '../model/names.js';
import { nearestNames } from '../model/nearest-names.js';
import type { OwnedObject } from '../model/owned-object.js';
import { ACTION_OF, addressFields, type Finding, type Plan, type ResourceChange, type Step } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { ifReadable } from '../read/access-paths.js';
import { groupsContaining, liveDirectory } from '../read/directory.js';
import { edgeLabel } from '../read/edges.js';
import { edgesOfPrincipal } from '../read/edges-by-principal.js';
import { homeValues } from '../read/home-values.js';
import { loadObject } from '../read/load-object.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { openReader } from '../read/tenant-reader.js';
import { accessKinds, groupKinds, memberLists } from '../resources/edges.js';
import { resourceOf, resources } from '../resources/index.js';
import { type CodeReference, findCodeReferences } from './references-in-code.js';

export interface OffboardInput {
  /** Compared without case. */
  readonly userName: string;
  /** Whether to take away, beside the login, everything that the account holds directly. */
  readonly revoke: boolean;
  /** Empty where there is none. */
  readonly stack: string;
  /** What the ledger says is ours; undefined where there is none. */
  readonly owned?: readonly OwnedObject[] | undefined;
  readonly declarations: readonly Declaration[];
}

/** A plan that takes one account's access away, and what must be known beside it. */
export interface Offboarding {
  readonly plan: Plan;
  readonly account: Principal & { readonly name: string };
  readonly inCode: readonly CodeReference[];
}

/**
 * Plans the off-boarding of one account: disables it and, where asked for, revokes its own permissions and roles and
 * takes it out of the groups that it is a direct member of. Deletes nothing, writes nothing.
 * @throws DelineaError `unknown_name` with near names, `ambiguous` where several accounts have the name, or whatever
 * keeps the account from being read
 */
export async function planOffboarding(tenant: Tenant, input: OffboardInput): Promise<Offboarding> {
  const reading = openReader(tenant);
  const { resource, live } = await findAccount(reading, input.userName);
  reading.translator.addRemote(resource.type, live);
  const account = { kind: resource.type, id: live.id, name: reading.translator.nameFrom(resource.type, live) };
  const inCode = findCodeReferences(input.declarations, account, account.name);
  const findings: Finding[] = [];
  const places = placesIn(tenant, input.owned ?? [], inCode);
  const changes = [
    ...deactivation(reading, resource, live, places, findings),
    ...(input.revoke ? await revocations(reading, account, places, findings) : []),
  ];
  const steps = changes.map(({ delinea }) => delinea);
  const evidence = await gatherEvidence(reading, steps);
  findings.push(...evidence.unread.map((message): Finding => ({ level: 'warning', code: 'not_seen', message })));
  findings.push(...codeFindings(inCode));
  const plan: Plan = {
    format_version: '1.2',
    timestamp: new Date().toISOString(),
    applyable: changes.length > 0,
    complete: true,
    errored: false,
    resource_changes: changes,
    delinea: {
      stack: input.stack,
      tenant: tenant.settings.url,
      ledger: input.owned !== undefined,
      findings,
      evidence,
      names: reading.translator.export([account.id, ...steps.flatMap(idsIn)]),
      cost: { ...tenant.cost },
    },
  };
  return { plan, account, inCode };
}

/** The account with everything that decides about it, also what its list leaves out. */
async function findAccount(reading: TenantReader, name: string): Promise<{ resource: Resource; live: RemoteObject }> {
  const found: { resource: Resource; live: RemoteObject }[] = [];
  const names: string[] = [];
  const kinds = resources.filter(({ account }) => account);
  for (const resource of kinds) {
    const view = reading.snapshot.view(resource.type);
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
    throw new DelineaError('ambiguous', `${found.length} accounts are called "${name}": ${ids}`, {
      hint: 'Nothing was written. Disable or rename all but one in the console.',
    });
  }
  if (!found[0]) {
    const near = nearestNames(name, names);
    const where = kinds.map(({ type }) => `${type} "${name}" on the ${reading.tenant.collection(type).surface.title}`);
    throw new DelineaError('unknown_name', `there is no ${where.join(', no ')}`, {
      hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : `${names.length} were looked at. Check the name.`,
    });
  }
  const { resource, live } = found[0];
  const decides = [...flagsOf(resource), ...(resource.correlation === undefined ? [] : [resource.correlation])];
  return { resource, live: await loadObject(reading, resource.type, live, decides) };
}

function flagsOf({ removal }: Resource): string[] {
  return removal?.verb === 'deactivate' ? Object.keys(removal.inactive) : [];
}

/** Where the ledger, or else the code, has an object. */
interface Places {
  owned(resource: Resource, id: string, key: Values): OwnedObject | undefined;
  declared(kind: string): string | undefined;
}

function placesIn(tenant: Tenant, owned: readonly OwnedObject[], inCode: readonly CodeReference[]): Places {
  const { surfaces } = tenant.settings;
  const spaceOf = (name: string) => surfaces[name]?.idSpace;
  // Ids of a ledger that was made under another routing would name strangers.
  const ours = owned.filter(({ kind, surface, endSurfaces = {}, key }) => {
    const meant = Object.entries(endSurfaces).flatMap(([name, of]) =>
      kindsMeant(attributeOf(resourceOf(kind), name), key).map((end) => [end, of] as const),
    );
    const edge = isEdge(resourceOf(kind));
    return [...(edge ? [] : [[kind, surface] as const]), ...meant].every(
      ([end, of]) => spaceOf(of) === tenant.home(end).idSpace,
    );
  });
  return {
    owned: (resource, id, key) =>
      ours.find((entry) => {
        if (entry.kind !== resource.type) return false;
        return isEdge(resource) ? keyText(resource, entry.key) === keyText(resource, key) : entry.id === id;
      }),
    declared: (kind) =>
      inCode.find(({ address, attributes }) => attributes.length === 0 && address.startsWith(`${terraformType(kind)}.`))
        ?.address,
  };
}

function deactivation(
  reading: TenantReader,
  resource: Resource,
  live: RemoteObject,
  places: Places,
  findings: Finding[],
): ResourceChange[] {
  const { removal, type, correlation } = resource;
  const name = reading.translator.nameFrom(type, live);
  const owned = places.owned(resource, live.id, live.values);
  const key = correlation === undefined ? undefined : live.values[correlation];
  if (key !== undefined && !isCleared(key) && owned?.correlation !== key) {
    findings.push({
      level: 'warning',
      code: 'not_ours',
      message: `${name} belongs to an identity provider (${correlation} "${key}"), which may enable the account again`,
      hint: 'Disable it there too.',
    });
  }
  if (removal?.verb !== 'deactivate' || diff(resource, removal.inactive, live.values).length === 0) {
    findings.push({ level: 'note', code: 'disabled_out_of_band', message: `${name} is disabled already` });
    return [];
  }
  const shown = [
    ...resource.key,
    ...Object.keys(removal.inactive),
    ...(correlation === undefined ? [] : [correlation]),
  ];
  const address = owned?.address ?? places.declared(type) ?? addressFor(type, name);
  return [
    entry(address, {
      ...stepFor(reading, type, 'deactivate', live.id),
      key: address,
      label: name,
      before: given(live.values, shown),
    }),
  ];
}

async function revocations(
  reading: TenantReader,
  account: Principal,
  places: Places,
  findings: Finding[],
): Promise<ResourceChange[]> {
  const changes: ResourceChange[] = [];
  const take = async (resource: Resource, read: () => Promise<ResourceChange[]>) => {
    const found = await ifReadable(false, read);
    if (!(found instanceof DelineaError)) changes.push(...found);
    else {
      const message = `${resource.plural} are not revoked: ${found.message}`;
      findings.push({ level: 'warning', code: 'not_seen', message });
    }
  };
  for (const resource of accessKinds()) {
    await take(resource, async () => {
      const held = await edgesOfPrincipal(reading, resource, account);
      return Promise.all(held.map(({ live, values }) => revocation(reading, resource, live.id, values, places)));
    });
  }
  const groups = groupKinds()[0]!;
  await take(groups, async () => {
    const around = await groupsContaining(liveDirectory(reading), account);
    const direct = around.filter(({ through }) => through.length === 1);
    return Promise.all(direct.map(({ group }) => withoutMember(reading, group, account, places)));
  });
  return changes;
}

async function revocation(
  reading: TenantReader,
  resource: Resource,
  id: string,
  values: Values,
  places: Places,
): Promise<ResourceChange> {
  await reading.translator.loadEnds(resource, values).catch(() => undefined);
  const label = edgeLabel(reading, resource.type, values);
  const owned = places.owned(resource, id, values)?.address;
  // At the address of a whole set one edge would read as all of them.
  const own = owned?.startsWith(`${terraformType(resource.type)}.`) ? owned : undefined;
  const address = own ?? addressFor(resource.type, label);
  const step = stepFor(reading, resource.type, 'revoke', id);
  return entry(address, { ...step, key: `${address}#${id}`, label, before: given(values, Object.keys(values)) });
}

/** A group without one of its members; all others stay, as ids of their home surfaces. */
async function withoutMember(
  reading: TenantReader,
  { kind, id }: Principal,
  account: Principal,
  places: Places,
): Promise<ResourceChange> {
  const resource = resourceOf(kind);
  const lists = memberLists(resource);
  const live = (await loadObject(reading, kind, id, lists))!;
  reading.translator.addRemote(kind, live);
  const values = await homeValues(reading, kind, live, lists);
  const holding = lists.filter((name) => (values[name] as readonly string[] | null | undefined)?.includes(account.id));
  const without = (name: string) => (values[name] as readonly string[]).filter((member) => member !== account.id);
  const label = reading.translator.nameFrom(kind, live);
  const address = places.owned(resource, id, values)?.address ?? addressFor(kind, label);
  const desired = Object.fromEntries(holding.map((name) => [name, without(name)]));
  return entry(address, {
    ...stepFor(reading, kind, 'update', id),
    key: `${address}#${id}`,
    label,
    desired,
    before: given(values, [...resource.key, ...holding]),
    changed: holding,
  });
}

function stepFor(reading: TenantReader, kind: string, operation: Step['operation'], id: string) {
  const surface = reading.tenant.home(kind).name;
  return { kind, surface, operation, id, desired: {}, changed: [], after: [] } as const;
}

function entry(address: string, step: Step): ResourceChange {
  const { kind, id, before, desired, operation } = step;
  const removed = ACTION_OF[operation] === 'delete';
  return {
    ...addressFields(address, kind),
    change: {
      actions: [ACTION_OF[operation]],
      before: snakeKeys({ id, ...before }),
      after: removed ? null : snakeKeys({ id, ...before, ...desired }),
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: removed ? false : {},
    },
    delinea: step,
  };
}

/** An address that Terraform would take, for what neither ledger nor code has. */
function addressFor(kind: string, label: string): string {
  return `${terraformType(kind)}.${label.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^(?![A-Za-z_])/, '_')}`;
}

function given(values: Values, names: readonly string[]): Values {
  const entries = [...new Set(names)].map((name) => [name, values[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

function idsIn({ id, before }: Step): string[] {
  const texts = Object.values(before).flatMap((value) => value as unknown);
  return [id ?? '', ...texts.filter((value): value is string => typeof value === 'string')];
}

function codeFindings(inCode: readonly CodeReference[]): Finding[] {
  if (inCode.length === 0) return [];
  const places = inCode.map(({ address, attributes }) => [address, ...attributes].join(' '));
  return [
    {
      level: 'warning',
      code: 'stays',
      message: `still in code: ${places.join(', ')}`,
      hint: 'Remove it there, or the next apply gives it again; the account itself is not enabled without consent.',
    },
  ];
}
