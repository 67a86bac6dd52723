import { type EndedSessions, joinFirst, visible } from '../../provider/index.js';
import type { Paint } from './paint.js';

/** Names of secrets that are printed. */
const MOST_NAMES = 5;

/** Returns the sessions of an account that were ended, and those that are still open or unknown. */
export function endedSessionsText(name: string, ended: readonly EndedSessions[], paint: Paint): string {
  const lines = ended.map(
    (each) => `  - ${isEnded(each) ? visible(lineOf(each)) : paint('error', visible(lineOf(each)))}`,
  );
  return `${[visible(`Sessions of ${name}:`), ...lines].join('\n')}\n`;
}

function isEnded({ open, refused, unread }: EndedSessions): boolean {
  return open.length === 0 && refused === undefined && unread === undefined;
}

function lineOf({ what, ended, open, refused, unread }: EndedSessions): string {
  if (unread !== undefined) return `${what}: not ended, and not known: ${unread}`;
  if (ended === 0 && open.length === 0) return `${what}: none is open`;
  const number = ended === undefined ? (refused === undefined ? 'ended' : 'not ended') : `${ended} ended and read back`;
  const left = open.length > 0 ? `; ${open.length} STILL OPEN (${joinFirst(open, MOST_NAMES)})` : '';
  return `${what}: ${number}${left}${refused === undefined ? '' : `: ${refused}`}`;
}
