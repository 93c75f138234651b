import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonScalar, JsonTokenizer } from '../../../engine/formats/inferenceLog/jsonTokens.js';
import { JsonFault } from '../../../engine/formats/inferenceLog/logError.js';
import { propertyRuns } from '../../propertyRuns.js';

const RUNS = { numRuns: propertyRuns(0.25) };

/** The tokens of a text that is fed in pieces which end at `cuts`; the piece's memory is overwritten after each. */
function tokensOf(text: Buffer, cuts: readonly number[]): unknown[] {
  const tokens: unknown[] = [];
  const tokenizer = new JsonTokenizer({
    begin: (kind, offset) => tokens.push([kind, offset]),
    end: (end) => tokens.push(['end', end]),
    key: (name) => tokens.push(['key', name]),
    value: (value: JsonScalar, offset) => tokens.push([value, offset]),
  });
  const borders = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  for (let i = 1; i < borders.length; i++) {
    const piece = Buffer.from(text.subarray(borders[i - 1], borders[i]));
    tokenizer.feed(piece);
    piece.fill(0x21);
  }
  tokenizer.end();
  return tokens;
}

test('any JSON reads the same whatever pieces it comes in', () => {
  const spaces = fc.constantFrom(undefined, 2, '\t');
  const cuts = fc.array(fc.nat(), { maxLength: 40 });
  const property = fc.property(
    fc.dictionary(fc.string(), fc.jsonValue()),
    spaces,
    cuts,
    (value, space, at) => {
      const text = Buffer.from(JSON.stringify(value, null, space));
      const whole = tokensOf(text, []);
      expect(
        tokensOf(
          text,
          at.map((cut) => cut % (text.length + 1)),
        ),
      ).toEqual(whole);
      expect(
        tokensOf(
          text,
          Array.from(text, (_, cut) => cut),
        ),
      ).toEqual(whole);
    },
  );
  fc.assert(property, RUNS);
});

const tokens = (text: string) => tokensOf(Buffer.from(text), []);

test('each token with its place; a string with the bytes between its quotes', () => {
  expect(tokens('{"a": [1, true, null], "b": "x\\n"}')).toEqual([
    ['object', 0],
    ['key', 'a'],
    ['array', 6],
    [1, 7],
    [true, 10],
    [null, 16],
    ['end', 21],
    ['key', 'b'],
    [{ start: 29, end: 32, text: 'x\n' }, 28],
    ['end', 34],
  ]);
});

test.each([
  ['[0]', 0],
  ['[-0.5e-3]', -0.0005],
  ['[1E5]', 1e5],
  ['[18446744073709551616]', 2 ** 64],
  ['[NaN]', Number.NaN],
  ['[-Infinity]', Number.NEGATIVE_INFINITY],
  ['\ufeff [ 1\t]\r\n', 1],
])('%j holds %d', (text, value) => expect((tokens(text)[1] as unknown[])[0]).toBe(value));

describe('texts', () => {
  const text = (json: string) => ((tokens(`[${json}]`)[1] as unknown[])[0] as { text?: string }).text;
  test.each([
    ['"\\"\\\\\\u00e9\\/"', '"\\é/'],
    ['"é😀"', 'é😀'],
    ['""', ''],
    ['"\\\\"', '\\'],
  ])('%s', (json, expected) => expect(text(json)).toBe(expected));

  test('one that is long, or whose escapes are wrong, is its place alone', () => {
    expect(text(`"${'x'.repeat(5000)}"`)).toBeUndefined();
    expect(text('"\\x"')).toBeUndefined();
    expect(tokens(`["${'x'.repeat(5000)}"]`)[1]).toEqual([{ start: 2, end: 5002, text: undefined }, 1]);
  });
});

test.each([
  ['[1', 'truncated'],
  ['', 'truncated'],
  ['{"a"', 'truncated'],
  ['["x', 'truncated'],
  ['[1,]', 'damaged'],
  ['{,}', 'damaged'],
  ['{"a":1,}', 'damaged'],
  ['[1 2]', 'damaged'],
  ['{"a" 1}', 'damaged'],
  ['{a: 1}', 'damaged'],
  ['[1}', 'damaged'],
  ['[]]', 'damaged'],
  ['[01]', 'damaged'],
  ['[+1]', 'damaged'],
  ['[nan]', 'damaged'],
  ['[.5]', 'damaged'],
  ['{"\\x": 1}', 'damaged'],
  ['[1] [2]', 'damaged'],
  ['\u00a0[1]', 'damaged'],
  ['['.repeat(100), 'bound'],
  [`[${'1'.repeat(200)}]`, 'bound'],
  [`{"${'k'.repeat(5000)}": 1}`, 'bound'],
])('%# is refused as %s', (text, kind) => {
  expect(() => tokens(text)).toThrow(expect.objectContaining({ kind }));
  expect(() => tokens(text)).toThrow(JsonFault);
});

test('whether a text is JSON is what the JavaScript engine says, but for what Python adds', () => {
  const text = fc.array(
    fc.constantFrom('[', ']', '{', '}', ',', ':', '"a"', '1', '-', '.5', 'e3', 'true', ' ', '"'),
  );
  const read = (json: string) => {
    try {
      tokens(json);
      return true;
    } catch {
      return false;
    }
  };
  const parsed = (json: string) => {
    try {
      return typeof JSON.parse(json) === 'object';
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(text, (parts) => {
      const json = `[${parts.join('')}]`;
      expect(read(json)).toBe(parsed(json));
    }),
    { numRuns: 500 },
  );
});
