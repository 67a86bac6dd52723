import { expect, test } from '@jest/globals';
import { ProgressLine } from './progress.js';

const step = (done: number) => ({
  done,
  total: 100,
  label: 'jane\u001b[2J',
  operation: 'create' as const,
  failed: false,
});

function watch(redraws: boolean) {
  let now = 0;
  let shown = '';
  const err = (text: string) => {
    shown += text;
  };
  const line = new ProgressLine({ err, redraws }, undefined, () => now);
  return {
    line,
    at: (time: number, done: number) => {
      now = time;
      line.report(step(done));
    },
    shown: () => shown,
  };
}

test('ProgressLine: prints a line every five seconds when a line cannot be redrawn', () => {
  const { line, at, shown } = watch(false);
  for (let second = 0; second <= 12; second++) at(second * 1_000, second);
  line.end();
  expect(shown()).toBe('5 of 100  jane\\u001b[2J\n10 of 100  jane\\u001b[2J\n');
});

test('ProgressLine: draws a bar on a terminal and removes it at the end', () => {
  const { line, at, shown } = watch(true);
  at(200, 50);
  expect(shown()).toBe(`\r\u001b[K[${'#'.repeat(12)}${'.'.repeat(12)}] 50 of 100  jane\\u001b[2J`);
  line.end();
  expect(shown().endsWith('\r\u001b[K')).toBe(true);
});

test('ProgressLine: prints nothing when the task is short', () => {
  const { line, at, shown } = watch(true);
  at(10, 100);
  line.end();
  expect(shown()).toBe('');
});
