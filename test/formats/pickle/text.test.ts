import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeQuoted,
  decodeRawUnicodeEscape,
  decodeText,
  encodeText,
} from '../../../engine/formats/pickle/text.js';

test('any text comes back from its bytes, halves of pairs too', () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\ud83e', '\uddbe', '\ufeff'),
  );
  fc.assert(
    fc.property(
      fc.array(unit).map((parts) => parts.join('')),
      (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
      },
    ),
  );
});

test('text without halves is UTF-8, a half is three bytes', () => {
  expect(Buffer.from(encodeText('é🦾'))).toEqual(Buffer.from('é🦾'));
  expect([...encodeText('\ud800')]).toEqual([0xed, 0xa0, 0x80]);
});

test.each<[string, readonly number[]]>([
  ['a byte alone', [0xff]],
  ['a cut character', [0xc3]],
  ['a slash that is too long', [0xc0, 0xaf]],
  ['a cut half', [0xed, 0xa0]],
  ['two halves that Python keeps apart', [0xed, 0xa0, 0xbe, 0xed, 0xb6, 0xbe]],
])('%s is not text', (_, bytes) => expect(decodeText(Uint8Array.from(bytes))).toBeUndefined());

/** What Python 3.11 reads of protocol 0's V lines. */
test.each<[string, string | undefined]>([
  ['plain', 'plain'],
  ['\\u0041\\U0001f9be', 'A🦾'],
  ['\\\\u0041', '\\\\u0041'], // a second backslash ends the escape, and both stay
  ['\\n', '\\n'],
  ['\xe9', 'é'],
  ['\\', '\\'],
  ['\\ud800', '\ud800'],
  ['\\u004', undefined],
  ['\\U00110000', undefined],
  ['\\Uffffffff', undefined],
  ['\\ud83e\\uddbe', undefined], // two halves that Python keeps apart
])('raw-unicode-escape %j', (line, text) => expect(decodeRawUnicodeEscape(line)).toBe(text));

/** What Python 3.11 reads of protocol 0's S lines. */
test.each<[string, string | undefined]>([
  ["'a'", 'a'],
  ['"it\'s"', "it's"],
  ["'\\n\\t\\\\\\''", "\n\t\\'"],
  ["'\\x41\\101\\7'", 'AA\x07'],
  ["'\\501'", 'A'], // beyond a byte only the byte stays
  ["'\\q'", '\\q'],
  ["'\\\n'", ''],
  ["''", ''],
  ["'", undefined],
  ['\'a"', undefined],
  ['a', undefined],
  ["'\\x4'", undefined],
  ["'\\'", undefined],
])('quoted %j', (line, text) => expect(decodeQuoted(line)).toBe(text));
