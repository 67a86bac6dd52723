import { expect, test } from '@jest/globals';
import { watchParent } from './parent-watchdog.js';

test('parent id changes: the callback runs once', async () => {
  const parents = [100, 100, 100, 1, 1];
  let told = 0;
  const orphaned = new Promise<void>((resolve) =>
    watchParent(
      () => {
        told += 1;
        resolve();
      },
      () => parents.shift()!,
    ),
  );
  await orphaned;
  expect([told, parents]).toEqual([1, [1]]);
});
