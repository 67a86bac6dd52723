import { DelineaError, type ErrorCode } from '../errors.js';
import { counts, type Resource, type Values } from '../resource.js';
import { resources } from '../resources/index.js';
import { type Directory, groupsAround, type Principal, principalKey } from './directory.js';
import { edgeLabel, edgesHeldBy } from './edges.js';
import type { AccessPath, Step } from './format.js';
import { memberLists, principalOf } from './losses.js';
import { plannedEdges } from './planned.js';
import { isEdge, type Reading } from './planning.js';

/** What an account has, and what of that could not be read. */
export interface Access {
  readonly paths: readonly AccessPath[];
  /** For people: "container permissions: the account may not read them". */
  readonly unseen: readonly string[];
}

/** Reads one kind; a text says why it cannot be read. */
type Attempt = <T>(resource: Resource, read: () => Promise<readonly T[]>) => Promise<readonly T[] | string>;

/**
 * Everything that a principal has: groups however deep, permissions and roles, its own and those of its groups.
 * @param directory as the tenant lives, or as a plan leaves it
 * @param steps of that plan: what they take away is left out, what they give is added
 * @param attempt reads one kind, or says why it cannot be read
 */
export async function accessOf(
  reading: Reading,
  principal: Principal,
  directory: Directory,
  steps: readonly Step[] = [],
  attempt: Attempt = (resource, read) => ifReadable(steps, resource, read),
): Promise<Access> {
  // What is still to be created has no id to look a name up by.
  for (const { operation, kind, key, label } of steps) {
    if (operation === 'create') reading.identity.note(kind, key, label);
  }
  const unseen: string[] = [];
  const attempted = async <T>(resource: Resource, read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const found = await attempt(resource, read);
    if (typeof found !== 'string') return found;
    unseen.push(`${resource.plural}: ${found}`);
    return [];
  };
  const groups = resources.find((resource) => memberLists(resource).length > 0)!;
  const around = await attempted(groups, () => groupsAround(directory, principal));
  const nameOf = async ({ kind, id }: Principal) => {
    await reading.identity.learn([kind], id).catch(() => undefined);
    return reading.identity.nameOf(id) ?? id;
  };
  const paths: AccessPath[] = [];
  for (const { group, through } of around) {
    const names = await Promise.all(through.map(nameOf));
    paths.push({ kind: group.kind, id: group.id, label: `member of ${names.at(-1)}`, through: names.slice(0, -1) });
  }
  for (const resource of resources.filter(isEdge)) {
    const held = await attempted(resource, async () => {
      const found: AccessPath[] = [];
      for (const { holder, through } of [
        { holder: principal, through: [] as readonly Principal[] },
        ...around.map(({ group, through }) => ({ holder: group, through })),
      ]) {
        const names = await Promise.all(through.map(nameOf));
        const edges = (await edgesHeldBy(reading, resource, holder)).map(({ live, values }) => ({
          id: live.id,
          values,
        }));
        const mine = (values: Values) => {
          const of = principalOf(resource.type, values);
          return of !== undefined && principalKey(of) === principalKey(holder);
        };
        for (const { id, values } of plannedEdges(resource, edges, steps, mine)) {
          await reading.identity.learnEnds(resource, values).catch(() => undefined);
          const label = edgeLabel(reading, resource.type, values);
          const path = { kind: resource.type, id, label, through: names };
          found.push(owns(resource, values) ? { ...path, owns: true } : path);
        }
      }
      return found;
    });
    paths.push(...held);
  }
  return { paths, unseen };
}

/** Whether an edge gives what its container must never be without. */
function owns({ keeps }: Resource, values: Values): boolean {
  return keeps?.holding !== undefined && counts(keeps, values);
}

/** Words of a service that will not let us read, today or tomorrow. A fault that may pass is none of them. */
const NOT_FOR_US: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'credentials_missing',
  'credentials_denied',
  'unauthorized',
  'forbidden',
  'wrong_surface',
  'unserved',
]);

/**
 * Reads edges of a kind for the sake of the whole. Where the stack has nothing of the kind the tenant may not have the
 * surface at all: then why it cannot be read is given back, to be said. Every other fault ends the plan.
 */
export async function ifReadable<T>(
  steps: readonly Step[],
  { type }: Resource,
  read: () => Promise<T>,
): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    const used = steps.some(({ kind }) => kind === type);
    if (used || !(error instanceof DelineaError) || !NOT_FOR_US.has(error.code)) throw error;
    return error.message;
  }
}
