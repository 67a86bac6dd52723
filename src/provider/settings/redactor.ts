import { SHORTEST_SECRET } from '../model/limits.js';
import { decodedRuns } from './decoded-runs.js';
import { beginsEscape, type Element, readEscapes, readRaw, type Source } from './escapes.js';

const HIDDEN = '[secret]';

/** Secrets that are hidden at the same time. A hostile token service may issue a new token for every request. */
const MOST_SECRETS = 100;

/** Characters of the shortest token of a service that is hidden. One that is shorter than a secret is not looked for in base64. */
const SHORTEST_TOKEN = 4;

/** Encodings inside each other that are recognised: a URL in JSON, base64 in HTML. */
const DEPTH = 2;

/** Removes secrets from texts. */
export interface Redactor {
  /** Replaces every secret, however it is encoded. Takes linear time. */
  redact(text: string): string;
  /** Adds a secret, such as a token that a service has issued. A text of fewer than 4 characters is not hidden. */
  hide(secret: string): void;
}

/** A part of a text, from the first offset to before the second. */
type Range = readonly [start: number, end: number];

/** The bytes of a secret, or of an encoding of it, folded. */
type Needle = readonly number[];

/**
 * Returns a redactor of these secrets. It recognises a secret
 * - escaped as in URLs, HTML and JSON, wholly or in part, with digits in either case;
 * - in base64, base64url and hexadecimal, also within a longer encoded text such as `id:secret`;
 * - in upper or lower case, with `+` for a blank, broken over lines;
 * - in any two of these, one inside the other.
 */
export function redactor(configured: readonly (string | undefined)[]): Redactor {
  const secrets = new Map<string, readonly Needle[]>();
  let index: NeedleIndex | undefined;
  const hide = (secret: string) => {
    if (secret.length < SHORTEST_TOKEN || secrets.has(secret)) return;
    const oldest = [...secrets.keys()][configured.length];
    if (secrets.size >= MOST_SECRETS && oldest !== undefined) secrets.delete(oldest);
    secrets.set(secret, needlesOf(secret));
    index = undefined;
  };
  for (const secret of configured) if (secret) hide(secret);
  return {
    hide,
    redact(text) {
      if (secrets.size === 0) return text;
      index ??= new NeedleIndex([...secrets.values()].flat());
      return withoutRanges(text, rangesIn(text, index));
    },
  };
}

function rangesIn(text: string, index: NeedleIndex): Range[] {
  const found = index.find({ text, decoded: false }, DEPTH);
  for (const { bytes, sourceRange } of decodedRuns(text)) {
    for (const [start, end] of index.find({ text: bytes, decoded: true }, DEPTH - 1))
      found.push(sourceRange(start, end));
  }
  return found;
}

function withoutRanges(text: string, ranges: readonly Range[]): string {
  const parts: string[] = [];
  let kept = 0;
  let last = -1;
  for (const [start, end] of [...ranges].sort((left, right) => left[0] - right[0])) {
    if (end <= last) continue;
    // Ranges that overlap are one.
    if (start >= last) parts.push(text.slice(kept, start), HIDDEN);
    kept = last = end;
  }
  return parts.join('') + text.slice(kept);
}

/** Finds needles by their first two bytes. */
class NeedleIndex {
  private readonly byPair = new Map<number, Needle[]>();

  constructor(needles: readonly Needle[]) {
    // The longest first: a secret may contain another.
    for (const needle of [...needles].sort((left, right) => right.length - left.length)) {
      const pair = pairOf(needle[0]!, needle[1]!);
      const others = this.byPair.get(pair);
      if (others) others.push(needle);
      else this.byPair.set(pair, [needle]);
    }
    this.firsts = new Uint8Array(256);
    this.pairs = new Uint8Array(65_536);
    for (const pair of this.byPair.keys()) {
      this.firsts[pair >> 8] = 1;
      this.pairs[pair] = 1;
    }
  }

  private readonly firsts: Uint8Array;
  private readonly pairs: Uint8Array;

  /** Returns the ranges of all needles in a text. @param depth escapes inside each other */
  find(source: Source, depth: number): Range[] {
    const { text } = source;
    const found: Range[] = [];
    for (let at = 0; at < text.length; at++) {
      if (!this.mayStart(source, at)) continue;
      const end = this.endOfNeedle(source, at, depth);
      if (end === undefined) continue;
      found.push([at, end]);
      at = end - 1;
    }
    return found;
  }

