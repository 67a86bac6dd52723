/** Tags of ASN.1's DER encoding that a certificate needs (X.690). */
const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

export type Tag = keyof typeof TAGS;

/** Encodes a value. @param tag a name, or the octet of a context-specific tag */
export function der(tag: Tag | number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(typeof tag === 'number' ? tag : TAGS[tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.of(0x80 + octets.length, ...octets);
}

/** Encodes an object identifier such as `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der('oid', Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const octets = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(128 + (rest % 128));
  return octets;
}

export function utf8(text: string): Buffer {
  return der('utf8', Buffer.from(text, 'utf8'));
}

/** Encodes a bit string of whole bytes, without unused bits. */
export function bitString(bits: Uint8Array): Buffer {
  return der('bitString', Buffer.of(0), bits);
}

/** Encodes a time: the year has two digits up to 2049 and four from 2050 on (RFC 5280 §4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  const short = at.getUTCFullYear() < 2050;
  return der(short ? 'utcTime' : 'generalizedTime', Buffer.from(short ? digits.slice(2) : digits, 'ascii'));
}
