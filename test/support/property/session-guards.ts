import { expect } from '@jest/globals';
import {
  connect,
  DelineaError,
  DelineaErrors,
  openSession,
  type ResourceInstance,
  readSettings,
  resourceOf,
  type Session,
} from '../../../src/provider/index.js';
import { startSimulator } from '../../../src/simulator/index.js';
import { expectedRefusals, readRefusals } from '../assert/expected-refusals.js';
import { blocksOf } from '../generate/guarded-blocks.js';
import { ADMIN_ROLES, type Holder, OWN, type Stack } from '../generate/guarded-stack.js';
import { drawCase } from '../generate/guarded-tenant.js';
import { type Random, randomFrom } from '../generate/random.js';
import { drawUnknown, type Unknown } from '../generate/unknown-values.js';
import { environmentOf } from '../tenant/environment.js';

type Managed = Pick<ResourceInstance, 'resource' | 'state' | 'privateState'>;

/** Returns the instances of a change in the form in which Terraform passes them, each with the call for it. */
function callsFor(
  before: Stack,
  after: Stack,
  managed: ReadonlyMap<string, Managed>,
  unknown: Unknown,
): ((session: Session) => Promise<unknown>)[] {
  const idOf = (holder: Holder) => managed.get(holder)?.state?.id;
  const earlier = new Map(blocksOf(before).map((block) => [block.key, block]));
  const declared = blocksOf(after);
  const kept = new Set(declared.map(({ key }) => key));
  const gone = [...managed].filter(([key]) => !kept.has(key)).map(([, instance]) => instance);
  return [
    ...gone.map((instance) => (session: Session) => session.plan(instance)),
    ...declared.map((block) => async (session: Session) => {
      const { key, kind, holder, members, values } = block;
      const instance = managed.get(key) ?? { resource: resourceOf(kind) };
      const hidden = unknown.get(key);
      if (hidden === undefined && JSON.stringify(earlier.get(key)) === JSON.stringify(block)) {
        const same = { ...values, ...(members ? { members: members.map(idOf) } : {}) };
        return session.unchanged({
          ...instance,
          declared: { ...same, ...(holder ? { principalId: idOf(holder) } : {}) },
        });
      }
      if (holder !== undefined && idOf(holder) === undefined) {
        return session.check({ ...instance, declared: values });
      }
      const visible = Object.fromEntries(Object.entries(values).filter(([name]) => name !== hidden?.attribute));
      const known = (hidden?.members ?? members)?.filter((member) => idOf(member) !== undefined);
      const isPartlyKnown = members !== undefined && known!.length < members.length;
      return session.plan({
        ...instance,
        declared: {
          ...visible,
          ...(holder === undefined ? {} : { principalId: idOf(holder) }),
          ...(members && hidden?.attribute !== 'members' ? { members: known!.map(idOf) } : {}),
        },
        unknown: isPartlyKnown ? ['members'] : hidden ? [hidden.attribute] : [],
        partlyUnknown: isPartlyKnown && hidden?.attribute !== 'members' ? ['members'] : [],
      });
    }),
  ];
}

/** Returns whether a plan does not know the id of a member or a holder, because the run creates or adopts it. */
function needsNewIds({ groups, rights, roles }: Stack, managed: ReadonlyMap<string, Managed>): boolean {
  const holders = [...rights.values(), ...roles.values()].map(({ holder }) => holder);
  return [...holders, ...[...groups.values()].flat()].some((holder) => !managed.has(holder));
}

/** Runs calls in a random order, so many at once. Returns the messages of the refusals, and all other errors. */
async function run(
  session: Session,
  calls: readonly ((session: Session) => Promise<unknown>)[],
  atOnce: number,
  random: Random,
): Promise<{ refused: string[]; errors: string[] }> {
  const queue = [...calls].map((call) => ({ call, rank: random.below(2 ** 30) })).sort((a, b) => a.rank - b.rank);
  const failed: DelineaError[] = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await next.call(session).catch((error: unknown) => {
        if (error instanceof DelineaErrors) failed.push(...error.errors);
        else if (error instanceof DelineaError) failed.push(error);
        else throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const isRefusal = ({ code }: DelineaError) => code === 'refused_by_guard';
  return {
    refused: failed.filter(isRefusal).map(({ message }) => message),
    errors: failed.filter((error) => !isRefusal(error)).map(({ code, message }) => `${code}: ${message}`),
  };
}

/**
 * Plans random changes of one random tenant as Terraform does, one instance at a time and in a random order. With all
 * calls at once the session refuses what {@link expectedRefusals} expects, counts included. With ten at once a
 * removal may be checked before everything is known, and the id of an object that the run creates or adopts is not known
 * at all: then it refuses whenever a limit is exceeded.
 * @param isKnown whether all values are known; else the plan counts what they turn into at worst
 */
export async function checkSession(seed: number, changes: number, isKnown: boolean): Promise<void> {
  const random = randomFrom(seed);
  const { tenant, before, after } = drawCase(random, changes);
  const sim = await startSimulator({
    data: tenant,
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
    numbered: seed % 4 < 2,
  });
  const shared = seed % 2 === 0 ? {} : { surfaces: [{ name: 'scim-cloud', idSpace: 'platform' }] };
  const env = { ...sim.env, ...environmentOf({ visibilitySeconds: 1, adminRoles: ADMIN_ROLES, ...shared }) };
  const open = async () => openSession(await connect(readSettings({}, env), env), async () => undefined);
  try {
    const managed = await importAll(await open(), before);
    const checks = after.map(async (stack, index) => {
      const { unknown, worst } = isKnown ? { unknown: new Map(), worst: stack } : drawUnknown(before, stack, random);
      const calls = callsFor(before, stack, managed, unknown);
      const expected = expectedRefusals(tenant, before, worst, OWN);
      const at = `seed ${seed}, change ${index}`;
      const isWhole = index % 3 > 0 && !needsNewIds(stack, managed);
      const { refused, errors } = await run(await open(), calls, isWhole ? calls.length : 10, random);
      expect([at, errors]).toEqual([at, []]);
      const reported = highest(readRefusals(refused.flatMap((message) => message.split('; '))));
      if (isWhole && isKnown) expect([at, reported]).toEqual([at, expected]);
      else if (isWhole) expect([at, reported]).toEqual([at, expect.arrayContaining(expected.filter(isCount))]);
      else expect([at, refused.length > 0]).toEqual([at, refused.length > 0 || expected.filter(isCount).length > 0]);
    });
    await Promise.all(checks);
  } finally {
    await sim.close();
  }
}

async function importAll(session: Session, stack: Stack): Promise<Map<string, Managed>> {
  const imported = blocksOf(stack).map(async ({ key, kind, text }) => {
    const resource = resourceOf(kind);
    const { live, privateState } = await session.find(resource, text);
    return [key, { resource, privateState, state: { ...live.values, id: live.id } }] as const;
  });
  return new Map(await Promise.all(imported));
}

const isCount = (refusal: string) => /^\d+ of /.test(refusal);

/** Returns each refusal once, with the highest count: an early check knows only a part. */
function highest(refusals: readonly string[]): string[] {
  const most = new Map<string, string>();
  const countOf = (refusal: string) => Number.parseInt(refusal, 10) || 0;
  for (const refusal of refusals) {
    const what = refusal.replace(/^\d+ of \d+ /, '');
    if (countOf(refusal) >= countOf(most.get(what) ?? '')) most.set(what, refusal);
  }
  return [...most.values()].sort();
}
