/** Values as Python sees them: `str`, `repr` and `==`. */
import { asNumber, isPlainMap, type Plain, PyFloat } from '../../base/plain.js';

/** Python refuses integers with more digits; longer ones take quadratic time. */
export const MAX_INTEGER_DIGITS = 4300;

/** `str(value)`. */
export function pythonText(value: Plain): string {
  return typeof value === 'string' ? value : representation(value);
}

/** `a == b`: 1, 1.0 and True are the same. */
export function samePlain(a: Plain, b: Plain): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Plain, index) => samePlain(item, b[index] as Plain));
  }
  if (isPlainMap(a) && isPlainMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && samePlain(a[key]!, b[key]!))
    );
  }
  const [x, y] = [numeric(a), numeric(b)];
  // Mixed on purpose: JavaScript compares an integer of any size and a float exactly, as Python does.
  // biome-ignore lint/suspicious/noDoubleEquals: === is false between bigint and number
  return x === undefined || y === undefined ? a === b : x == y;
}

function numeric(value: Plain): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? Number(value) : asNumber(value);
}

function representation(value: Plain): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof PyFloat) return floatText(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value);
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(representation).join(', ')}]`;
  if (!isPlainMap(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${quoted(key)}: ${representation(item)}`)
    .join(', ')}}`;
}

/** The shortest digits that read back to the same number, with an exponent below 1e-4 and from 1e16 on. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (Number.isInteger(value)) return `${BigInt(value)}.0`;
  const text = String(value);
  return text.includes('e') ? value.toFixed(digits.replace(/[-.]/g, '').length - 1 - power) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** What Python does not print: controls, formats, halves of pairs, places without a character, any space but the common one. */
const NOT_PRINTED = /[\\\p{C}\p{Z}]/gu;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${quote}${text.replace(NOT_PRINTED, escaped).replaceAll(quote, `\\${quote}`)}${quote}`;
}

function escaped(char: string): string {
  if (char === ' ') return char;
  const code = char.codePointAt(0)!;
  const [mark, digits] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return ESCAPES[char] ?? `\\${mark}${code.toString(16).padStart(Number(digits), '0')}`;
}
