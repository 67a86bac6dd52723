import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import type { Finding } from '../provider/index.js';
import { readJsonFile } from './json-file.js';

/** The part of CDKTF's manifest.json that names the stacks which must be applied before another one. */
const manifest = z.object({ stacks: z.record(z.string(), z.object({ dependencies: z.array(z.string()) })) });

/**
 * Returns a note if the stack depends on other stacks of its project: a run applies one stack, and Terraform's own order
 * of stacks is that of `cdktf deploy`.
 * @param file the cdk.tf.json
 * @throws DelineaError `stack_invalid` for a manifest that cannot be read
 */
export function dependencyNotes(file: string, stack: string): Finding[] {
  const stacks = dirname(dirname(file));
  const path = join(dirname(stacks), 'manifest.json');
  if (basename(stacks) !== 'stacks' || !existsSync(path)) return [];
  const parsed = manifest.safeParse(readJsonFile(path, 'manifest', 'Synthesise the stacks again: `npx cdktf synth`.'));
  const others = parsed.success ? (parsed.data.stacks[stack]?.dependencies ?? []) : [];
  if (others.length === 0) return [];
  const names = others.map((name) => `"${name}"`).join(', ');
  return [
    {
      level: 'note',
      code: 'depends_on_stack',
      message: `this stack depends on ${others.length > 1 ? 'the stacks' : 'the stack'} ${names}, which this run does not apply`,
      hint: `Apply ${names} before this stack.`,
    },
  ];
}
