import {
  type Applied,
  DelineaError,
  type PlannedInstance,
  type ResourceInstance,
  type Session,
  snakeCase,
  type Warning,
} from '../../provider/index.js';
import { type Diagnostic, SEVERITY } from '../protocol/messages.js';
import type { Request, Response } from '../protocol/methods.js';
import { valuesOf } from '../values/attributes.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { isObjectValue, isWhollyKnown, type ObjectValue, sameValue, UNKNOWN } from '../values/value.js';
import type { KindBlock } from './blocks.js';
import { diagnosticsOf, warning } from './diagnostics.js';
import { decodeMemory, encodeMemory } from './memory.js';
import {
  declaredValues,
  knownPart,
  type Names,
  openElements,
  type PlannedValues,
  partlyKnown,
  plannedValues,
} from './planned-values.js';
import { withRemedies } from './remedy-text.js';
import { stateAfter, stateFound, stateRead } from './states.js';

/** Without a tenant, because the provider block is not known yet, nothing is asked and names are what they are. */
const NO_NAMES: Names = { sameName: async () => false, recreates: () => true };
const UNSEEN: PlannedInstance = { warnings: [], planned: { unchecked: true } };

type Answer<Name extends 'ReadResource' | 'PlanResourceChange' | 'ApplyResourceChange' | 'ImportResourceState'> =
  Promise<Response<Name>>;

/** The state as the tenant has it now. @param run undefined: the provider block is not known yet */
export async function readResource(
  block: KindBlock,
  { currentState, private: secret }: Request<'ReadResource'>,
  run: Session | undefined,
): Answer<'ReadResource'> {
  const prior = objectIn(block, currentState);
  if (!run || !prior) return { newState: currentState, private: secret };
  const { live, warnings } = await run.read(pieceOf(block, undefined, prior, secret));
  const diagnostics = toDiagnostics(warnings);
  if (!live) return { newState: encodeValue(block.type, null), diagnostics };
  const state = await stateRead(block, prior, live, run);
  const newState = sameValue(state, prior) ? currentState : encodeValue(block.type, state);
  return { newState, private: secret, diagnostics };
}

/** What will be, and what speaks against it. Live data add diagnostics and never change a value. */
export async function planResource(
  block: KindBlock,
  { priorState, config, priorPrivate }: Request<'PlanResourceChange'>,
  run: Session | undefined,
): Answer<'PlanResourceChange'> {
  const prior = objectIn(block, priorState);
  const wanted = objectIn(block, config);
  const piece = pieceOf(block, wanted, prior, priorPrivate);
  const { planned: before, ...memory } = piece.memory ?? {};
  if (!wanted) {
    const { warnings, planned } = run && prior ? await run.plan(piece) : UNSEEN;
    return {
      plannedState: encodeValue(block.type, null),
      plannedPrivate: encodeMemory({ ...memory, planned }),
      diagnostics: toDiagnostics(warnings),
    };
  }
  const values = await plannedValues(block, prior, wanted, run ?? NO_NAMES);
  const { state, replace } = values;
  const { warnings, planned } = run ? await planWith(run, piece, wanted, values) : UNSEEN;
  return {
    plannedState: prior && sameValue(state, prior) ? priorState : encodeValue(block.type, state),
    // Of a replacement Terraform asks twice, for what goes and then for what comes, and keeps the second answer for both.
    plannedPrivate: encodeMemory({ ...memory, planned: { ...(prior ? {} : before), ...planned } }),
    requiresReplace: replace.map((attributeName) => ({ steps: [{ attributeName }] })),
    diagnostics: toDiagnostics(warnings),
  };
}

async function planWith(
  run: Session,
  piece: ResourceInstance,
  wanted: ObjectValue,
  { replace, changed }: PlannedValues,
): Promise<PlannedInstance> {
  const { resource, declared, state } = piece;
  const isNamed = resource.key.every((name) => wanted[snakeCase(name)] !== UNKNOWN);
  if (state && !changed) await run.unchanged(piece);
  else if (replace.length > 0)
    return run.plan({
      ...piece,
      declared: undefined,
      unknownElements: undefined,
      replacement: isNamed ? declared : undefined,
    });
  else if (isNamed) return run.plan(piece);
  else await run.check(piece);
  return { warnings: [], planned: {} };
}

