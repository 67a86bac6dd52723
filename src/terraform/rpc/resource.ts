import {
  DelineaError,
  type PlannedInstance,
  type ResourceInstance,
  type Session,
  snakeCase,
  type Values,
} from '../../provider/index.js';
import { type Diagnostic, SEVERITY } from '../protocol/messages.js';
import type { Request, Response } from '../protocol/methods.js';
import { valuesOf } from '../values/attributes.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { isObjectValue, isWhollyKnown, type ObjectValue, sameValue, UNKNOWN } from '../values/value.js';
import type { KindBlock } from './blocks.js';
import { errorDiagnostics, warningDiagnostics } from './diagnostics.js';
import {
  declaredValues,
  knownPart,
  type NameComparison,
  type PlannedValues,
  partlyUnknownLists,
  plannedValues,
  unknownElements,
  unknownNames,
} from './planned-values.js';
import { decodePrivateState, encodePrivateState } from './private-state.js';
import { appliedState, importedState, refreshedState } from './states.js';

/** Compares names when the provider block has unknown values, so that the tenant cannot be read. */
const NO_TENANT: NameComparison = { sameName: async () => false, recreates: () => true };
const UNCHECKED: PlannedInstance = { warnings: [], planned: { unchecked: true } };

type Reply<Name extends 'ReadResource' | 'PlanResourceChange' | 'ApplyResourceChange' | 'ImportResourceState'> =
  Promise<Response<Name>>;

/** Refreshes the state from the tenant. @param session undefined: the provider block has unknown values */
export async function readResource(
  block: KindBlock,
  { currentState, private: privateState }: Request<'ReadResource'>,
  session: Session | undefined,
): Reply<'ReadResource'> {
  const prior = objectIn(block, currentState);
  if (!prior) return { newState: currentState, private: privateState };
  const { planned, ...kept } = decodePrivateState(privateState);
  // Terraform gives the apply of an update only what was read, and not what was planned.
  if (!session) return { newState: currentState, private: encodePrivateState({ ...kept, planned: UNCHECKED.planned }) };
  const { live, warnings, planned: marks } = await session.read(toInstance(block, undefined, prior, privateState));
  const diagnostics = warningDiagnostics(warnings);
  if (!live) return { newState: encodeValue(block.type, null), diagnostics };
  const state = await refreshedState(block, prior, live, session);
  const newState = sameValue(state, prior) ? currentState : encodeValue(block.type, state);
  const isMarked = planned !== undefined || marks !== undefined;
  return { newState, private: isMarked ? encodePrivateState({ ...kept, planned: marks }) : privateState, diagnostics };
}

/** Plans the change of one resource. Live data add diagnostics and never change a planned value. */
export async function planResource(
  block: KindBlock,
  { priorState, config, priorPrivate }: Request<'PlanResourceChange'>,
  session: Session | undefined,
): Reply<'PlanResourceChange'> {
  const prior = objectIn(block, priorState);
  const desired = objectIn(block, config);
  const instance = toInstance(block, desired, prior, priorPrivate);
  const { planned: earlier, ...privateState } = instance.privateState ?? {};
  if (!desired) {
    const { warnings, planned } = session && prior ? await session.plan(instance) : UNCHECKED;
    return {
      plannedState: encodeValue(block.type, null),
      plannedPrivate: encodePrivateState({ ...privateState, planned }),
      diagnostics: warningDiagnostics(warnings),
    };
  }
  const values = await plannedValues(block, prior, desired, session ?? NO_TENANT);
  const { replace } = values;
  if (!session && prior && values.changed && !earlier?.unchecked) throw unread();
  const { warnings, planned, replaces } = session ? await planWith(session, instance, desired, values) : UNCHECKED;
  const reviewed: ObjectValue = {
    tenant: session?.tenant ?? UNKNOWN,
    replaces: (isWhollyKnown(desired) && replaces) || UNKNOWN,
  };
  const state = prior ? values.state : { ...values.state, ...reviewed };
  const inherited = prior ? { unchecked: earlier?.unchecked, allowances: earlier?.allowances } : earlier;
  return {
    plannedState: prior && sameValue(state, prior) ? priorState : encodeValue(block.type, state),
    // Terraform plans a replacement twice, first the removal and then the creation, and keeps only the second private state.
    plannedPrivate: encodePrivateState({ ...privateState, planned: { ...inherited, ...planned } }),
    requiresReplace: replace.map((attributeName) => ({ steps: [{ attributeName }] })),
    diagnostics: warningDiagnostics(warnings),
  };
}

