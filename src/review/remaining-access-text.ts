import type { RemainingAccess } from '../provider/index.js';
import { count } from './attributes.js';
import type { Paint } from './paint.js';
import { visible } from './visible.js';

/** What an account still has, as people read it; what could not be read stands beside it, never for nothing. */
export function remainingAccessText(name: string, residue: RemainingAccess, paint: Paint): string {
  const { disabled, paths, work, unread } = residue;
  const left = [
    ...(disabled === false ? ['its login: the account is NOT disabled'] : []),
    ...work.flatMap(({ what, open = 0 }) => (open > 0 ? [`${what}: ${open} open`] : [])),
    ...paths.map(({ label, through, owns }) => {
      const way = through.length === 0 ? '' : `, through ${through.join(', ')}`;
      return `${owns ? 'OWNER: ' : ''}${label}${way}`;
    }),
  ];
  const unknown = work.filter(({ open, unread: why }) => open === undefined && why === undefined);
  const parts = [
    ...section(`${name} still has:`, left),
    ...section('Could not be read, so nobody knows:', unread),
    ...section(
      'Cannot be read here (no surface is known to tell; see surfaces in the settings):',
      unknown.map(({ what }) => what),
    ),
    paint(left.length + unread.length > 0 ? 'error' : 'strong', verdict(name, residue, left.length)),
  ];
  return `${parts.join('\n')}\n`;
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [visible(head), ...lines.map((line) => `  - ${visible(line)}`)];
}

function verdict(name: string, { disabled, unread }: RemainingAccess, left: number): string {
  const login = disabled ? 'disabled, and read back' : disabled === false ? 'NOT disabled' : 'in a state unknown';
  const rest = left > 0 ? `${count(left, 'thing')} left` : 'nothing is left that this run may see';
  const blind = unread.length > 0 ? [`${count(unread.length, 'thing')} not read`] : [];
  const complete = unread.length + left === 0 ? 'complete' : 'not complete';
  return `Off-boarding is ${complete}: ${[`the login of ${visible(name)} is ${login}`, rest, ...blind].join('; ')}.`;
}
