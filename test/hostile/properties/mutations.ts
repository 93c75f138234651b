/** What happens to files: bits flip, ends are cut, parts are repeated or replaced; and what every reader may answer then. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { propertyRuns } from '../../propertyRuns.js';

/** A damaged copy of `original`; `words` are put in as they are, so that text formats keep their shape now and then. */
export function damaged(original: Uint8Array, words: readonly string[] = []): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(Math.max(0, original.length - 1));
  const step: fc.Arbitrary<Change> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(place, fc.nat(7)).map(([at, bit]) => flip(at, bit)) },
    {
      weight: 3,
      arbitrary: fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, value]) => set(at, value)),
    },
    place.map(cutAt),
    fc.tuple(place, place, fc.nat(64)).map(([from, to, length]) => copy(from, to, length)),
    fc
      .tuple(place, fc.nat(8), fc.uint8Array({ maxLength: 12 }))
      .map(([at, cut, put]) => splice(at, cut, put)),
    ...(words.length === 0
      ? []
      : [
          {
            weight: 4,
            arbitrary: fc
              .tuple(place, fc.nat(6), fc.constantFrom(...words))
              .map(([at, cut, word]) => splice(at, cut, Buffer.from(word))),
          },
        ]),
  );
  return fc
    .array(step, { minLength: 1, maxLength: 4 })
    .map((steps) => steps.reduce<Buffer>((bytes, change) => change(bytes), Buffer.from(original)));
}

type Change = (bytes: Buffer) => Buffer;

const flip = (at: number, bit: number) => (bytes: Buffer) => {
  if (at < bytes.length) bytes[at]! ^= 1 << bit;
  return bytes;
};
const set = (at: number, value: number) => (bytes: Buffer) => {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
};
const copy = (from: number, to: number, length: number) => (bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + length), bytes.subarray(to)]);
const splice = (at: number, cut: number, put: Uint8Array) => (bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);

const cutAt = (at: number) => (bytes: Buffer) => bytes.subarray(0, at);

/** A case may not take longer, on a busy machine either. */
const LIMIT = 5000; // ms

/** `read` may return, or throw a tagged error; nothing else, and not after a long time. */
export function settles(read: () => unknown): void {
  const start = performance.now();
  try {
    read();
  } catch (error) {
    judge(error);
  }
  expect(performance.now() - start).toBeLessThan(LIMIT);
}

/** As `settles`, for readers of files. */
export async function settlesLater(read: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await read().catch(judge);
  expect(performance.now() - start).toBeLessThan(LIMIT);
}

function judge(error: unknown): void {
  if (!(error instanceof RegripError)) throw error;
  expect(error.code).toMatch(/^[a-z][a-z-]+$/);
}

/** Tries the property on as many cases as `propertyRuns` says. */
export function tryAll<Value>(values: fc.Arbitrary<Value>, check: (value: Value) => void): void {
  fc.assert(
    fc.property(values, (value) => check(value)),
    { numRuns: propertyRuns(1) },
  );
}

/** Likewise for a reader of files, which takes its share of the cases. */

export async function tryAllLater<Value>(
  values: fc.Arbitrary<Value>,
  share: number,
  check: (value: Value) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(values, check), { numRuns: propertyRuns(share) });
}
