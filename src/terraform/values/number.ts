/**
 * Reads a number. Terraform's numbers are decimals of about 150 digits. Fractions arrive as text, since HCL's 0.1 is not
 * the 0.1 of a double, and so do integers beyond 2^53.
 * @returns undefined when a double would lose digits
 */
export function readNumber(raw: number | bigint | string): number | undefined {
  const number = Number(raw);
  if (!Number.isFinite(number)) return undefined;
  if (typeof raw === 'number') return raw;
  return sameDecimal(String(raw), String(number)) ? number : undefined;
}

/** Encodes a number so that Terraform reads exactly the same decimal. */
export function writeNumber(value: number): number | string {
  return Number.isSafeInteger(value) ? value : String(value);
}

function sameDecimal(left: string, right: string): boolean {
  const [a, b] = [decimal(left), decimal(right)];
  return a !== undefined && b !== undefined && a.digits === b.digits && a.exponent === b.exponent;
}

/** Splits a number into digits without zeros at either end and an exponent: `-0.0120e3` is -12 times ten to the 0. */
function decimal(text: string): { digits: string; exponent: number } | undefined {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = parts;
  const significant = (whole + fraction).replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return { digits: '', exponent: 0 };
  const exponent = Number(power) - fraction.length + significant.length - digits.length;
  return { digits: (sign === '-' ? '-' : '') + digits, exponent };
}
