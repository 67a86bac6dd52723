/**
 * Terraform's numbers are decimals of some 150 digits. What is not whole travels as text, since 0.1 of HCL is not the 0.1
 * of a double; a whole number beyond 2^53 likewise.
 * @returns undefined where a double would lose digits
 */
export function readNumber(raw: number | bigint | string): number | undefined {
  const number = Number(raw);
  if (!Number.isFinite(number)) return undefined;
  if (typeof raw === 'number') return raw;
  return sameDecimal(String(raw), String(number)) ? number : undefined;
}

/** How a number travels so that Terraform reads the decimal that was written. */
export function writeNumber(value: number): number | string {
  return Number.isSafeInteger(value) ? value : String(value);
}

function sameDecimal(left: string, right: string): boolean {
  const [a, b] = [decimal(left), decimal(right)];
  return a !== undefined && b !== undefined && a.digits === b.digits && a.exponent === b.exponent;
}

/** `-0.0120e3` as -12 times ten to the 0: digits without zeros at either end, and the exponent. */
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
