import { randomFrom } from '../generate/random.js';
import { HOSTILE_FILES } from './files-catalogue.js';
import type { HostileChange, HostilePullRequest } from './hostile-change.js';
import { HOSTILE_NAMES } from './names-catalogue.js';
import { HOSTILE_REMOVALS } from './removals-catalogue.js';
import { HOSTILE_SETTINGS } from './settings-catalogue.js';

const CATALOGUES: readonly (readonly HostileChange[])[] = [
  HOSTILE_SETTINGS,
  HOSTILE_NAMES,
  HOSTILE_REMOVALS,
  HOSTILE_FILES,
];

/** Every change of the catalogues alone, and pairs of changes of two catalogues, drawn with a seed. */
export function hostilePullRequests(pairs: number, seed: number): HostilePullRequest[] {
  const random = randomFrom(seed);
  const singles = CATALOGUES.flat().map((change) => ({ name: change.name, changes: [change] }));
  const drawn = Array.from({ length: pairs }, () => {
    const first = random.pick(CATALOGUES);
    const changes = [first, random.pick(CATALOGUES.filter((each) => each !== first))].map((each) => random.pick(each));
    return { name: changes.map(({ name }) => name).join(' + '), changes };
  });
  return [...new Map([...singles, ...drawn].map((each) => [each.name, each])).values()];
}
