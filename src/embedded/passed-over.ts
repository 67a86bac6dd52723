import type { Finding } from '../provider/index.js';
import { type Block, isBlock } from './expression.js';

/**
 * Parts of a stack that declare nothing in the tenant. A declaration or setting that refers to one of them is refused by
 * itself. CDKTF writes an output for each reference from another stack.
 */
const PASSED_OVER: readonly (readonly string[])[] = [
  ['output'],
  ['variable'],
  ['locals'],
  ['terraform', 'required_version'],
  ['data', 'terraform_remote_state'],
];

/** Returns a stack without the parts that declare nothing, and a note about each. */
export function passOver(json: Block): { readonly left: Block; readonly findings: readonly Finding[] } {
  let left = json;
  const findings: Finding[] = [];
  for (const path of PASSED_OVER) {
    const cut = without(left, path);
    if (!cut.found) continue;
    left = cut.left as Block;
    const address = path.join('.');
    const message = `the embedded engine passes over "${address}", which no declaration needs`;
    findings.push({ level: 'note', code: 'passed_over', message });
  }
  return { left, findings };
}

/** Removes a part from a block, or from each block of a list. */
function without(value: unknown, [name, ...rest]: readonly string[]): { left: unknown; found: boolean } {
  if (Array.isArray(value)) {
    const cuts = value.map((item) => without(item, [name!, ...rest]));
    return { left: cuts.map(({ left }) => left), found: cuts.some(({ found }) => found) };
  }
  if (!isBlock(value) || !Object.hasOwn(value, name!)) return { left: value, found: false };
  const { [name!]: part, ...others } = value;
  if (rest.length === 0) return { left: others, found: true };
  const { left, found } = without(part, rest);
  return { left: { ...others, [name!]: left }, found };
}
