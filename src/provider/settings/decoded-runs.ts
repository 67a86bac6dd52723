/** A part of a text that is decoded as base64 or hexadecimal, one character per byte. */
export interface DecodedRun {
  readonly bytes: string;
  /** Returns the range of the text that has these bytes. */
  sourceRange(start: number, end: number): readonly [number, number];
}

/** Characters of the shortest run: eight bytes, the shortest secret, after one or two others. */
const SHORTEST_RUN = 11;

interface Code {
  /** Bits per character. */
  readonly bits: number;
  /** Value of each ASCII character; 255: not in the alphabet. */
  readonly values: Uint8Array;
}

const BASE64 = codeOf(6, [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  // base64url, and a blank that was a plus sign in a form.
  `${' '.repeat(62)}-_`,
]);
const HEX = codeOf(4, ['0123456789abcdef', '0123456789ABCDEF']);

/**
 * Decodes every run of base64 and hexadecimal characters in a text, from each offset at which a byte may begin. A run may
 * be broken over lines.
 */
export function* decodedRuns(text: string): Generator<DecodedRun> {
  for (const code of [BASE64, HEX]) {
    for (const places of runsOf(text, code)) {
      const characters = 8 / gcd(8, code.bits);
      for (let skipped = 0; skipped < characters; skipped++) yield decode(text, places, skipped, code);
    }
  }
}

/** Returns the offsets of the characters of each run. */
function* runsOf(text: string, { values }: Code): Generator<Uint32Array> {
  let run: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    if (code < 0x80 && values[code] !== 255) run.push(at);
    else if (code !== 0x0a && code !== 0x0d && run.length > 0) {
      if (run.length >= SHORTEST_RUN) yield Uint32Array.from(run);
      run = [];
    }
  }
}

function decode(text: string, places: Uint32Array, skipped: number, { bits, values }: Code): DecodedRun {
  const bytes = Buffer.alloc(Math.floor(((places.length - skipped) * bits) / 8));
  let buffer = 0;
  let filled = 0;
  let written = 0;
  for (let index = skipped; index < places.length; index++) {
    buffer = ((buffer << bits) | values[text.charCodeAt(places[index]!)]!) & 0xffff;
    filled += bits;
    if (filled < 8) continue;
    filled -= 8;
    bytes[written++] = (buffer >> filled) & 0xff;
  }
  return {
    bytes: bytes.toString('latin1'),
    sourceRange: (start, end) => {
      const first = skipped + Math.floor((start * 8) / bits);
      const last = skipped + Math.ceil((end * 8) / bits) - 1;
      return [places[first]!, places[last]! + 1];
    },
  };
}

function codeOf(bits: number, alphabets: readonly string[]): Code {
  const values = new Uint8Array(128).fill(255);
  for (const alphabet of alphabets) {
    for (const [value, sign] of [...alphabet].entries()) if (sign !== ' ') values[sign.charCodeAt(0)] = value;
  }
  return { bits, values };
}

function gcd(left: number, right: number): number {
  return right === 0 ? left : gcd(right, left % right);
}
