import {
  edgeResourceOf,
  type Finding,
  isReference,
  memberLists,
  nameIn,
  type OwnedObject,
  type Plan,
  type ResourceChange,
  resourceOf,
  rightAttributes,
  type Step,
  scopeKind,
  snakeCase,
  UNREADABLE,
  type Values,
} from '../../provider/index.js';
import { QUIET } from '../text/operations.js';
import { Edits } from './drift-edits.js';
import { DRIFT_KINDS, type DriftItem, type DriftKind } from './drift-item.js';
import { restoreText } from './drift-restore.js';

/** The ledger and the log of a run, beside its plan. */
export interface DriftEvidence {
  readonly owned: readonly OwnedObject[];
  /** Address and label of the objects whose last write was not read back. */
  readonly unverified: ReadonlySet<string>;
}

type Draft = Omit<DriftItem, 'message' | 'restore' | 'adopt'> & { readonly step?: Step; readonly text?: string };

/** Returns every difference between code and tenant; without a ledger, not the objects that equal the code. */
export function driftItems(plan: Plan, { owned, unverified }: DriftEvidence): DriftItem[] {
  const { findings } = plan.delinea;
  const changes = plan.resource_changes.flatMap((change) => draftsOf(change, plan, owned));
  const deleted = new Set(changes.filter(({ kind }) => kind === 'removed').map(({ address }) => address));
  const known = new Set(changes.map(({ address }) => address));
  const isCovered = ({ code, address = '' }: Finding) =>
    code === 'deleted_out_of_band'
      ? [...deleted].some((each) => each !== undefined && (each === address || address.startsWith(`${each}.`)))
      : code !== 'disabled_out_of_band' && known.has(address);
  const others = findings
    .filter((finding) => !(finding.level === 'drift' && isCovered(finding)))
    .flatMap((finding) => draftOfFinding(finding, plan));
  const edits = new Edits(plan);
  return [...changes, ...others]
    .map((draft) => (isUnverified(draft, unverified) ? { ...draft, kind: 'propagating' as const } : draft))
    .sort(byKind)
    .map(({ step, text, ...draft }) => ({
      ...draft,
      message: text ?? messageOf(draft),
      restore: restoreText(draft, step),
      adopt: edits.of(draft),
    }));
}

/** Returns the key under which a write of an object is looked up. */
export function writeKey(address: string, label: string): string {
  return JSON.stringify([address, label]);
}

function isUnverified({ kind, address = '', object, edge }: Draft, unverified: ReadonlySet<string>): boolean {
  if (kind === 'not visible') return false;
  const labels = [object.name, ...(edge ? [edge.scope.name] : [])];
  return labels.some((label) => unverified.has(writeKey(address, label)));
}

/** Sorts by kind, then by address and name, by code units: the order is the same on every machine. */
function byKind(left: Draft, right: Draft): number {
  const [one, other] = [left, right].map(({ kind }) => DRIFT_KINDS.indexOf(kind));
  if (one !== other) return one! - other!;
  const text = ({ address = '~', object, attribute }: Draft) =>
    JSON.stringify([address, object.name, attribute?.name ?? '']);
  return text(left) < text(right) ? -1 : 1;
}

function messageOf({ kind, address, object, attribute }: Draft): string {
  const place = address === undefined ? '' : ` (${address})`;
  return attribute === undefined
    ? `${kind}: ${object.name}${place}`
    : `${kind}: ${attribute.name} of ${object.name}${place}`;
}

function draftsOf(change: ResourceChange, plan: Plan, owned: readonly OwnedObject[]): Draft[] {
  const { address, delinea } = change;
  if (QUIET.has(delinea.operation) || isFirstAdoption(delinea, plan)) return [];
  const steps = delinea.edgeSteps;
  if (steps) {
    const edges = steps.filter((step) => !QUIET.has(step.operation) && !isFirstAdoption(step, plan));
    const settings = delinea.settingChanges ?? [];
    return [
      ...edges.flatMap((step) => draftsOfStep(step, address, plan)),
      ...(edges.length === 0 && settings.length > 0 ? [ofObject('not applied', delinea, address)] : []),
    ];
  }
  if (resourceOf(delinea.kind).edge) return draftsOfStep(delinea, address, plan);
  if (delinea.operation !== 'update' && delinea.operation !== 'reactivate')
    return [ofObject(kindOfStep(delinea, address, plan), delinea, address)];
  return draftsOfUpdate(delinea, address, plan, owned);
}

