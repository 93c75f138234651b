/** Bytes that have come and are not used yet. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bytes } from '../../../server/wire/bytes.js';
import { propertyRuns } from '../../propertyRuns.js';

test('what comes in goes out in order, however it is cut', () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 9000 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(9000),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const bytes = new Bytes();
      let expected = Buffer.alloc(0);
      for (const each of steps) {
        if (typeof each === 'number') {
          const count = Math.min(each, expected.length);
          bytes.drop(count);
          expected = expected.subarray(count);
        } else {
          bytes.append(each);
          expected = Buffer.concat([expected, each]);
        }
        expect(bytes.length).toBe(expected.length);
        expect(Buffer.compare(bytes.peek(), expected)).toBe(0);
      }
    }),
    { numRuns: propertyRuns(0.2) },
  );
});

test('a part is looked at without being used', () => {
  const bytes = new Bytes();
  bytes.append(Buffer.from('abcdef'));
  expect([bytes.peek(3).toString(), bytes.peek(99).toString(), bytes.length]).toEqual(['abc', 'abcdef', 6]);
});

test('many small parts cost time in proportion', () => {
  const bytes = new Bytes();
  const part = Buffer.from('x');
  for (let k = 0; k < 200_000; k++) bytes.append(part);
  expect(bytes.length).toBe(200_000);
  bytes.drop(200_000);
  expect(bytes.peek().length).toBe(0);
});
