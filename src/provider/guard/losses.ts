import { isInactive } from '../model/diff.js';
import { type Holding, holdingSchema } from '../model/holding.js';
import { isEdge, objectKey, ownedKey } from '../model/keys.js';
import { nameIn, type ObjectNames } from '../model/object-names.js';
import type { GuardEvidence, Step } from '../model/plan.js';
import { principalKey } from '../model/principal.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import {
  isListedByPrincipal,
  isMembership,
  memberKinds,
  memberLists,
  principalOf,
  rightAttributes,
  scopeKind,
} from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { membersBefore, reducesRight, removedMembers, removes } from './reductions.js';

/** A holding, and the effect of a run on it. */
export interface CountedHolding extends Holding {
  readonly isLost: boolean;
  /** Adopted or imported by this run. */
  readonly isNew: boolean;
  /** Gives access after the run, unless it is lost. An account that is disabled does not. */
  readonly isActive: boolean;
  /** Keys of the steps that take it away; else of the first step that has it. */
  readonly steps: readonly string[];
}

/** The facts by which steps are taken apart. */
interface Known {
  readonly names: ObjectNames;
  readonly evidence: Pick<GuardEvidence, 'behind'>;
  /** Keys of the accounts and groups that the run removes. */
  readonly going: ReadonlySet<string>;
  /** Keys of all objects in the steps. */
  readonly objects: ReadonlySet<string>;
}

/** Returns every holding before a run, each once, and marks the lost ones. */
export function holdingsOf(
  steps: readonly Step[],
  evidence: Known['evidence'] = {},
  names: ObjectNames = {},
): CountedHolding[] {
  const objects = steps.filter(({ kind }) => !isEdge(resourceOf(kind)));
  const going = new Set(objects.filter(goes).map(keyOf));
  const known = { evidence, names, going, objects: new Set(objects.map(keyOf)) };
  const byKey = new Map<string, CountedHolding>();
  for (const step of steps) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const found = isEdge(resource) ? [edgeIn(step, resource, known)] : [objectIn(step, resource, known)];
    for (const holding of [...found, ...membersIn(step, resource, known)]) {
      const other = byKey.get(holding.key);
      const isRepeated = holding.isLost && other?.isLost;
      if (isRepeated) byKey.set(holding.key, { ...other, steps: [...other.steps, ...holding.steps] });
      else if (!other || holding.isLost) byKey.set(holding.key, holding);
    }
  }
  return [...byKey.values()];
}

/** Returns the losses of the steps. */
export function lossesOf(steps: readonly Step[], evidence?: Known['evidence'], names?: ObjectNames): Holding[] {
  const lost = holdingsOf(steps, evidence, names).filter(({ isLost }) => isLost);
  return lost.map((holding) => holdingSchema.parse(holding));
}

/** Returns whether an object goes. A group that code empties and still declares stays: its members leave it. */
export function goes(step: Step): boolean {
  return removes(step) && (step.operation !== 'update' || memberLists(resourceOf(step.kind)).length === 0);
}

function keyOf({ kind, id, key, before }: Step): string {
  return ownedKey(resourceOf(kind), id ?? key, before);
}

function objectIn(step: Step, resource: Resource, { evidence }: Known): CountedHolding {
  const key = keyOf(step);
  return {
    key,
    label: step.label,
    kind: step.kind,
    people: resource.account ? [key] : (evidence.behind?.[key] ?? []),
    isLost: goes(step),
    isNew: step.unmanaged === true,
    isActive: isEnabled(resource, { ...step.before, ...step.desired }),
    steps: [step.key],
  };
}

/** Returns whether an account is known to be enabled: code that no longer declares its status gives nothing back. */
function isEnabled(resource: Resource, values: Values): boolean {
  const { account, removal } = resource;
  if (!account || removal?.verb !== 'deactivate') return !isInactive(resource, values);
  return Object.keys(removal.inactive).some((name) => name in values) && !isInactive(resource, values);
}

function edgeIn(step: Step, resource: EdgeResource, { names, going }: Known): CountedHolding {
  const { before, label } = step;
  const principal = principalOf(step.kind, before);
  const holder = principal && principalKey(principal);
  const place = { kind: scopeKind(resource), id: String(before[resource.edge.scope]) };
  const key = principalKey(place);
  const shown = { key, label: nameIn(names, [place.kind], place.id) ?? place.id };
  const isGoing = holder !== undefined && going.has(holder);
  const state = {
    isLost: reducesRight(step),
    isNew: step.unmanaged === true,
    isActive: true,
    steps: [step.key],
  };
  const people = principal && resourceOf(principal.kind).account ? [holder!] : [];
  if (isMembership(resource)) {
    const id = String(principal?.id);
    const name = nameIn(names, principal ? [principal.kind] : [], id) ?? id;
    return { key: `${key} ${id}`, label: name, group: shown, people, ...state, isLost: state.isLost && !isGoing };
  }
  const right = rightIn(resource, state.isLost ? { ...step.desired, ...before } : { ...before, ...step.desired });
  const isCounted = !isListedByPrincipal(resource) && !(state.isLost && isGoing);
  return { key: keyOf(step), label, kind: step.kind, right, people, ...state, ...(isCounted ? { scope: shown } : {}) };
}

/** Returns the rights of an edge, by attribute; undefined if its kind has none. */
function rightIn(resource: EdgeResource, values: Values): Holding['right'] {
  const names = rightAttributes(resource).map(({ name }) => name);
  return names.length === 0 ? undefined : pick(values, names);
}

/** Returns the members in the lists of a step's object. They are lost only while the object and they themselves stay. */
function membersIn(step: Step, resource: Resource, { names, evidence, going, objects }: Known): CountedHolding[] {
  const kinds = memberKinds(resource);
  if (kinds.length === 0) return [];
  const group = { key: keyOf(step), label: step.label };
  const leaving = new Set(going.has(group.key) ? [] : removedMembers(step));
  const account = kinds.find((kind) => resourceOf(kind).account)!;
  const groups = kinds.filter((kind) => kind !== account);
  const isKnownAs = (ofKinds: readonly string[], id: string) =>
    ofKinds.some((kind) => objects.has(objectKey(kind, id))) || nameIn(names, ofKinds, id) !== undefined;
  const isGroup = (id: string) => isKnownAs(groups, id) && !isKnownAs([account], id);
  return [...new Set([...membersBefore(step), ...leaving])].map((id) => {
    const isGoing = kinds.some((kind) => going.has(objectKey(kind, id)));
    const behind = groups.map((kind) => evidence.behind?.[objectKey(kind, id)]).find((keys) => keys !== undefined);
    return {
      key: `${group.key} ${id}`,
      label: nameIn(names, kinds, id) ?? id,
      group,
      people: behind ?? (isGroup(id) ? [] : [objectKey(account, id)]),
      isLost: leaving.has(id) && !isGoing,
      isNew: step.unmanaged === true,
      isActive: true,
      steps: [step.key],
    };
  });
}
