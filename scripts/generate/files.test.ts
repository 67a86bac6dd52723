import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { differences, write } from './files.js';

const files = new Map([
  ['docs/index.md', 'index\n'],
  ['docs/resources/user.md', 'user\n'],
]);

describe('generated files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'generated-'));
  });

  test('are all missing at first, and written once', () => {
    expect(differences(root, files)).toEqual(['docs/index.md', 'docs/resources/user.md']);
    expect(write(root, files)).toEqual(['docs/index.md', 'docs/resources/user.md']);
    expect(readFileSync(join(root, 'docs/resources/user.md'), 'utf8')).toBe('user\n');
    expect(write(root, files)).toEqual([]);
  });

  test('an edited one and one of a kind that is gone differ, and are put right', () => {
    write(root, files);
    writeFileSync(join(root, 'docs/index.md'), 'edited\n');
    writeFileSync(join(root, 'docs/resources/robot.md'), 'robot\n');
    expect(differences(root, files)).toEqual(['docs/index.md', 'docs/resources/robot.md']);
    write(root, files);
    expect(differences(root, files)).toEqual([]);
  });

  test('what is written by hand beside them stays', () => {
    mkdirSync(join(root, 'docs/guides'), { recursive: true });
    writeFileSync(join(root, 'docs/guides/first-steps.md'), 'by hand\n');
    write(root, files);
    expect(readFileSync(join(root, 'docs/guides/first-steps.md'), 'utf8')).toBe('by hand\n');
  });
});
