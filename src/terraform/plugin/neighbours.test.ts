import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { countNeighbours } from './neighbours.js';

const STARTED = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};
const URL = 'https://acme.example.com';
const BEGAN = Date.parse('2026-01-01T12:00:00Z');
const parent = process.ppid;
/** Whoever has ended by now. */
const dead = () => spawnSync('true').pid;

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'neighbours-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const neighbours = (url = URL, env: NodeJS.ProcessEnv = STARTED) =>
  countNeighbours(url, env, { parent, self: process.pid, began: BEGAN, temporary });
const folder = () => join(temporary, readdirSync(temporary)[0]!);
const files = () => readdirSync(folder());

/** What another process has written. @param left seconds after this one began */
function other(pid: number, { of = parent, left = -60 } = {}): string {
  const [, hash] = files()[0]!.split('-');
  const name = `${of}-${hash}-${pid}`;
  writeFileSync(join(folder(), name), '');
  const at = new Date(BEGAN + left * 1000);
  utimesSync(join(folder(), name), at, at);
  return name;
}

test('counts the others of one Terraform and one tenant that live, or did so at the same time', () => {
  expect(neighbours()).toBe(0);
  other(dead());
  expect(neighbours()).toBe(0);
  other(parent);
  expect(neighbours()).toBe(1);
  expect(neighbours('https://other.example.com')).toBe(0);
  expect(neighbours()).toBe(1);
  other(dead(), { left: 60 });
  expect(neighbours()).toBe(2);
});

test('forgets what a Terraform left that is gone, and leaves alone those of another', () => {
  neighbours();
  const gone = other(dead(), { of: dead(), left: 60 });
  const beside = other(dead(), { of: process.pid, left: 60 });
  expect(neighbours()).toBe(0);
  expect(files()).toContain(beside);
  expect(files()).not.toContain(gone);
});

test('writes nothing that could be read, and nothing where Terraform did not start it', () => {
  expect(neighbours(URL, {})).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  neighbours();
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(files()).toEqual([expect.stringMatching(new RegExp(`^${parent}-[0-9a-f]{16}-${process.pid}$`))]);
  expect(statSync(join(folder(), files()[0]!)).size).toBe(0);
});

test('says nothing by a folder that others can read, nor where there is none', () => {
  neighbours();
  other(parent);
  expect(neighbours()).toBe(1);
  chmodSync(folder(), 0o755);
  expect(neighbours()).toBe(0);
  rmSync(temporary, { recursive: true });
  writeFileSync(temporary, '');
  expect(neighbours()).toBe(0);
});
