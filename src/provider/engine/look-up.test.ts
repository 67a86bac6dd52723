import { afterEach, describe, expect, test } from '@jest/globals';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings.js';
import { connect } from '../tenant.js';
import { type LookUp, openLookUp } from './look-up.js';

let sim: Simulator;
afterEach(() => sim?.close());

async function open(options: SimulatorOptions, block: Readonly<Record<string, unknown>> = {}): Promise<LookUp> {
  sim = await startSimulator(options);
  return openLookUp(await connect(readSettings(block, { ...sim.env } as NodeJS.ProcessEnv), {}));
}

const people = {
  users: [
    { userName: 'boss@example.com' },
    { userName: 'jane@example.com', title: 'Engineer', manager: 'boss@example.com' },
  ],
  groups: [{ displayName: 'ops', members: ['jane@example.com'] }],
  containers: ['prod', 'old', { name: 'db', parent: 'prod' }, { name: 'db', parent: 'old' }],
};

describe('an object is looked up', () => {
  test('by name, without case, with references as ids of home surfaces', async () => {
    const lookUp = await open({ data: people, idSpaces: 'split' });
    const boss = await lookUp('user', 'boss@example.com');
    const jane = await lookUp('user', 'JANE@example.com');
    expect(jane).toMatchObject({ title: 'Engineer', manager: boss.id, active: true });
    expect((await lookUp('group', 'ops')).members).toEqual([jane.id]);
  });

  test('whole, although the list shows less than the object has', async () => {
    const lookUp = await open({ data: people, leanLists: true });
    expect(await lookUp('user', 'jane@example.com')).toMatchObject({ title: 'Engineer' });
  });

  test('once: asking again costs nothing', async () => {
    const lookUp = await open({ data: people });
    const first = await lookUp('group', 'ops');
    const { total } = sim.requests;
    expect(await lookUp('group', 'OPS')).toEqual(first);
    expect(sim.requests.total).toBe(total);
  });

  test('without reading a large tenant for it', async () => {
    const lookUp = await open({ data: people, seedUsers: 2000 });
    await lookUp('user', 'jane@example.com');
    expect(sim.requests.reads).toBeLessThanOrEqual(4);
  });

  test('and refused where several have the name, which a path tells apart', async () => {
    const lookUp = await open({ data: people });
    await expect(lookUp('container', 'db')).rejects.toMatchObject({ code: 'ambiguous' });
    const old = await lookUp('container', 'old');
    expect(await lookUp('container', '/old/db')).toMatchObject({ name: 'db', parent: old.id });
  });

  test('and refused where it is not there, with what it may have meant', async () => {
    const lookUp = await open({ data: people });
    await expect(lookUp('group', 'opz')).rejects.toMatchObject({
      code: 'unknown_name',
      message: 'there is no group "opz" in the tenant',
      hint: 'Did you mean "ops"?',
    });
  });

  test('and refused where several accounts answer to one name', async () => {
    const twins = [{ displayName: 'ops' }, { displayName: 'OPS' }];
    const lookUp = await open({ data: { groups: twins } });
    await expect(lookUp('group', 'ops')).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('several groups are called "ops"'),
    });
  });
});
