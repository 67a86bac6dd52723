import type { Random } from '../../generate/random.js';
import { addressOf, type Block, quoted } from './configuration.js';

/** Returns the attributes at an address of a state. */
export type StateOf = (address: string) => Readonly<Record<string, unknown>>;

/** Returns an import block for each resource, by id or by name, with the settings that the tenant does not store. */
export function importsOf(blocks: readonly Block[], stateOf: StateOf, random: Random): string {
  return blocks
    .map((block) => {
      const { id, external_id, on_removal } = stateOf(addressOf(block));
      const known = {
        ...(typeof external_id === 'string' && external_id !== '' ? { external_id } : {}),
        ...(random.chance(0.5) ? { on_removal } : {}),
      };
      const suffix = Object.entries(known).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
      const found = random.chance(0.5) ? nameOf(block, blocks) : String(id);
      const text = suffix.length > 0 ? `${found}?${suffix.join('&')}` : found;
      return `import {\n  to = ${addressOf(block)}\n  id = ${quoted(text)}\n}\n`;
    })
    .join('');
}

/** Returns an import id as users write it: a name in another case, or scope and principal. */
function nameOf({ type, values }: Block, blocks: readonly Block[]): string {
  const scope = values.container ?? values.role;
  if (type === 'delinea_user') return String(values.user_name).toUpperCase();
  if (type === 'delinea_group') return String(values.display_name);
  if (values.principal_id === undefined) return String(scope);
  const { ref } = values.principal_id as { ref: string };
  const holder = blocks.find((block) => `${addressOf(block)}.id` === ref)!.values;
  return `${scope},${values.principal_type},${holder.user_name ?? holder.display_name}`;
}
