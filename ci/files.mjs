import { lstatSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { CiError } from './errors.mjs';

/** The files that the steps of a job hand over. A job begins without them. */
export const FOLDER = 'delinea-ci';
export const STACK = `${FOLDER}/stack/cdk.tf.json`;
export const REQUEST = `${FOLDER}/request.json`;
export const REVIEW = `${FOLDER}/review`;
/** The exit code of a review, and the digest of the effects. */
export const RESULT = `${REVIEW}/result.json`;
export const DRIFT = `${FOLDER}/drift`;
export const PLAN = `${FOLDER}/plan/plan.json`;

/** Most bytes of a stack and of an archive from a job that ran the code of a pull request. */
export const LONGEST_STACK = 20 * 1024 * 1024;
/** Most bytes of an artifact with a review, and of a result. */
export const LONGEST_REVIEW = 100 * 1024 * 1024;

/**
 * Returns one file of a zip archive, without writing to the disk: other names in it, such as `../x`, have no effect.
 * @param {Uint8Array} zip @param {string} name @param {number} longest in bytes
 */
export function fileInZip(zip, name, longest) {
  let entries = 0;
  const found = tryUnzip(zip, ({ name: each, originalSize }) => {
    if (each !== name) return false;
    entries += 1;
    return originalSize <= longest;
  });
  const file = found[name];
  if (entries === 1 && file) return Buffer.from(file);
  const why =
    entries === 0 ? 'does not have it' : entries > 1 ? 'has it twice' : `has more than ${longest} bytes of it`;
  throw new CiError(`${name} is not used: the artifact ${why}`, 'Run the job that makes the artifact again.');
}

/** @param {Uint8Array} zip @param {import('fflate').UnzipFileFilter} filter */
function tryUnzip(zip, filter) {
  try {
    return unzipSync(zip, { filter });
  } catch {
    throw new CiError('the artifact is not a zip archive', 'Run the job that makes the artifact again.');
  }
}

/** Reads a file that another job made; refuses a link. @param {string} path @param {number} longest in bytes */
export function readPlainFile(path, longest) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && found.size <= longest) return readFileSync(path);
  const why = !found ? 'it does not exist' : found.isFile() ? `it has more than ${longest} bytes` : 'it is not a file';
  throw new CiError(`${path} is not used: ${why}`, 'Run the job that makes it again.');
}

/**
 * Returns the result of a review: its exit code, and the digest of the effects if it has one.
 * @param {string | undefined} text @returns {{ code: number, digest?: string }}
 */
export function resultOf(text) {
  return text === undefined ? { code: 1 } : parsed(text, 'the result of the review');
}

/** Returns the text of a file, or undefined if there is none. @param {string} path */
export function textOf(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Parses JSON. @param {string} text @param {string} what */
export function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new CiError(`${what} is not JSON`, 'Run the job that makes it again.');
  }
}