/** Returns whether a plan without a ledger adopts an equal object: that is nearly all of them. */
function isFirstAdoption({ operation }: Step, { delinea: { ledger } }: Plan): boolean {
  return operation === 'adopt' && !ledger;
}

function kindOfStep({ key, id, operation, unmanaged }: Step, address: string, plan: Plan): DriftKind {
  const has = (code: Finding['code'], at: string, edge?: string) =>
    plan.delinea.findings.some((each) => each.code === code && each.address === at && each.edge === edge);
  if (operation === 'create') return has('deleted_out_of_band', key) ? 'removed' : 'not applied';
  if (operation === 'revoke' && has('added_out_of_band', address, id)) return 'added';
  if (operation === 'revoke' && has('not_in_code', address, id)) return 'not in code';
  return ['update', 'replace', 'reactivate'].includes(operation) && !unmanaged ? 'changed' : 'not applied';
}

function draftsOfStep(step: Step, address: string, plan: Plan): Draft[] {
  const kind = kindOfStep(step, address, plan);
  const values = { ...step.desired, ...step.before };
  const edge = edgeOf(plan, step.kind, values);
  const draft = { kind, address, object: objectOf(step), step, ...(edge && { edge }) };
  return kind === 'changed' ? attributesOf(step).map((attribute) => ({ ...draft, attribute })) : [draft];
}

function draftsOfUpdate(step: Step, address: string, plan: Plan, owned: readonly OwnedObject[]): Draft[] {
  const resource = resourceOf(step.kind);
  const kind = step.unmanaged ? 'not applied' : 'changed';
  const lists = memberLists(resource).filter((name) => step.changed.includes(name));
  const attributes = attributesOf(step).filter(({ name }) => !lists.some((list) => snakeCase(list) === name));
  const entry = owned.find((each) => each.kind === step.kind && each.id === step.id);
  return [
    ...attributes.map((attribute) => ({ kind, address, object: objectOf(step), attribute, step }) satisfies Draft),
    ...lists.flatMap((list) => {
      const recorded = entry?.managedMembers?.[list];
      // A member that is gone from the tenant has no id any more: code refers to it by its address.
      const gone = owned.flatMap(({ address, id }) => (recorded?.includes(id) ? [address] : []));
      return draftsOfMembers(step, address, plan, list, recorded && [...recorded, ...gone]);
    }),
  ];
}

/** @param recorded the members at the last apply, by id and by address; undefined if the list was not managed */
function draftsOfMembers(
  step: Step,
  address: string,
  plan: Plan,
  list: string,
  recorded: readonly string[] | undefined,
): Draft[] {
  const of = resourceOf(step.kind).lists!.find(({ elements }) => elements === list)!;
  const { principal, scope } = edgeResourceOf(of.edge).edge;
  const kinds = resourceOf(of.edge).attributes.find(({ name }) => name === principal.id)!.refersTo;
  const idsIn = (values: Values) => ((values[list] as readonly unknown[] | null | undefined) ?? []).map(idOf);
  const [live, declared] = [idsIn(step.before), idsIn(step.desired)];
  const draft = (kind: DriftKind, id: string): Draft => {
    const type = kinds.find((each) => nameIn(plan.delinea.names, [each], id) !== undefined) ?? kinds[0]!;
    const values = { [principal.type]: type, [principal.id]: id, [scope]: step.id };
    const edge = edgeOf(plan, of.edge, values, { scope: step.label, principal: declaredLabel(plan, id) });
    const name = `${edge?.principal.name ?? id} in ${step.label}`;
    return { kind, address, object: { kind: of.edge, id: `${type} ${id}`, name }, step, ...(edge && { edge }) };
  };
  const added = live.filter((id) => !declared.includes(id));
  const missing = declared.filter((id) => !live.includes(id));
  const addedKind = (id: string) =>
    recorded === undefined ? 'not in code' : recorded.includes(id) ? 'not applied' : 'added';
  return [
    ...added.map((id) => draft(addedKind(id), id)),
    ...missing.map((id) => draft(recorded?.includes(id) ? 'removed' : 'not applied', id)),
  ];
}

