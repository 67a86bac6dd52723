import { type EndedSessions, joinFirst, type RemainingAccess, visible } from '../../provider/index.js';
import { count } from './attributes.js';
import type { Paint } from './paint.js';

/** Names of secrets that are printed. */
const MOST_NAMES = 5;

/**
 * Returns the access that an account still has. Parts that could not be read are listed, never counted as none.
 * @param ended the sessions that were to be ended
 */
export function remainingAccessText(
  name: string,
  remaining: RemainingAccess,
  paint: Paint,
  ended: readonly EndedSessions[] = [],
): string {
  const { disabled, paths, work, unread } = remaining;
  const notEnded = ended
    .filter(({ refused, unread: unknown }) => refused !== undefined || unknown !== undefined)
    .map(({ what }) => what);
  const left = [
    ...(disabled === false ? ['login: the account is NOT disabled'] : []),
    ...work.flatMap(({ what, open = 0, names = [] }) =>
      open > 0 ? [`${what}: ${open} open (${joinFirst(names, MOST_NAMES)})`] : [],
    ),
    ...paths.map(({ label, through, owns }) => {
      const groups = through.length === 0 ? '' : `, through ${through.join(', ')}`;
      return `${owns ? 'OWNER: ' : ''}${label}${groups}`;
    }),
  ];
  const parts = [
    ...section(`Access that ${name} still has:`, left),
    ...section('Could not be read, so not known:', unread),
    ...section(
      'Not read, so not known:',
      work.flatMap(({ what, unset }) => (unset === undefined ? [] : [`${what}: ${unset}`])),
    ),
    paint(
      left.length + unread.length + notEnded.length > 0 ? 'error' : 'strong',
      verdict(name, remaining, left.length, notEnded),
    ),
  ];
  return `${parts.join('\n')}\n`;
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [visible(head), ...lines.map((line) => `  - ${visible(line)}`)];
}

function verdict(
  name: string,
  { disabled, unread, work }: RemainingAccess,
  left: number,
  notEnded: readonly string[],
): string {
  const login = disabled ? 'disabled and read back' : disabled === false ? 'NOT disabled' : 'in an unknown state';
  const rest = left > 0 ? `${count(left, 'item')} left` : 'no visible access is left';
  const unset = work.flatMap(({ what, unset: why }) => (why === undefined ? [] : [what]));
  const notRead = [
    ...(unset.length > 0 ? [`${unset.join(' and ')} not read`] : []),
    ...(unread.length > 0 ? [`${count(unread.length, 'item')} not read`] : []),
    ...(notEnded.length > 0 ? [`${notEnded.join(' and ')} not ended`] : []),
  ];
  const complete = unread.length + left + notEnded.length === 0 ? 'complete' : 'not complete';
  return `Off-boarding is ${complete}: ${[`the login of ${visible(name)} is ${login}`, rest, ...notRead].join('; ')}.`;
}
