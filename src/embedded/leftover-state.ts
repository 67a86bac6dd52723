import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { DelineaError, kindOf, PROVIDER_ADDRESS } from '../provider/index.js';
import type { Stack } from './stack.js';

const TOLD = 5;

/** Version 4 of Terraform's own file, as far as it names resources. */
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
 * Refuses to hand over to a Terraform that would take away at once what its state of earlier times has and code has not.
 * @returns false where there is no local state that could be read: then nobody has looked
 * @throws DelineaError `guarded`
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
  const first = undeclared.slice(0, TOLD);
  const others = undeclared.length > TOLD ? ` and ${undeclared.length - TOLD} others` : '';
  const quoted = first.map((address) => `'${address}'`).join(' ');
  throw new DelineaError(
    'guarded',
    `Terraform's state of earlier times has what code has not, and would take it away: ${first.join(', ')}${others}`,
    {
      path: stateFile,
      hint: `Move the state away, since everything is imported anew, or: terraform -chdir=${dirname(file)} state rm ${quoted}`,
    },
  );
}

/** Addresses of our resources; undefined: no file, or nothing that is a state. */
function ownAddresses(path: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = state.safeParse(json);
  if (!parsed.success) return undefined;
  return parsed.data.resources
    .filter(({ mode, type, provider }) => mode === 'managed' && isOurs(type, provider))
    .flatMap(({ module, type, name, instances }) =>
      instances.map(({ index_key: index }) => {
        const address = [module, type, name].filter((part) => part !== undefined).join('.');
        return index === undefined ? address : `${address}[${JSON.stringify(index)}]`;
      }),
    );
}

function isOurs(type: string, provider: string): boolean {
  return kindOf(type) !== undefined && provider.includes(`"${PROVIDER_ADDRESS}"`);
}