async function planWith(
  session: Session,
  instance: ResourceInstance,
  desired: ObjectValue,
  { replace, changed }: PlannedValues,
): Promise<PlannedInstance> {
  const { resource, declared, state } = instance;
  const isNamed = resource.key.every((name) => desired[snakeCase(name)] !== UNKNOWN);
  if (state && !changed) return session.unchanged(instance);
  if (replace.length > 0)
    return session.plan({
      ...instance,
      declared: undefined,
      unknownElements: undefined,
      replacement: isNamed ? declared : undefined,
    });
  if (isNamed) return session.plan(instance);
  if (state) return session.plan({ ...instance, declared: { ...declared, ...namesIn(resource.key, state) } });
  await session.check(instance);
  return { warnings: [], planned: {} };
}

/** Applies the change and returns the new state. An object that was created always gets a state, even after an error. */
export async function applyResource(
  block: KindBlock,
  { priorState, plannedState, config, plannedPrivate }: Request<'ApplyResourceChange'>,
  session: Session,
): Reply<'ApplyResourceChange'> {
  const prior = objectIn(block, priorState);
  const planned = objectIn(block, plannedState);
  const desired = planned && plannedConfig(planned, objectIn(block, config) ?? planned);
  const replaces = planned?.replaces;
  const applied = await session.apply({
    ...toInstance(block, desired, prior, plannedPrivate),
    replaces: Array.isArray(replaces) ? replaces.map(String) : undefined,
  });
  const diagnostics = warningDiagnostics(applied.warnings);
  const reply = (state: ObjectValue | null, more: readonly Diagnostic[] = []) => ({
    newState: encodeValue(block.type, state),
    private: encodePrivateState(applied.privateState),
    diagnostics: [...diagnostics, ...more],
  });
  if (!applied.error) return reply(planned ? appliedState(block, planned, desired!, applied.live) : null);
  const errors = errorDiagnostics(applied.error, block.type);
  if (prior) return reply(prior, errors);
  if (applied.created === undefined || !planned) return reply(null, errors);
  // After an error Terraform taints the resource, and its next plan would delete the account and create it again.
  const state = appliedState(block, planned, desired!, applied.live ?? { id: applied.created, values: {} });
  return reply(
    state,
    errors.map((error) => asWarning(error, applied.live !== undefined)),
  );
}

/** Imports an object, a permission or role binding, or an authoritative set, with all its attributes. */
export async function importResource(
  block: KindBlock,
  { typeName, id = '' }: Request<'ImportResourceState'>,
  session: Session | undefined,
): Reply<'ImportResourceState'> {
  if (!session) {
    throw new DelineaError('settings_invalid', 'cannot import: the provider block has unknown values', {
      hint: 'Set the provider settings in the environment, or first apply the resources that their values come from.',
    });
  }
  const { live, privateState } = await session.find(block.kind, id);
  const state = encodeValue(block.type, importedState(block, live));
  return { importedResources: [{ typeName, state, private: encodePrivateState(privateState) }] };
}

/**
 * Returns the configuration as planned. Terraform passes the raw configuration to an apply, without `ignore_changes`, so
 * planned values win. Values that were unknown in the plan are taken from the configuration.
 */
function plannedConfig(planned: ObjectValue, config: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(config).map(([name, configured]) => {
      const value = planned[name] ?? null;
      return [name, configured !== null && isWhollyKnown(value) ? value : configured];
    }),
  );
}

function toInstance(
  block: KindBlock,
  desired: ObjectValue | undefined,
  prior: ObjectValue | undefined,
  privateState: Uint8Array | undefined,
): ResourceInstance {
  const { kind, attributes } = block;
  return {
    resource: kind,
    declared: desired && declaredValues(attributes, knownPart(attributes, desired, kind)),
    unknownElements: desired && unknownElements(block, desired),
    unknown: desired && unknownNames(attributes, desired),
    partlyUnknown: desired && partlyUnknownLists(attributes, desired),
    state: prior && valuesOf(attributes, prior),
    privateState: decodePrivateState(privateState),
  };
}

function namesIn(key: readonly string[], state: Values): Values {
  return Object.fromEntries(key.map((name) => [name, state[name]]));
}

/** Returns the error for a change that no guard has checked: without a read, no mark reaches its apply. */
function unread(): DelineaError {
  return new DelineaError('refused_by_guard', 'planned without access to the tenant and without a refresh', {
    hint: 'The provider block has unknown values. Set them in the environment, or plan without -refresh=false.',
  });
}

function objectIn({ type }: KindBlock, value: Parameters<typeof decodeValue>[1]): ObjectValue | undefined {
  const decoded = decodeValue(type, value);
  return isObjectValue(decoded) ? decoded : undefined;
}

function asWarning(error: Diagnostic, isVisible: boolean): Diagnostic {
  const outcome = isVisible
    ? 'The object was created and is in the state'
    : 'The service reported that it created the object, so it is in the state';
  const detail = `${outcome}; the next plan shows what is missing. ${error.detail ?? ''}`;
  return { ...error, severity: SEVERITY.warning, detail: detail.trim() };
}
