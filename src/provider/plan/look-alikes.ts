import { foldCase } from '../model/fold-case.js';
import { isEdge } from '../model/keys.js';
import type { ObjectNames } from '../model/object-names.js';
import type { Finding } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { isAscii, skeletonOf } from '../model/skeleton.js';
import type { Snapshot } from '../read/snapshot.js';
import type { View } from '../read/view.js';
import { resources } from '../resources/index.js';
import type { PlanContext } from './plan-context.js';

/** The name of an object that is declared, at an address, or that the run has read. */
export interface NamedObject {
  readonly kind: string;
  readonly name: string;
  readonly address?: string | undefined;
}

/** Returns whether objects of a kind have a name of their own. */
export function isNamed(resource: Resource): boolean {
  return !isEdge(resource) && !resource.authoritativeFor;
}

/** Characters of a name that a message lists. */
const LISTED = 4;
/** Findings about names that are not declared before the rest is only counted. */
const UNDECLARED = 20;

/**
 * Finds names that a reader takes for others: names of mixed scripts, and names of one kind with equal skeletons (UTS
 * 39). Names that differ only in case are one name. Sends nothing. Takes linear time.
 */
export class LookAlikes {
  private readonly names = new Map<string, NamedObject>();
  private readonly skeletons = new Map<string, readonly string[]>();
  private readonly bySkeleton = new Map<string, NamedObject[]>();
  private readonly positions = new WeakMap<View, number>();
  private readonly reported = new Set<string>();

  /**
   * @param kept names kept in memory; of more names in the tenant, only those that look like one of these are kept
   */
  constructor(private readonly kept = 50_000) {}

  /** Adds a name. A declared one takes the place of the same name that was read. */
  async add(named: NamedObject): Promise<void> {
    const key = keyOf(named);
    const known = this.names.get(key);
    if (known && (known.address !== undefined || named.address === undefined)) return;
    if (known) {
      this.names.set(key, named);
      return;
    }
    const skeletons = await skeletonsOf(named);
    const isCrowd = this.names.size >= this.kept && named.address === undefined;
    if (isCrowd && !skeletons.some((skeleton) => this.bySkeleton.has(skeleton))) return;
    this.names.set(key, named);
    this.skeletons.set(key, skeletons);
    for (const skeleton of skeletons) {
      const alike = this.bySkeleton.get(skeleton);
      if (alike) alike.push(named);
      else this.bySkeleton.set(skeleton, [named]);
    }
  }

  /** Adds the names of all objects that were read since the last call. */
  async addRead(snapshot: Snapshot): Promise<void> {
    for (const {
      type: kind,
      key: [key = ''],
    } of resources.filter(isNamed)) {
      for (const view of snapshot.viewsOf(kind)) {
        const read = view.readSince(this.positions.get(view) ?? 0);
        this.positions.set(view, (this.positions.get(view) ?? 0) + read.length);
        for (const { values } of read) {
          if (typeof values[key] === 'string') await this.add({ kind, name: values[key] });
        }
      }
    }
  }

  /** Returns the findings about every name, each once; those of declared names first. */
  async findings(): Promise<Finding[]> {
    const declaredFirst = [...this.names.values()].sort(
      (left, right) => Number(left.address === undefined) - Number(right.address === undefined),
    );
    const found: Finding[] = [];
    for (const named of declaredFirst) found.push(...(await this.findingsOf(named)));
    const declared = found.filter(({ address }) => address !== undefined).length;
    const left = found.splice(declared + UNDECLARED).length;
    return left === 0 ? found : [...found, finding(`${left} more names in the tenant look like others`)];
  }

