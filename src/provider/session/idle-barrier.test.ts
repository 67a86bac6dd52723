import { expect, test } from '@jest/globals';
import { IdleBarrier } from './idle-barrier.js';

/** What ended, in order. */
function recorder() {
  const order: string[] = [];
  return { order, note: (name: string) => void order.push(name) };
}

/** Promises settle some microtasks later than one would count. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('idle barrier: waiting work is released when all other work has ended, whether it began before or after', async () => {
  const barrier = new IdleBarrier(5);
  const { order, note } = recorder();
  let finish = () => {};
  const slow = barrier.during(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    note('slow');
  });
  const removal = barrier.during(async () => {
    await barrier.afterReads();
    note('removal');
  });
  await turn();
  expect(order).toEqual([]);
  const late = barrier.during(async () => {
    await turn();
    note('late');
  });
  await late;
  finish();
  await Promise.all([slow, removal]);
  expect(order).toEqual(['late', 'slow', 'removal']);
});

test('idle barrier: waiters do not wait for each other, and may wait again', async () => {
  const barrier = new IdleBarrier(1);
  const { order, note } = recorder();
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      barrier.during(async () => {
        await barrier.afterReads();
        note(name);
        await barrier.afterReads();
        note(`${name} again`);
      }),
    ),
  );
  expect(order).toEqual(['a', 'b', 'c', 'a again', 'b again', 'c again']);
});

test('idle barrier: waiters are released when other work fails', async () => {
  const barrier = new IdleBarrier(1);
  const failing = barrier.during(async () => {
    throw new Error('no');
  });
  const waiting = barrier.during(() => barrier.afterReads());
  await expect(failing).rejects.toThrow('no');
  await waiting;
});

test('idle barrier: reads come before removals, and half of the removals before the rest, which are complete', async () => {
  const barrier = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const take = (name: string, isSettled?: () => boolean) =>
    barrier.during(async () => note(`${name} ${await barrier.beforeRemovals(isSettled)}`));
  const give = barrier.during(async () => {
    await barrier.afterReads();
    note('give');
  });
  await Promise.all([take('a'), take('b'), take('c'), give]);
  expect(order).toEqual(['give', 'a false', 'b true', 'c true']);
});

test('idle barrier: half of the settled removals are released first, and the others are complete', async () => {
  const barrier = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const take = (name: string, isSettled: () => boolean) =>
    barrier.during(async () => {
      const isAllTold = await barrier.beforeRemovals(isSettled);
      note(`${name} ${isAllTold}`);
    });
  const all = [take('a', () => false), take('b', () => true), take('c', () => true)];
  await all[1];
  expect(order).toEqual(['b false']);
  await Promise.all(all);
  expect(order).toEqual(['b false', 'a true', 'c true']);
});

test('idle barrier: a rejection waits for all removals, and not at all when it is settled', async () => {
  const barrier = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const refuse = (name: string, isSettled: () => boolean) =>
    barrier.during(async () => note(`${name} ${await barrier.beforeRejections(isSettled)}`));
  const taking = barrier.during(async () => note(`taking ${await barrier.beforeRemovals()}`));
  await Promise.all([refuse('open', () => false), refuse('settled', () => true), taking]);
  expect(order).toEqual(['settled false', 'taking true', 'open true']);
});
