import { compareSettings, type SettingChange, settingsOf, withDefaults } from '../model/declared-settings.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Operation } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { inScope } from './authoritative-sets.js';
import type { AuthoritativeSet, Match, PlanContext } from './plan-context.js';

/** The settings of a declaration, compared with those that the ledger records. */
export interface ComparedSettings {
  /** Recorded by the apply; undefined where no ledger records settings. */
  readonly settings?: Values | undefined;
  readonly settingChanges?: readonly SettingChange[] | undefined;
  /** The attributes among the settings as they were at the last apply, for `before` in the plan. */
  readonly shownBefore?: Values | undefined;
}

/** The settings of a removal, or of a plan for Terraform, whose state has the settings. */
export const NO_SETTINGS: ComparedSettings = {};

/**
 * Compares the settings of one object or edge. Settings that an earlier version did not record count as unchanged. The
 * edges of an authoritative set have the settings of the set.
 */
export function settingsIn({ input }: PlanContext, { declaration, resource, owned }: Match): ComparedSettings {
  if (input.sets === undefined || declaration.setAddress !== undefined) return NO_SETTINGS;
  const declared = settingsOf(resource, declaration);
  const { onRemoval, ...settings } = declared;
  const before = owned && { ...(owned.settings ?? settings), onRemoval: owned.onRemoval };
  return {
    settings,
    settingChanges: noneIfEmpty(compareSettings(resource, before, declared)),
    shownBefore: before && withDefaults(resource, before),
  };
}

/** Compares the settings of an authoritative set. The ledger keeps them by address, also while the set has no edges. */
export function settingsOfSet(context: PlanContext, set: AuthoritativeSet): ComparedSettings {
  if (context.input.sets === undefined) return NO_SETTINGS;
  const { declaration, resource } = set;
  const settings = settingsOf(resource, declaration);
  const edge = ownedEdgeOf(context, set);
  const before = recordedSet(context, set, edge) ?? (edge && { ...settings, onRemoval: edge.onRemoval });
  return {
    settings,
    settingChanges: noneIfEmpty(compareSettings(resource, before, settings)),
    shownBefore: before && withDefaults(resource, before),
  };
}

/** Returns the operation of a set whose edges stay as they are. */
export function operationOfSettings(
  { input }: PlanContext,
  { declaration, of, resolved }: AuthoritativeSet,
  { settings, settingChanges }: ComparedSettings,
): Operation {
  if (!settings) return 'none';
  if (settingChanges) return 'configure';
  return inScope(resolved, of.scope, { [of.scope]: input.sets?.get(declaration.address)?.scope }) ? 'none' : 'record';
}

function noneIfEmpty(changes: readonly SettingChange[]): readonly SettingChange[] | undefined {
  return changes.length === 0 ? undefined : changes;
}

/** Returns the recorded settings of a set, also if it was at another address. */
function recordedSet(
  { input }: PlanContext,
  { declaration: { address } }: AuthoritativeSet,
  edge: OwnedObject | undefined,
): Values | undefined {
  const former = input.moved?.findLast(({ to }) => to === address)?.from;
  const known = [address, former, edge?.address].find((each) => each !== undefined && input.sets?.has(each));
  return known === undefined ? undefined : input.sets?.get(known)?.settings;
}

/** Returns an owned edge of a set. */
function ownedEdgeOf({ ownedById, matches }: PlanContext, set: AuthoritativeSet): OwnedObject | undefined {
  for (const address of set.edgeAddresses) {
    const owned = matches.get(address)?.owned;
    if (owned) return owned;
  }
  const { address } = set.declaration;
  return [...ownedById.values()].find((entry) => entry.address === address && entry.kind === set.of.edge);
}

/** Adds a note if an earlier version wrote entries of the ledger: changes of their settings cannot be shown yet. */
export function noteUnrecordedSettings(context: PlanContext): void {
  const { input, matches, sets, findings } = context;
  if (!input.sets) return;
  const objects = [...matches.values()].filter(
    ({ declaration, owned }) => owned && !owned.settings && declaration.setAddress === undefined,
  );
  const unrecorded = sets.filter((set) => {
    const edge = ownedEdgeOf(context, set);
    return edge && !recordedSet(context, set, edge);
  });
  const count = objects.length + unrecorded.length;
  if (count === 0) return;
  findings.push({
    level: 'note',
    code: 'settings_not_recorded',
    message: `the ledger does not have the settings of ${count === 1 ? 'one declaration' : `${count} declarations`} yet (such as adopt and prevent_destroy), so this plan cannot show whether they changed; the next apply records them`,
  });
}
