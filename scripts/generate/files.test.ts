import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

  test('empty folder: all files differ, and are written once', () => {
    expect(differences(root, files)).toEqual(['docs/index.md', 'docs/resources/user.md']);
    expect(write(root, files)).toEqual(['docs/index.md', 'docs/resources/user.md']);
    expect(readFileSync(join(root, 'docs/resources/user.md'), 'utf8')).toBe('user\n');
    expect(write(root, files)).toEqual([]);
  });

  test('edited or stale file: differs, and is corrected', () => {
    write(root, files);
    writeFileSync(join(root, 'docs/index.md'), 'edited\n');
    writeFileSync(join(root, 'docs/resources/robot.md'), 'robot\n');
    expect(differences(root, files)).toEqual(['docs/index.md', 'docs/resources/robot.md']);
    write(root, files);
    expect(differences(root, files)).toEqual([]);
  });

  test('link in place of a file or a folder: is refused, and nothing is written or removed behind it', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'notes'), 'notes\n');
    mkdirSync(join(root, 'docs'));
    symlinkSync(outside, join(root, 'docs/resources'));
    expect(() => write(root, files)).toThrow('on the path of the generated file is a symbolic link');
    expect(readdirSync(outside)).toEqual(['notes']);
  });

  test('file written by hand in another folder: stays', () => {
    mkdirSync(join(root, 'docs/guides'), { recursive: true });
    writeFileSync(join(root, 'docs/guides/first-steps.md'), 'by hand\n');
    write(root, files);
    expect(readFileSync(join(root, 'docs/guides/first-steps.md'), 'utf8')).toBe('by hand\n');
  });
});
