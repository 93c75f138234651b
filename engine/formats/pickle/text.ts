/** Text as pickles store it: UTF-8 that may hold lone surrogates, and the escapes of protocol 0. */

/** Python's `surrogatepass`: lone surrogates are encoded as three bytes, which strict UTF-8 forbids. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return decodeWithSurrogates(bytes);
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Cuts the text at three-byte surrogates (ED A0..BF xx); undefined when the rest is not UTF-8 either. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let from = 0;
  try {
    for (let at = 0; at + 2 < bytes.length; at += 1) {
      if (bytes[at] !== 0xed || bytes[at + 1]! < 0xa0) continue;
      parts.push(STRICT.decode(bytes.subarray(from, at)));
      parts.push(String.fromCharCode(0xd000 | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f)));
      at += 2;
      from = at + 1;
    }
    parts.push(STRICT.decode(bytes.subarray(from)));
  } catch {
    return undefined;
  }
  return joined(parts);
}

/** Python keeps two halves of a character apart where a JavaScript text would join them: then undefined. */
function joined(parts: readonly string[]): string | undefined {
  const meet = (before: string, after: string) =>
    /[\ud800-\udbff]$/.test(before) && /^[\udc00-\udfff]/.test(after);
  const filled = parts.filter((part) => part !== '');
  return filled.some((part, i) => i > 0 && meet(filled[i - 1]!, part)) ? undefined : filled.join('');
}

/** With the flag `u` the halves of a pair do not match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The reverse of `decodeText`. */
export function encodeText(text: string): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.charCodeAt(0);
      const lone = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
      return lone
        ? Buffer.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(character, 'utf8');
    }),
  );
}

/** Protocol 0's `raw-unicode-escape`: Latin-1 with `\uXXXX` and `\UXXXXXXXX`; a second backslash ends an escape. Undefined where Python refuses. */
export function decodeRawUnicodeEscape(line: string): string | undefined {
  const parts = line.match(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^uU])|\\?[^\\]|\\/g) ?? [];
  if (parts.some((part) => part === '\\u' || part === '\\U')) return undefined;
  const codes = parts.map((part) => (/^\\[uU]/.test(part) ? Number.parseInt(part.slice(2), 16) : undefined));
  if (codes.some((code) => code !== undefined && code > 0x10ffff)) return undefined;
  return joined(parts.map((part, i) => (codes[i] === undefined ? part : String.fromCodePoint(codes[i]))));
}

/** Protocol 0's quoted byte string (`'a\n\x00'`), as Latin-1; undefined when the quotes do not match. */
export function decodeQuoted(line: string): string | undefined {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) return undefined;
  const inside = line.slice(1, -1);
  // A lone backslash at the end and \x without two digits, which Python refuses.
  if (!/^(?:[^\\]|\\x[0-9a-fA-F]{2}|\\[^x])*$/.test(inside)) return undefined;
  return inside.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (code[0] === 'x' && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return SIMPLE_ESCAPES[code] ?? whole;
  });
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\n': '',
};
