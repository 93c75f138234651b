/**
 * JSON without loss. JSON has no NaN, no infinity, no integer type and nothing that marks a whole number as a float; each has one form here,
 * that of MongoDB's Extended JSON: `{"$numberDouble": "NaN"}`. Documents for a person or a script come from `jsonText`; between our own processes
 * and on our own disk values pass through `encoded` and `decoded`.
 */
import { PyFloat } from './plain.js';

const DOUBLE = '$numberDouble';
const LONG = '$numberLong';
/** A map in the user's data that looks like one of these marks gets one more dollar sign. */
const LOOKS_LIKE_OURS = /^\$+number(?:Double|Long)$/;

/** One document. As `JSON.stringify`, but integers keep all their digits and a Python float stays one (`1.0`). */
export function jsonText(value: unknown, indent = 0): string {
  return written(value, ' '.repeat(indent), '\n') ?? 'null';
}

/** What `jsonText` and `encodedText` wrote; a number without a mark is a JavaScript number. */
export function parseJson(text: string): unknown {
  return decoded(JSON.parse(text));
}

/** `value` as one line that `parseJson` gives back as it was, `PyFloat` and `bigint` too. */
export function encodedText(value: unknown): string {
  return JSON.stringify(encoded(value));
}

/** The same as a value that survives `JSON.stringify` without loss. Bytes and columns pass unchanged. */
export function encoded(value: unknown): unknown {
  const json = unwrapped(value);
  if (json instanceof PyFloat) return { [DOUBLE]: floatText(json.value) };
  if (typeof json === 'bigint') return { [LONG]: String(json) };
  if (typeof json === 'number')
    return isLost(json) ? { [DOUBLE]: Object.is(json, -0) ? '-0' : String(json) } : json;
  if (Array.isArray(json)) return json.map(encoded);
  if (!isMap(json)) return json;
  return mapped(json, (key, isAlone) => (isAlone && LOOKS_LIKE_OURS.test(key) ? `$${key}` : key), encoded);
}

/** Undoes `encoded`. */
export function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (!isMap(value)) return value;
  const keys = Object.keys(value);
  const [key] = keys;
  const [double, long] = [value[DOUBLE], value[LONG]];
  if (keys.length === 1 && typeof double === 'string') return floatOf(double);
  if (keys.length === 1 && typeof long === 'string' && /^-?\d+$/.test(long)) return BigInt(long);
  if (keys.length !== 1 || !LOOKS_LIKE_OURS.test(key!)) return mapped(value, (name) => name, decoded);
  return { [key!.startsWith('$$') ? key!.slice(1) : key!]: decoded(value[key!]) };
}

function mapped(
  map: Readonly<Record<string, unknown>>,
  rename: (key: string, isAlone: boolean) => string,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(map).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.map(([key, entry]) => [rename(key, entries.length === 1), change(entry)]),
  );
}

/** JSON drops the sign of zero and has no NaN. */
function isLost(value: number): boolean {
  return !Number.isFinite(value) || Object.is(value, -0);
}

/** Python's and Extended JSON's spelling: a whole float keeps its point. */
function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function floatOf(text: string): number | PyFloat {
  const value = Number(text);
  return Number.isInteger(value) && text !== '-0' ? new PyFloat(value) : value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof PyFloat) && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer);
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value;
}

/** Undefined for what JSON leaves out. */
function written(value: unknown, indent: string, line: string): string | undefined {
  const json = unwrapped(value);
  if (json instanceof PyFloat) return numberText(json.value, true);
  if (typeof json === 'bigint') return String(json);
  if (typeof json === 'number') return numberText(json, Object.is(json, -0));
  if (typeof json === 'string') return quoted(json);
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  const inner = `${line}${indent}`;
  if (Array.isArray(json)) {
    const items = json.map((item) => written(item, indent, inner) ?? 'null');
    return enclosed('[', items, ']', indent, line);
  }
  const entries = Object.entries(json);
  const items = entries.flatMap(([key, entry]) => {
    const text = written(entry, indent, inner);
    const name = entries.length === 1 && LOOKS_LIKE_OURS.test(key) ? `$${key}` : key;
    return text === undefined ? [] : [`${quoted(name)}:${indent === '' ? '' : ' '}${text}`];
  });
  return enclosed('{', items, '}', indent, line);
}

/** Characters without a visible form are escaped, which JSON allows everywhere: a document may be shown in a terminal. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => {
      const unit = character.charCodeAt(i).toString(16).padStart(4, '0');
      return `\\u${unit}`;
    }).join(''),
  );
}

function numberText(value: number, isFloat: boolean): string {
  if (!Number.isFinite(value)) return `{"${DOUBLE}":"${value}"}`;
  return isFloat ? floatText(value) : String(value);
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  indent: string,
  line: string,
): string {
  if (items.length === 0 || indent === '') return `${open}${items.join(',')}${close}`;
  const inner = `${line}${indent}`;
  return `${open}${inner}${items.join(`,${inner}`)}${line}${close}`;
}
