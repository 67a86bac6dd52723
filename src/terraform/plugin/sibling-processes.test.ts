import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { countSiblings } from './sibling-processes.js';

const STARTED = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};
const URL = 'https://acme.example.com';
const STARTED_AT = Date.parse('2026-01-01T12:00:00Z');
const parent = process.ppid;
/** Returns the id of a process that has ended. */
const dead = () => spawnSync('true').pid;

let temporaryFolder: string;

beforeEach(() => {
  temporaryFolder = mkdtempSync(join(tmpdir(), 'siblings-'));
});
afterEach(() => rmSync(temporaryFolder, { recursive: true, force: true }));

const siblings = (url = URL, env: NodeJS.ProcessEnv = STARTED, isApply = false) =>
  countSiblings(url, env, isApply, { parent, self: process.pid, startedAt: STARTED_AT, temporaryFolder });
const folder = () => join(temporaryFolder, readdirSync(temporaryFolder)[0]!);
const files = () => readdirSync(folder());

/** Writes another process's marker. @param left seconds between this process's start and the marker's time */
function other(pid: number, { of = parent, left = -60, content = '' } = {}): string {
  const [, hash] = files()[0]!.split('-');
  const name = `${of}-${hash}-${pid}`;
  writeFileSync(join(folder(), name), content);
  const at = new Date(STARTED_AT + left * 1000);
  utimesSync(join(folder(), name), at, at);
  return name;
}

test('count: processes of the same run and tenant that are alive, or ended after this one started', () => {
  expect(siblings()).toBe(0);
  other(dead());
  expect(siblings()).toBe(0);
  other(parent);
  expect(siblings()).toBe(1);
  expect(siblings('https://other.example.com')).toBe(0);
  expect(siblings()).toBe(1);
  other(dead(), { left: 60 });
  expect(siblings()).toBe(2);
});

test('count: an apply counts a process of the same run that applied and ended before this one started', () => {
  expect(siblings()).toBe(0);
  other(dead(), { content: 'applies' });
  expect(siblings()).toBe(0);
  expect(siblings(URL, STARTED, true)).toBe(1);
  expect(
    statSync(join(folder(), `${[...files()].find((name) => name.endsWith(`-${process.pid}`))}`)).size,
  ).toBeGreaterThan(0);
});

test('markers: those of an ended Terraform are removed, those of another run are kept', () => {
  siblings();
  const gone = other(dead(), { of: dead(), left: 60 });
  const beside = other(dead(), { of: process.pid, left: 60 });
  expect(siblings()).toBe(0);
  expect(files()).toContain(beside);
  expect(files()).not.toContain(gone);
});

test('marker: holds only a hash, and is not written without Terraform', () => {
  expect(siblings(URL, {})).toBe(0);
  expect(readdirSync(temporaryFolder)).toEqual([]);
  siblings();
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(files()).toEqual([expect.stringMatching(new RegExp(`^${parent}-[0-9a-f]{16}-${process.pid}$`))]);
  expect(statSync(join(folder(), files()[0]!)).size).toBe(0);
});

test('folder that others can read, or none: the count is 0', () => {
  siblings();
  other(parent);
  expect(siblings()).toBe(1);
  chmodSync(folder(), 0o755);
  expect(siblings()).toBe(0);
  rmSync(temporaryFolder, { recursive: true });
  writeFileSync(temporaryFolder, '');
  expect(siblings()).toBe(0);
});