/** Returns an id; of an object that does not exist yet, the address of its declaration. */
function idOf(value: unknown): string {
  return isReference(value) ? value.ref : String(value);
}

function declaredLabel(plan: Plan, address: string): string | undefined {
  return plan.resource_changes.find((change) => change.address === address)?.delinea.label;
}

function attributesOf({ changed, desired, before }: Step) {
  return changed.map((name) => ({
    name: snakeCase(name),
    code: isReference(desired[name]) ? idOf(desired[name]) : (desired[name] ?? null),
    live: before[name] ?? null,
  }));
}

function edgeOf(
  plan: Plan,
  kind: string,
  values: Values,
  given: { readonly scope?: string | undefined; readonly principal?: string | undefined } = {},
): DriftItem['edge'] {
  const resource = edgeResourceOf(kind);
  const { principal, scope } = resource.edge;
  if (values[principal.id] === undefined || values[scope] === undefined) return undefined;
  const id = idOf(values[principal.id]);
  const type = String(values[principal.type]);
  const on = idOf(values[scope]);
  const onKind = scopeKind(resource);
  const named = (of: string, key: string) => nameIn(plan.delinea.names, [of], key) ?? declaredLabel(plan, key) ?? key;
  const rights = rightAttributes(resource).flatMap(({ name }) =>
    typeof values[name] === 'string' ? [[name, values[name]] as const] : [],
  );
  return {
    principal: { kind: type, id, name: given.principal ?? named(type, id) },
    scope: { kind: onKind, id: on, name: given.scope ?? named(onKind, on) },
    rights: Object.fromEntries(rights),
  };
}

function ofObject(kind: DriftKind, step: Step, address: string): Draft {
  return { kind, address, object: objectOf(step), step };
}

function objectOf({ kind, id, label }: Step): DriftItem['object'] {
  return { kind, id, name: label };
}

const KIND_OF_FINDING: Readonly<Partial<Record<Finding['code'], DriftKind>>> = {
  added_out_of_band: 'added',
  deleted_out_of_band: 'removed',
  not_in_code: 'not in code',
  not_checked: 'not visible',
};

function draftOfFinding({ level, code, address, message, found }: Finding, plan: Plan): Draft[] {
  const change = plan.resource_changes.find((each) => each.address === address);
  if (level === 'error' && !UNREADABLE.has(code as never)) return [];
  if (level !== 'drift' && level !== 'error' && code !== 'not_checked') return [];
  if (code === 'disabled_out_of_band' && change) {
    const attribute = { name: 'active', code: true, live: false };
    return [{ kind: 'changed', address, object: objectOf(change.delinea), attribute }];
  }
  if (found) {
    const edge = edgeOf(plan, found.kind, found.values, found);
    return [
      { kind: 'not in code', object: { kind: found.kind, id: found.id, name: found.label }, ...(edge && { edge }) },
    ];
  }
  const kind = KIND_OF_FINDING[code] ?? 'not visible';
  return [{ kind, address, object: { kind: change?.delinea.kind ?? '', name: message }, text: `${kind}: ${message}` }];
}

/** Counts the items of each kind that are not accepted. */
export function driftTotals(items: readonly DriftItem[]): Readonly<Record<DriftKind, number>> {
  const open = items.filter(({ accepted }) => !accepted);
  return Object.fromEntries(
    DRIFT_KINDS.map((kind) => [kind, open.filter((item) => item.kind === kind).length]),
  ) as Record<DriftKind, number>;
}
