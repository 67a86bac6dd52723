import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { isListedByPrincipal, scopeKind } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';

/**
 * What a read says about a managed object: `missing` the API reports that it does not exist; `forbidden` the API refuses
 * (403); `omitted` the response leaves out what would identify it.
 */
export type Visibility = 'seen' | 'missing' | 'forbidden' | 'omitted';

/** A kind of managed objects, or the members in one list of the groups of a kind. */
interface Subject {
  readonly kind: string;
  readonly list?: string;
}

type Label = () => string | Promise<string>;

interface Counts {
  readonly subject: Subject;
  seen: number;
  readonly missing: Label[];
  readonly forbidden: Label[];
  readonly omitted: Label[];
}

/** Objects of a kind, or this share if that is more, that may be missing without an allowance. */
const FEW = 3;
const SHARE = 0.05;

/** Names in one message. */
const NAMED = 3;

/**
 * Counts which managed objects a run sees. An account that lost access to folders or groups sees the same as one in a
 * tenant where they were deleted (guide 004: visibility is ownership), so a reduced view is an error.
 */
export class VisibilityTracker {
  private readonly counts = new Map<string, Counts>();

  /**
   * @param allows whether this many missing objects are allowed
   * @param soFar whether the count may still grow when an error is made
   */
  constructor(
    private readonly reader: TenantReader,
    private readonly allows: (missing: number) => boolean,
    private readonly soFar = false,
  ) {}

  record(subject: Subject, visibility: Visibility, label: Label): void {
    const key = keyOf(subject);
    const counts = this.counts.get(key) ?? { subject, seen: 0, missing: [], forbidden: [], omitted: [] };
    this.counts.set(key, counts);
    if (visibility === 'seen') counts.seen++;
    else counts[visibility].push(label);
  }

  /** Whether everything that is missing so far is allowed to be. */
  get allowsMissing(): boolean {
    return this.allows(this.missing);
  }

  /** Returns the allowance for what is missing so far; none, if no allowance helps. */
  remedy(atLeast = 0): Remedy[] {
    const count = Math.max(this.missing, atLeast);
    return count === 0 ? [] : [{ kind: 'allowMissing', count, soFar: this.soFar }];
  }

  /** @throws DelineaError `visibility_reduced` if too many objects of a kind are missing */
  async enforce(kind: string): Promise<void> {
    const counts = this.counts.get(keyOf({ kind }));
    const error = counts && (await this.errorOf(counts));
    if (error) throw error;
  }

  /** Returns one error for each kind of which too many objects are missing, then those of members. */
  async errors(): Promise<DelineaError[]> {
    const sorted = [...this.counts].sort(([left], [right]) => left.localeCompare(right)).map(([, counts]) => counts);
    const subjects = [
      ...sorted.filter(({ subject }) => !subject.list),
      ...sorted.filter(({ subject }) => subject.list),
    ];
    return (await Promise.all(subjects.map((counts) => this.errorOf(counts)))).flatMap((error) => error ?? []);
  }

  private get missing(): number {
    return [...this.counts.values()].reduce((sum, { missing }) => sum + missing.length, 0);
  }

  private async errorOf({ subject, seen, missing, forbidden, omitted }: Counts): Promise<DelineaError | undefined> {
    const absent = [...(this.allowsMissing ? [] : missing), ...forbidden, ...omitted];
    if (absent.length === 0) return undefined;
    const total = seen + missing.length + forbidden.length + omitted.length;
    const empty = subject.list === undefined ? await emptyList(this.reader, resourceOf(subject.kind)) : undefined;
    if (empty === undefined && absent.length <= Math.max(FEW, total * SHARE)) return undefined;
    const names = await Promise.all(absent.slice(0, NAMED).map((label) => label()));
    const more = absent.length > NAMED ? `, and ${absent.length - NAMED} more` : '';
    const reasons = [
      ...(empty === undefined ? [] : [`the list of ${empty} is empty`]),
      ...(forbidden.length === 0 ? [] : [`the API refuses to show ${forbidden.length} of them (403)`]),
      ...(omitted.length === 0 ? [] : [`responses leave out what identifies ${omitted.length} of them`]),
    ];
    const { plural } = resourceOf(subject.kind);
    const what = subject.list === undefined ? plural : `${subject.list} of ${plural}`;
    const { title } = this.reader.tenant.home(subject.kind);
    return new DelineaError(
      'visibility_reduced',
      `${absent.length} of ${total} managed ${what} are not visible on the ${title}: ${[names.join(', ') + more, ...reasons].join('; ')}`,
      { hint: 'Check what the account may see.', remedy: this.remedy() },
    );
  }
}

function keyOf({ kind, list = '' }: Subject): string {
  return `${kind} ${list}`;
}

/** Returns the plural of a kind if the tenant shows none of it. For edges that is the kind of their scopes. */
async function emptyList({ snapshot }: TenantReader, resource: Resource): Promise<string | undefined> {
  if (resource.authoritativeFor) return undefined;
  if (isEdge(resource) && isListedByPrincipal(resource)) return undefined;
  const kind = isEdge(resource) ? scopeKind(resource) : resource.type;
  return (await snapshot.view(kind).count()) === 0 ? resourceOf(kind).plural : undefined;
}
