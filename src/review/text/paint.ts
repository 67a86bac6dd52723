import { styleText } from 'node:util';

export type Tone = 'add' | 'change' | 'remove' | 'strong' | 'faint' | 'error' | 'warning';

/** Colours a text, or returns it unchanged. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  add: 'green',
  change: 'yellow',
  remove: 'red',
  strong: 'bold',
  faint: 'gray',
  error: 'red',
  warning: 'yellow',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

export const plain: Paint = (_, text) => text;

/** Colours without checking for a terminal; the caller decides. */
export const coloured: Paint = (tone, text) => styleText(STYLES[tone], text, { validateStream: false });