  /** Returns the findings about one name that were not returned before. */
  async findingsOf(named: NamedObject): Promise<Finding[]> {
    const { kind, name, address } = this.names.get(keyOf(named)) ?? named;
    const messages: string[] = [];
    const mixed = isAscii(name) ? undefined : await mixedMessage(kind, name);
    if (mixed !== undefined && this.isNew(keyOf(named))) messages.push(mixed);
    for (const skeleton of this.skeletons.get(keyOf(named)) ?? []) {
      const other = this.bySkeleton.get(skeleton)?.find((candidate) => isAnother(named, candidate, skeleton));
      if (other && this.isNew([keyOf(named), keyOf(other)].sort().join('\n'))) {
        messages.push(lookAlikeMessage(kind, name, other.name));
      }
    }
    return messages.map((message) => finding(message, address));
  }

  private isNew(key: string): boolean {
    return !this.reported.has(key) && this.reported.add(key) !== undefined;
  }
}

/** Returns the findings about every name that a plan declares or has read. @param names names of the ids in the plan */
export async function findLookAlikes({ matches, snapshot }: PlanContext, names: ObjectNames): Promise<Finding[]> {
  const lookAlikes = new LookAlikes();
  for (const { declaration, resource } of matches.values()) {
    const name = declaration.values[resource.key[0]!];
    if (!isNamed(resource) || typeof name !== 'string') continue;
    await lookAlikes.add({ kind: resource.type, name, address: declaration.address });
  }
  await lookAlikes.addRead(snapshot);
  for (const [kind, byId] of Object.entries(names)) {
    for (const { name } of Object.values(byId)) await lookAlikes.add({ kind, name });
  }
  return lookAlikes.findings();
}

function finding(message: string, address?: string): Finding {
  const hint = 'Check each character: this may not be the name that you mean.';
  return { level: 'warning', code: 'look_alike', address, message, hint };
}

function keyOf({ kind, name }: NamedObject): string {
  return `${kind} ${foldCase(name)}`;
}

/** Returns the skeletons of a name as it is written and without case: services compare names without it. */
async function skeletonsOf({ kind, name }: NamedObject): Promise<string[]> {
  const skeleton = `${kind} ${await skeletonOf(name)}`;
  const folded = foldCase(name);
  return [skeleton, CASELESS + (folded === name ? skeleton : `${kind} ${await skeletonOf(folded)}`)];
}

const CASELESS = 'caseless ';

/** GROUP-1 and GROUP-L do not look alike, although group-1 and group-l do: in ASCII, names are compared as written. */
function isAnother(named: NamedObject, other: NamedObject, skeleton: string): boolean {
  if (skeleton.startsWith(CASELESS) && isAscii(named.name) && isAscii(other.name)) return false;
  return keyOf(named) !== keyOf(other);
}

let tables: Promise<typeof import('../model/mixed-scripts.js')> | undefined;

/** Returns the message about a name of mixed scripts; undefined for another name. Loads the tables of scripts once. */
async function mixedMessage(kind: string, name: string): Promise<string | undefined> {
  tables ??= import('../model/mixed-scripts.js');
  const { mixedScripts, scriptOf } = await tables;
  const letters = await mixedScripts(name);
  if (letters.length === 0) return undefined;
  const scripts = [...new Set(letters.map(scriptOf))].join(', ');
  return `the name of ${kind} "${name}" mixes scripts: ${codePoints(letters)} ${letters.length === 1 ? 'is' : 'are'} ${scripts}`;
}

function lookAlikeMessage(kind: string, name: string, other: string): string {
  const [one, two] = difference([...name], [...other]);
  return `${kind} "${name}" looks like ${kind} "${other}": ${codePoints(one)} instead of ${codePoints(two)}`;
}

/** Returns the parts between the common beginning and the common end of two texts. */
function difference(left: readonly string[], right: readonly string[]): [readonly string[], readonly string[]] {
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}

function codePoints(characters: readonly string[]): string {
  const codes = characters
    .slice(0, LISTED)
    .map((character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
  const more = characters.length > LISTED ? ` and ${characters.length - LISTED} more` : '';
  return codes.length === 0 ? 'nothing' : codes.join(' ') + more;
}
