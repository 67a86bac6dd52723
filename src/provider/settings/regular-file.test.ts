import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkWritable, readRegularFile } from './regular-file.js';

let folder: string;
const at = (name: string) => join(folder, name);
const refused = (message: string) =>
  expect.objectContaining({ code: 'file_refused', message: expect.stringContaining(message) });

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'file-')));
  writeFileSync(at('file'), 'text');
});

describe('readRegularFile', () => {
  test('reads a file, also one that is empty, or one behind a link if it may follow links', () => {
    writeFileSync(at('empty'), '');
    symlinkSync('file', at('link'));
    expect([readRegularFile(at('file'), 'plan'), readRegularFile(at('empty'), 'plan')]).toEqual(['text', '']);
    expect(readRegularFile(at('link'), 'secret', { followLinks: true })).toBe('text');
  });

  test('refuses bytes that are not UTF-8, with their line', () => {
    writeFileSync(at('latin'), Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xe9])]));
    expect(() => readRegularFile(at('latin'), 'stack')).toThrow(refused('the stack is not UTF-8 text: line 2'));
  });

  test('throws the error of the file system when the file is missing', () => {
    expect(() => readRegularFile(at('nothing'), 'plan')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  test.each([true, false])('refuses what is not a file without reading it, links followed: %s', async (followLinks) => {
    execFileSync('mkfifo', [at('pipe')]);
    const server = createServer().listen(at('socket'));
    const kinds = { pipe: 'a named pipe', socket: 'a socket', '.': 'a folder' };
    for (const [name, kind] of Object.entries(kinds))
      expect(() => readRegularFile(at(name), 'plan', { followLinks })).toThrow(
        refused(`the plan is ${kind}, not a file`),
      );
    expect(() => readRegularFile('/dev/zero', 'plan', { followLinks })).toThrow(refused('the plan is a device'));
    server.close();
  });

  test('refuses a file that is too large, also one that does not tell its size', () => {
    truncateSync(at('file'), 200 * 1024 * 1024);
    expect(() => readRegularFile(at('file'), 'stack')).toThrow(refused('the stack is larger than 64 MiB'));
    expect(() => readRegularFile('/proc/version', 'secret', { limit: 16 })).toThrow(refused('larger than'));
  });

  test('refuses a link to a file, to a device, and to nothing', () => {
    for (const target of ['file', '/dev/zero', 'nothing']) {
      symlinkSync(target, at(`to-${target.replaceAll('/', '')}`));
      expect(() => readRegularFile(at(`to-${target.replaceAll('/', '')}`), 'plan')).toThrow(
        refused(`the plan is a symbolic link to "${target}"`),
      );
    }
  });
});

describe('checkWritable', () => {
  test('accepts a file and a free name, also in a folder that does not exist', () => {
    expect(checkWritable(at('file'), 'plan')).toBeDefined();
    expect(checkWritable(at('new'), 'plan')).toBeUndefined();
    expect(checkWritable(at('a/b/new'), 'plan')).toBeUndefined();
  });

  test.each(['inside', '../outside', '/tmp'])('refuses a path through a linked folder to %s', (target) => {
    mkdirSync(at('inside'));
    symlinkSync(target, at('state'));
    expect(() => checkWritable(at('state/ledger.json'), 'ledger')).toThrow(
      refused(`"${at('state')}" on the path of the ledger is a symbolic link to "${target}"`),
    );
    // The link is found although the path itself would lead out of it again.
    expect(() => checkWritable(at('state/deep/ledger.json'), 'ledger')).toThrow(refused('symbolic link'));
  });

  test('refuses a second name of a file', () => {
    linkSync(at('file'), at('other'));
    expect(() => checkWritable(at('other'), 'log')).toThrow(refused('the log has 2 names (hard links)'));
  });

  test.each(['-', '/dev/stdout', '/dev/null', '/dev/fd/1'])('refuses %s', (path) => {
    expect(() => checkWritable(path, 'plan')).toThrow(expect.objectContaining({ code: 'file_refused', path }));
  });
});
