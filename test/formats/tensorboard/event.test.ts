import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  scalarsRecord,
  sessionStartRecord,
  versionRecord,
} from '../../../engine/formats/tensorboard/event.js';
import { readEvents } from './readEvents.js';

const read = (...records: Buffer[]) => readEvents(Buffer.concat(records)).events;

test('the first record names the version of the format', () => {
  expect(read(versionRecord(1.5))).toMatchObject([{ wallTime: 1.5, fileVersion: 'brain.Event:2' }]);
});

test('a start says from which step on older files do not count', () => {
  expect(read(sessionStartRecord(2, 300))).toMatchObject([{ step: 300n, sessionStatus: 1, scalars: {} }]);
});

test('scalars come back as float32, whatever they are and whatever their tags', () => {
  const tags = fc.string({ unit: 'grapheme', maxLength: 20 });
  const numbers = fc.float().map((value) => (value === 0 ? 0 : value));
  fc.assert(
    fc.property(fc.dictionary(tags, numbers, { maxKeys: 5 }), fc.maxSafeNat(), (scalars, step) => {
      expect(read(scalarsRecord(1, step, scalars))).toMatchObject([
        { step: BigInt(step), scalars: { ...scalars } },
      ]);
    }),
    { numRuns: 50 },
  );
});

test('records stand one after another, and a changed byte is found', () => {
  const records = [versionRecord(1), scalarsRecord(2, 5, { a: 1 }), scalarsRecord(3, 6, {})];
  expect(read(...records).map(({ wallTime }) => wallTime)).toEqual([1, 2, 3]);
  const broken = Buffer.concat(records);
  broken[20]! ^= 1;
  expect(() => readEvents(broken)).toThrow(/checksum/);
});
