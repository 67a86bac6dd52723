import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { isListedByPrincipal, scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

/**
 * The result of reading a managed object: `missing` if the API reports that it does not exist; `forbidden` if the API
 * refuses access (403); `omitted` if the response leaves out the attribute that would identify it.
 */
export type Visibility = 'seen' | 'missing' | 'forbidden' | 'omitted';

/** A kind of managed objects, or the members in one list of all groups of a kind. */
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

/** Number of objects of a kind that may be missing without an allowance; this share of the kind if that is more. */
const FEW = 3;
const SHARE = 0.05;

/** Maximum number of names in one message. */
const NAMED = 3;

/**
 * Counts which managed objects a run sees. If an account lost access to folders or groups, they look the same as
 * deleted ones (guide 004: visibility is ownership), so reduced visibility is an error.
 */
export class VisibilityTracker {
  private readonly counts = new Map<string, Counts>();

  /**
   * @param allows whether this number of missing objects is allowed
   * @param soFar whether the count may still grow after the error
   */
  constructor(
    private readonly reader: TenantReader,
    private readonly allows: (missing: number) => boolean,
    private readonly soFar = false,
  ) {}

  record(subject: Subject, visibility: Visibility, label: Label): void {
    const key = trackedKey(subject);
    const counts = this.counts.get(key) ?? { subject, seen: 0, missing: [], forbidden: [], omitted: [] };
    this.counts.set(key, counts);
    if (visibility === 'seen') counts.seen++;
    else counts[visibility].push(label);
  }

  /** Whether the number of missing objects so far is allowed. */
  get allowsMissing(): boolean {
    return this.allows(this.missing);
  }

  /** Returns the setting that allows the missing objects so far; empty if none is missing. */
  remedy(atLeast = 0): Remedy[] {
    const count = Math.max(this.missing, atLeast);
    return count === 0 ? [] : [{ kind: 'allowMissing', count, soFar: this.soFar }];
  }

  /** Refuses to continue if too many objects of a kind are missing. @throws DelineaError `visibility_reduced` */
  async enforce(kind: string): Promise<void> {
    const counts = this.counts.get(trackedKey({ kind }));
    const error = counts && (await this.errorOf(counts));
    if (error) throw error;
  }

  /** Returns one error for each kind of which too many objects are missing, followed by those of members. */
  async errors(): Promise<DelineaError[]> {
    const sorted = [...this.counts].sort(([left], [right]) => left.localeCompare(right)).map(([, counts]) => counts);
    const subjects = [
      ...sorted.filter(({ subject }) => !subject.list),
      ...sorted.filter(({ subject }) => subject.list),
    ];
    return (await Promise.all(subjects.map((counts) => this.errorOf(counts)))).flatMap((error) => error ?? []);
  }

  /** Number of missing objects so far. */
  get missing(): number {
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
      { hint: 'Check what the account of this run can see.', remedy: this.remedy() },
    );
  }
}

function trackedKey({ kind, list = '' }: Subject): string {
  return `${kind} ${list}`;
}

/** Returns the plural of a kind if the tenant shows no object of it; for edges, of the kind of their scopes. */
async function emptyList({ snapshot }: TenantReader, resource: Resource): Promise<string | undefined> {
  if (resource.authoritativeFor) return undefined;
  if (isEdge(resource) && isListedByPrincipal(resource)) return undefined;
  const kind = isEdge(resource) ? scopeKind(resource) : resource.type;
  return (await snapshot.view(kind).count()) === 0 ? resourceOf(kind).plural : undefined;
}