/** Does it, and says what is so afterwards: an object that exists is never an error without a state. */
export async function applyResource(
  block: KindBlock,
  { priorState, plannedState, config, plannedPrivate }: Request<'ApplyResourceChange'>,
  run: Session,
): Answer<'ApplyResourceChange'> {
  const prior = objectIn(block, priorState);
  const planned = objectIn(block, plannedState);
  const wanted = planned && reviewed(planned, objectIn(block, config) ?? planned);
  const applied = await run.apply(pieceOf(block, wanted, prior, plannedPrivate));
  const diagnostics = toDiagnostics(applied.warnings);
  const answer = (state: ObjectValue | null, more: readonly Diagnostic[] = []) => ({
    newState: encodeValue(block.type, state),
    private: encodeMemory(applied.memory),
    diagnostics: [...diagnostics, ...more],
  });
  if (!applied.error) return answer(planned ? stateAfter(block, planned, wanted!, applied.live) : null);
  const faults = diagnosticsOf(applied.error, block.type);
  if (prior) return answer(prior, faults);
  if (applied.created === undefined || !planned) return answer(null, faults);
  // An error would taint it: the next plan would replace a person.
  const state = stateAfter(block, planned, wanted!, applied.live ?? { id: applied.created, values: {} });
  return answer(
    state,
    faults.map((fault) => unfinished(fault, applied.live !== undefined)),
  );
}

/** One object, edge or whole set of the tenant, with everything that it has. */
export async function importResource(
  block: KindBlock,
  { typeName, id = '' }: Request<'ImportResourceState'>,
  run: Session | undefined,
): Answer<'ImportResourceState'> {
  if (!run) {
    throw new DelineaError('settings_invalid', 'nothing can be imported before the provider block is known', {
      hint: 'Give the settings by environment, or apply first what they come from.',
    });
  }
  const { live, memory } = await run.find(block.kind, id);
  const state = encodeValue(block.type, stateFound(block, live));
  return { importedResources: [{ typeName, state, private: encodeMemory(memory) }] };
}

/**
 * What the plan made of the configuration, so that what it ignores (`ignore_changes`) is ignored: Terraform gives the apply
 * the bare configuration. What was not known then is as the configuration says it by now.
 */
function reviewed(planned: ObjectValue, config: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(config).map(([name, said]) => {
      const value = planned[name] ?? null;
      return [name, said !== null && isWhollyKnown(value) ? value : said];
    }),
  );
}

function pieceOf(
  block: KindBlock,
  wanted: ObjectValue | undefined,
  prior: ObjectValue | undefined,
  secret: Uint8Array | undefined,
): ResourceInstance {
  const { kind, attributes } = block;
  return {
    resource: kind,
    declared: wanted && declaredValues(attributes, knownPart(attributes, wanted, kind)),
    unknownElements: wanted && openElements(block, wanted),
    partlyUnknown: wanted && partlyKnown(attributes, wanted),
    state: prior && valuesOf(attributes, prior),
    memory: decodeMemory(secret),
  };
}

function objectIn({ type }: KindBlock, value: Parameters<typeof decodeValue>[1]): ObjectValue | undefined {
  const decoded = decodeValue(type, value);
  return isObjectValue(decoded) ? decoded : undefined;
}

function toDiagnostics(warnings: Applied['warnings']): Diagnostic[] {
  return warnings.map(({ message, hint, remedy }: Warning) => warning(message, withRemedies(hint, remedy)));
}

function unfinished(fault: Diagnostic, isSeen: boolean): Diagnostic {
  const there = isSeen ? 'It exists and is in the state' : 'The service said that it made it, and it is in the state';
  const detail = `${there}; the next plan shows what is missing. ${fault.detail ?? ''}`;
  return { ...fault, severity: SEVERITY.warning, detail: detail.trim() };
}
