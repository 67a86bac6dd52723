import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { checkReplaceable, replaceFile } from './durable-file.js';

jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'));
});

describe('replaceFile', () => {
  test('writes under a name that differs each time, and leaves only the file', async () => {
    const seen = new Set<string>();
    const watcher = watch(folder, (_, name) => void (name?.endsWith('.tmp') && seen.add(name)));
    for (const text of ['1', '2', '3']) await replaceFile(join(folder, 'plan.json'), text, 'plan');
    while (seen.size < 3) await once(watcher, 'change');
    watcher.close();
    expect([...seen]).toEqual(Array(3).fill(expect.stringMatching(/^\.plan\.json\.[\da-f]{16}\.tmp$/)));
    expect(readdirSync(folder)).toEqual(['plan.json']);
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe('3');
  });

  test('removes its temporary file when it cannot rename it', async () => {
    const path = join(folder, 'x'.repeat(230), 'plan.json');
    await expect(replaceFile(path, 'text', 'plan')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'removes its temporary file when %s ends the process',
    async (signal) => {
      const child = writesForever(join(folder, 'plan.json'));
      const ended = once(child, 'exit');
      await once(child.stdout!, 'data');
      // The file is being written when its temporary file appears.
      const watcher = watch(folder, (_, name) => void (name?.endsWith('.tmp') && !child.killed && child.kill(signal)));
      expect(await ended).toEqual([null, signal]);
      watcher.close();
      expect(readdirSync(folder)).toEqual(['plan.json']);
    },
  );
});

/** Starts a process that replaces a file of 20 MB again and again, and prints a line once it has done so. */
function writesForever(path: string): ChildProcess {
  const script = `
    const { replaceFile } = await import(${JSON.stringify(new URL('./durable-file.ts', import.meta.url).href)});
    for (;;) {
      await replaceFile(${JSON.stringify(path)}, 'x'.repeat(20_000_000), 'plan');
      process.stdout.write('written');
    }`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('checkReplaceable', () => {
  const isOwn = (text: string) => text.startsWith('own');

  test.each(['', 'own text'])('accepts a free name, and a file with %j', (text) => {
    const path = join(folder, 'file');
    checkReplaceable(path, 'plan', isOwn);
    writeFileSync(path, text);
    checkReplaceable(path, 'plan', isOwn);
  });

  test('refuses a file of something else, and a link to one of its own', () => {
    writeFileSync(join(folder, 'file'), 'other');
    writeFileSync(join(folder, 'own'), 'own');
    symlinkSync('own', join(folder, 'link'));
    for (const name of ['file', 'link'])
      expect(() => checkReplaceable(join(folder, name), 'plan', isOwn)).toThrow(
        expect.objectContaining({ code: 'file_refused', path: join(folder, name) }),
      );
  });
});
