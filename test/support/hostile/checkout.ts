import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Values } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import { RESOURCES, type Resources, stackText } from './base-branch.js';
import { PLAN, STACK } from './files-catalogue.js';
import { type Folders, PROFILE } from './folders.js';
import type { FileChange, HostileChange, HostilePullRequest, Trick } from './hostile-change.js';

/** Values of the placeholders in a catalogue. */
export interface Places {
  readonly tenant: string;
  readonly decoy: string;
  readonly folders: Folders;
  readonly state: SimulatorState;
}

/** Writes the checkout of a pull request over that of the base branch. @returns edits that found nothing to change */
export function checkOut({ changes }: HostilePullRequest, places: Places): string[] {
  const stack = filled(
    stackText(
      changes.reduce(mergeResources, RESOURCES),
      Object.assign({}, ...changes.map(({ provider }) => provider)) as Values,
      Object.assign({}, ...changes.map(({ blocks }) => blocks)) as Values,
    ),
    places,
  );
  writeFileSync(join(places.folders.checkout, STACK), stack);
  return filesOf(changes).flatMap((file) => (isEdit(file) && file.path === PLAN ? [] : changeFile(file, places)));
}

/** Changes the saved plan between the job that plans and the job that applies. */
export function tamperWithPlan({ changes }: HostilePullRequest, places: Places): string[] {
  return planEdits(changes).flatMap((file) => changeFile(file, places));
}

/** Returns the edits of the saved plan that a pull request has. */
export function planEdits(changes: readonly HostileChange[]): FileChange[] {
  return filesOf(changes).filter((file) => isEdit(file) && file.path === PLAN);
}

/** Returns the paths of the files that a pull request has beside the stack. */
export function filesOf(changes: readonly HostileChange[]): FileChange[] {
  return changes.flatMap(({ files = [] }) => files);
}

const isEdit = (file: FileChange) => !('becomes' in file);

function mergeResources(all: Resources, { resource = {} }: HostileChange): Resources {
  const merged = structuredClone(all) as Record<string, Record<string, Values>>;
  for (const [type, named] of Object.entries(resource)) {
    merged[type] ??= {};
    for (const [name, attributes] of Object.entries(named)) {
      if (attributes === null) delete merged[type][name];
      else define(merged[type], name, { ...merged[type][name], ...attributes });
    }
  }
  return merged;
}

/** Sets a property of any name, such as `__proto__`. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Replaces the placeholders in a text. */
function filled(text: string, { tenant, decoy, folders, state }: Places): string {
  const names = [
    ...state.users.map(({ id, userName }) => [userName, id]),
    ...state.groups.map(({ id, displayName }) => [displayName, id]),
  ];
  const ids = new Map(names as [string, string][]);
  return text
    .replaceAll('<decoy>', decoy)
    .replaceAll('<decoy-host>', new URL(decoy).host)
    .replaceAll('<tenant>', tenant)
    .replaceAll('<port>', new URL(tenant).port)
    .replaceAll('<outside>', folders.outside)
    .replace(/<id of ([^>]+)>/g, (_, name: string) => ids.get(name) ?? `no id of ${name}`);
}

function changeFile(change: FileChange, places: Places): string[] {
  const path = join(places.folders.checkout, change.path);
  if ('becomes' in change) {
    rmSync(path, { recursive: true, force: true });
    PLACE[change.becomes](path, places.folders);
    return [];
  }
  if ('removed' in change) {
    rmSync(path);
    return [];
  }
  mkdirSync(dirname(path), { recursive: true });
  const before = 'text' in change ? undefined : readFileSync(path, 'utf8');
  const after = textOf(change, before ?? '', places);
  if (after === before) return [`the edit of ${change.path} changed nothing`];
  writeFileSync(path, after);
  return [];
}

function textOf(
  change: Exclude<FileChange, { becomes: Trick } | { removed: true }>,
  before: string,
  places: Places,
): string {
  if ('text' in change) return filled(change.text, places);
  if ('leaf' in change) return JSON.stringify(withOtherLeaf(JSON.parse(before), change.leaf), null, 2);
  return before.replace(new RegExp(filled(change.find, places)), filled(change.put, places));
}

const PLACE: Readonly<Record<Trick, (path: string, folders: Folders) => void>> = {
  link: (path, { outside }) => symlinkSync(join(outside, PROFILE), path),
  'dangling link': (path, { outside }) => symlinkSync(join(outside, 'new'), path),
  'hard link': (path, { outside }) => linkSync(join(outside, PROFILE), path),
  pipe: (path) => execFileSync('mkfifo', [path]),
  folder: (path) => mkdirSync(path),
  'link to a folder': (path, { outside }) => symlinkSync(outside, path),
  'link to a device': (path) => symlinkSync('/dev/zero', path),
};

/** Returns a copy in which one value is another: the one with this number, counted again from the first after the last. */
function withOtherLeaf(json: unknown, number: number): unknown {
  const total = countLeaves(json);
  let left = number % total;
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner)]));
    return left-- === 0 ? other(value) : value;
  };
  return copy(json);
}

function countLeaves(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countLeaves(inner), 0);
}

function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return value === null ? 'x' : `${String(value)}x`;
}
