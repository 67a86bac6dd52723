import { visible } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import { commandsIn, commandsInWrapped, UNSEEN } from '../assert/runner-rules.js';
import { type Access, accessIn, activeHolders, lostAccess } from './access.js';
import { ADMIN_ROLES, MOST_REMOVED, MOST_REQUESTS, PROTECTED } from './base-branch.js';
import type { Command, Observation, Reviewed } from './observation.js';

type Invariant = (seen: Observation) => string[];

/** Scopes with which nothing can be written, or that have no smaller one. */
const READ_SCOPES = ['delinea:api:read', 'xpm.platform'];
const MOST_SECONDS = 60;
const DONE: readonly (number | null)[] = [0, 2];

/** What must hold for every pull request. Each returns what does not hold. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  network: ({ connections, decoy, scopes }) => [
    ...connections.map((address) => `a connection to ${address}`),
    ...decoy.map((bytes) => `sent to the decoy: ${JSON.stringify(bytes.slice(0, 200))}`),
    ...scopes.filter((scope) => !READ_SCOPES.includes(scope)).map((scope) => `a token for ${scope} to read`),
  ],
  files: ({ outside, kept, leftovers }) => [
    ...differences(outside.before, outside.after),
    ...differences(kept.before, kept.after),
    ...leftovers.map((name) => `left over: ${name}`),
  ],
  secrets: ({ secrets }) => secrets.map((secret) => `a secret shows: ${secret.slice(0, 4)}...`),
  guards: ({ before, read, after }) => [
    ...(same(before, read) ? [] : ['a command that only reads changed the tenant']),
    ...guardProblems(before, after),
  ],
  text: ({ commands, before, after, reviewed }) => [
    ...commands.flatMap(({ name, out, err, isWrapped }) => [
      ...(isWrapped ? commandsInWrapped : commandsIn)(`${out}\n${err}`).map(
        ({ runner, line }) => `${name} has a command for ${runner}: ${line}`,
      ),
      ...(UNSEEN.test(out + err) ? [`${name} has an unseen character`] : []),
    ]),
    ...lostAccess(after, before)
      .filter((access) => !isNamed(access, reviewed, before))
      .map(({ key }) => `not in the plan: ${key}`),
  ],
  errors: (seen) => [...seen.commands.flatMap(commandProblems), ...refusalProblems(seen)],
};

/** Returns the problems of one pull request, each with the invariant. */
export function problemsIn(seen: Observation): string[] {
  const broken = Object.entries(INVARIANTS).flatMap(([name, holds]) => holds(seen).map((what) => `${name}: ${what}`));
  return [...broken, ...seen.idle];
}

function guardProblems(before: SimulatorState, after: SimulatorState): string[] {
  const names = new Set([
    ...after.users.map(({ userName }) => userName),
    ...after.groups.map(({ displayName }) => displayName),
  ]);
  const ids = new Set([...after.users, ...after.groups, ...after.containers].map(({ id }) => id));
  const lost = lostAccess(before, after);
  const counts = new Map<string, number>();
  for (const { kind, scope } of lost) counts.set(`${kind} ${scope}`, (counts.get(`${kind} ${scope}`) ?? 0) + 1);
  return [
    ...[...before.users, ...before.groups, ...before.containers]
      .filter(({ id }) => !ids.has(id))
      .map((gone) => `deleted permanently: ${JSON.stringify(gone)}`),
    ...PROTECTED.filter((name) => !names.has(name)).map((name) => `protected, and renamed: ${name}`),
    ...lost.filter(({ holder }) => PROTECTED.includes(holder)).map(({ key }) => `protected, and lost: ${key}`),
    ...[...counts].filter(([, count]) => count > MOST_REMOVED).map(([what, count]) => `${count} removed of ${what}`),
    ...requiredScopes(before)
      .filter(({ holds }) => activeHolders(before, holds).length > 0 && activeHolders(after, holds).length === 0)
      .map(({ name }) => `without an active holder: ${name}`),
  ];
}

