import { dirname } from 'node:path';
import * as z from 'zod';
import { DelineaError, kindOf, PROVIDER_ADDRESS, readRegularFile } from '../provider/index.js';
import type { Stack } from './stack.js';

/** Addresses named in the message before the rest is only counted. */
const NAMED = 5;

/** The part of Terraform's state file, version 4, that names resources. */
const state = z.object({
  version: z.literal(4),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      provider: z.string(),
      instances: z.array(z.object({ index_key: z.union([z.string(), z.number()]).optional() })),
    }),
  ),
});

/**
 * Refuses a local Terraform state that still has resources whose code was deleted: Terraform would remove them at the
 * next apply.
 * @returns false if there is no readable local state, so nothing was checked
 * @throws DelineaError `guarded` when the state has such resources
 */
export function refuseLeftoverState({ stateFile, file, declarations, moved, forgotten }: Stack): boolean {
  const addresses = stateFile === undefined ? undefined : ownAddresses(stateFile);
  if (stateFile === undefined || addresses === undefined) return false;
  const known = new Set([
    ...declarations.map(({ address }) => address),
    ...moved.map(({ from }) => from),
    ...forgotten,
  ]);
  const undeclared = addresses.filter((address) => !known.has(address));
  if (undeclared.length === 0) return true;
  const first = undeclared.slice(0, NAMED);
  const others = undeclared.length > NAMED ? ` and ${undeclared.length - NAMED} others` : '';
  const quoted = first.map((address) => `'${address}'`).join(' ');
  throw new DelineaError(
    'guarded',
    `an earlier Terraform state has resources that are not in code, and Terraform would remove them: ${first.join(', ')}${others}`,
    {
      path: stateFile,
      hint: `Move the state away, since all resources are imported again, or run: terraform -chdir=${dirname(file)} state rm ${quoted}`,
    },
  );
}

/** Returns the addresses of delinea resources in a state; undefined if the file does not exist or is not a state. */
function ownAddresses(path: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readRegularFile(path, 'Terraform state'));
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    return undefined;
  }
  const parsed = state.safeParse(json);
  if (!parsed.success) return undefined;
  return parsed.data.resources
    .filter(({ mode, type, provider }) => mode === 'managed' && isDelinea(type, provider))
    .flatMap(({ module, type, name, instances }) =>
      instances.map(({ index_key: index }) => {
        const address = [module, type, name].filter((part) => part !== undefined).join('.');
        return index === undefined ? address : `${address}[${JSON.stringify(index)}]`;
      }),
    );
}

function isDelinea(type: string, provider: string): boolean {
  return kindOf(type) !== undefined && provider.includes(`"${PROVIDER_ADDRESS}"`);
}
