import { expect, test } from '@jest/globals';
import { IdleBarrier } from './idle-barrier.js';

/** What ended, in order. */
function recorder() {
  const order: string[] = [];
  return { order, note: (name: string) => void order.push(name) };
}

/** Promises settle some microtasks later than one would count. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('idle barrier: a waiter is released when all other work is done, begun before or after it', async () => {
  const lull = new IdleBarrier(5);
  const { order, note } = recorder();
  let finish = () => {};
  const slow = lull.during(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    note('slow');
  });
  const removal = lull.during(async () => {
    await lull.afterReads();
    note('removal');
  });
  await turn();
  expect(order).toEqual([]);
  const late = lull.during(async () => {
    await turn();
    note('late');
  });
  await late;
  finish();
  await Promise.all([slow, removal]);
  expect(order).toEqual(['late', 'slow', 'removal']);
});

test('idle barrier: waiters do not wait for each other, and may wait again', async () => {
  const lull = new IdleBarrier(1);
  const { order, note } = recorder();
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      lull.during(async () => {
        await lull.afterReads();
        note(name);
        await lull.afterReads();
        note(`${name} again`);
      }),
    ),
  );
  expect(order).toEqual(['a', 'b', 'c', 'a again', 'b again', 'c again']);
});

test('idle barrier: failed work releases the waiters', async () => {
  const lull = new IdleBarrier(1);
  const failing = lull.during(async () => {
    throw new Error('no');
  });
  const waiting = lull.during(() => lull.afterReads());
  await expect(failing).rejects.toThrow('no');
  await waiting;
});

test('idle barrier: grants run before removals, and half of the removals before the rest, which is complete', async () => {
  const lull = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const take = (name: string, isSettled?: () => boolean) =>
    lull.during(async () => note(`${name} ${await lull.beforeRemovals(isSettled)}`));
  const give = lull.during(async () => {
    await lull.afterReads();
    note('give');
  });
  await Promise.all([take('a'), take('b'), take('c'), give]);
  expect(order).toEqual(['give', 'a false', 'b true', 'c true']);
});

test('idle barrier: half of the settled removals are released first, and the others are complete', async () => {
  const lull = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const take = (name: string, isSettled: () => boolean) =>
    lull.during(async () => {
      const isAllTold = await lull.beforeRemovals(isSettled);
      note(`${name} ${isAllTold}`);
    });
  const all = [take('a', () => false), take('b', () => true), take('c', () => true)];
  await all[1];
  expect(order).toEqual(['b false']);
  await Promise.all(all);
  expect(order).toEqual(['b false', 'a true', 'c true']);
});

test('idle barrier: a rejection waits for all removals, and is released at once when it is settled', async () => {
  const lull = new IdleBarrier(5, 10);
  const { order, note } = recorder();
  const refuse = (name: string, isSettled: () => boolean) =>
    lull.during(async () => note(`${name} ${await lull.beforeRejections(isSettled)}`));
  const taking = lull.during(async () => note(`taking ${await lull.beforeRemovals()}`));
  await Promise.all([refuse('open', () => false), refuse('settled', () => true), taking]);
  expect(order).toEqual(['settled false', 'taking true', 'open true']);
});