  /** Decides quickly for characters that are written as they are. */
  private mayStart({ text, decoded }: Source, at: number): boolean {
    const code = text.charCodeAt(at);
    if (beginsEscape(code) || (code > 0x7f && !decoded)) return true;
    const first = FOLDED[code]!;
    if (this.firsts[first] === 0) return false;
    const next = text.charCodeAt(at + 1);
    if (beginsEscape(next) || isBreak(next) || (next > 0x7f && !decoded)) return true;
    return next <= 0xff && this.pairs[pairOf(first, FOLDED[next]!)] === 1;
  }

  private endOfNeedle(source: Source, at: number, depth: number): number | undefined {
    const tried = new Set<number>();
    for (const first of elementsAt(source, at, depth)) {
      // A character of several bytes has the pair in itself.
      const seconds = first.bytes.length > 1 ? [first] : elementsAt(source, afterBreaks(source.text, first.end), depth);
      for (const second of seconds) {
        const pair = pairOf(FOLDED[first.bytes[0]!]!, FOLDED[second.bytes[second === first ? 1 : 0]!]!);
        if (tried.has(pair)) continue;
        tried.add(pair);
        for (const needle of this.byPair.get(pair) ?? []) {
          const end = matchFrom(needle, 0, source, at, depth, new Set());
          if (end !== undefined) return end;
        }
      }
    }
    return undefined;
  }
}

/** Returns the offset after a needle that begins at an offset; undefined if it does not. @param failed states that failed */
function matchFrom(
  needle: Needle,
  from: number,
  source: Source,
  start: number,
  depth: number,
  failed: Set<number>,
): number | undefined {
  let at = start;
  let matched = from;
  while (matched < needle.length) {
    const elements = elementsAt(source, at, depth).filter((element) => agrees(needle, matched, element));
    if (elements.length > 1) return matchAny(needle, matched, elements, source, depth, failed);
    const [element] = elements;
    if (element) {
      matched += element.bytes.length;
      at = element.end;
    } else if (matched > 0 && isBreak(source.text.charCodeAt(at))) {
      at++;
    } else return undefined;
  }
  return at;
}

/** Tries every reading of an ambiguous text, such as `\\`, each once. */
function matchAny(
  needle: Needle,
  matched: number,
  elements: readonly Element[],
  source: Source,
  depth: number,
  failed: Set<number>,
): number | undefined {
  for (const { bytes, end } of elements) {
    const state = end * needle.length + matched;
    if (failed.has(state)) continue;
    failed.add(state);
    const found = matchFrom(needle, matched + bytes.length, source, end, depth, failed);
    if (found !== undefined) return found;
  }
  return undefined;
}

function elementsAt(source: Source, at: number, depth: number): Element[] {
  const raw = readRaw(source, at);
  if (!raw) return [];
  return beginsEscape(raw.bytes[0]!) ? [raw, ...readEscapes(source, at, depth)] : [raw];
}

function agrees(needle: Needle, from: number, { bytes }: Element): boolean {
  return bytes.length > 0 && bytes.every((byte, index) => FOLDED[byte] === needle[from + index]);
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function afterBreaks(text: string, from: number): number {
  let at = from;
  while (isBreak(text.charCodeAt(at))) at++;
  return at;
}

function pairOf(first: number, second: number): number {
  return first * 256 + second;
}

/** Bytes in which those are equal that encodings exchange: letters of either case, blank and `+` and `-`, `/` and `_`. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  if (byte < 0x80 && /[A-Z]/.test(sign)) return byte + 32;
  return { ' ': 0x2b, '-': 0x2b, _: 0x2f }[sign] ?? byte;
});

/** Returns a secret and the parts of its encodings that are the same in every context. */
function needlesOf(secret: string): Needle[] {
  const bytes = Buffer.from(secret);
  const parts = secret.length < SHORTEST_SECRET ? [] : base64Parts(bytes);
  const texts = [secret.toLowerCase(), secret.toUpperCase(), secret, bytes.toString('hex'), ...parts];
  const folded = texts.map((text) => [...Buffer.from(text)].map((byte) => FOLDED[byte]!));
  return [...new Map(folded.map((needle) => [needle.join(), needle])).values()];
}

/** Returns the base64 of a secret after 0, 1 and 2 other bytes, without the characters that other bytes have a part in. */
function base64Parts(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}
