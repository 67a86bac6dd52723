import * as z from 'zod';
import {
  isNamed,
  joinFirst,
  LookAlikes,
  resourceOf,
  type Step,
  settingAttributes,
  snakeCase,
  type TenantAccess,
} from '../../provider/index.js';
import type { TerraformChange, TerraformPlanJson } from './terraform-schema.js';

const constant = z.looseObject({ constant_value: z.unknown().optional() });

/** Returns a note about each setting of the provider blocks that lets the guards pass. */
export function settingNotes(configuration: TerraformPlanJson['configuration']): string[] {
  const blocks = Object.values(configuration?.provider_config ?? {}).filter(
    ({ name, full_name = name }) => full_name.split('/').at(-1) === 'delinea',
  );
  const guards = settingAttributes.filter(({ inCode }) => inCode === 'allowance' || inCode === 'both');
  return blocks.flatMap(({ expressions = {} }) =>
    guards.flatMap(({ name, default: preset }) => {
      const given = constant.safeParse(expressions[snakeCase(name)]);
      if (!given.success) return [];
      const value = given.data.constant_value;
      if (value === null || (value !== undefined && JSON.stringify(value) === JSON.stringify(preset))) return [];
      const text = value === undefined ? 'a value that the plan does not show' : JSON.stringify(value);
      return [`the provider block weakens the guards: ${snakeCase(name)} is ${text}`];
    }),
  );
}

/** Returns a note about changes of resources that a review does not know: they may change access, too. */
export function otherNotes(changes: readonly TerraformChange[]): string[] {
  const written = changes.filter(({ change: { actions } }) => actions.some((action) => action !== 'no-op'));
  if (written.length === 0) return [];
  const names = written.map(({ address }) => address);
  return [
    `not in this review, because their types are not known: ${joinFirst(names, 5)}. Read them in terraform plan.`,
  ];
}

/** Returns a note about each name in a plan or in the tenant that looks like another one. */
export async function lookAlikeNotes(steps: readonly Step[], live: TenantAccess | undefined): Promise<string[]> {
  const names = new LookAlikes();
  for (const { kind, key, desired } of steps) {
    const resource = resourceOf(kind);
    const name = desired[resource.key[0]!];
    if (isNamed(resource) && typeof name === 'string') await names.add({ kind, name, address: key });
  }
  for (const { kind, name } of [...(live?.principals ?? []), ...(live?.scopes ?? [])]) await names.add({ kind, name });
  return (await names.findings()).map(({ message }) => message);
}