/** Returns the folders and roles that must keep a holder. */
function requiredScopes({ containers }: SimulatorState) {
  return [
    ...containers.map(({ name }) => ({
      name,
      holds: ({ kind, scope, right }: Access) => kind === 'permission' && scope === name && right === 'Owner',
    })),
    ...ADMIN_ROLES.map((name) => ({ name, holds: ({ kind, scope }: Access) => kind === 'role' && scope === name })),
  ];
}

/** Returns whether one block of the plan's text names holder, scope and right, and the JSON names them too. */
function isNamed(
  { key, holder, scope, right }: Access,
  { text, json, hasIds }: Reviewed,
  before: SimulatorState,
): boolean {
  const [, holderId, scopeId] = JSON.parse(key) as string[];
  const ids = (id = '') => (hasIds ? [id, '(known after apply)'] : []);
  // A renamed holder has its live name until the rename is applied.
  const former = before.users.filter(({ id }) => id === holderId).map(({ userName }) => userName);
  const parts = [[holder, ...former, ...ids(holderId)], [scope, ...ids(scopeId)], [right]].filter(
    ([name]) => name !== '',
  );
  const inText = text
    .split(/\n(?= {2}# )/)
    .some((block) => parts.every((forms) => forms.some((form) => shows(block, form))));
  return inText && (json === undefined || parts.every(([name = '']) => json.includes(inJson(name))));
}

const inJson = (name: string) => JSON.stringify(name).slice(1, -1);
const shows = (text: string, name: string) =>
  [name, inJson(name), visible(name), visible(`"${name}"`)].some((form) => text.includes(form));

function commandProblems({ name, code, out, err, seconds, requests }: Command): string[] {
  const refused = !DONE.includes(code);
  return [
    ...(code === null ? [`${name} was killed`] : []),
    ...(seconds > MOST_SECONDS ? [`${name} took ${Math.round(seconds)} s`] : []),
    ...(requests > MOST_REQUESTS ? [`${name} sent ${requests} requests`] : []),
    ...(refused && !/\berror\b/i.test(out + err) ? [`${name} ended with ${code} and no error`] : []),
    ...(/internal error|TypeError|at .*\.[jt]s:\d+/.test(out + err) ? [`${name} has an error that is a bug`] : []),
  ];
}

/** A change that has to be refused is refused by some command, by name; a setting or removal alone changes nothing. */
function refusalProblems({ pullRequest: { changes }, commands, before, after, reviewed }: Observation): string[] {
  const refused = changes.flatMap((change) => change.refused ?? []);
  const errors = commands.filter(({ code }) => !DONE.includes(code)).map(({ out, err }) => out + err);
  const single = changes.length === 1 ? changes[0] : undefined;
  // In a pair, another error may come first, and the engine may apply what it does not concern.
  const named = errors.some((text) => !single || locked(text) || refused.some((name) => text.includes(name)));
  const shownText = [reviewed.text, ...commands.map(({ out }) => out)].join('\n');
  return [
    ...(refused.length > 0 && !named ? [`not refused by name: ${refused.join(', ')}`] : []),
    ...(single?.refused && !single.files && !same(before, after) ? ['refused, and the tenant changed'] : []),
    ...(single?.shown && DONE.includes(commands[0]?.code ?? null) && !shownText.includes(single.shown)
      ? [`the plan does not show ${single.shown}`]
      : []),
  ];
}

const locked = (text: string) => text.includes('DELINEA_LOCKED is set');
const same = (one: SimulatorState, two: SimulatorState) =>
  JSON.stringify([one, accessIn(one)]) === JSON.stringify([two, accessIn(two)]);

function differences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((entry) => !after.includes(entry)).map((entry) => `changed or removed: ${entry}`),
    ...after.filter((entry) => !before.includes(entry)).map((entry) => `written: ${entry}`),
  ].map((problem) => problem.slice(0, 300));
}
