import { expect, test } from 'vitest';
import { extraFields, numbersOf, ZIP64 } from '../../../../engine/formats/checkpoint/zip/extra.js';
import { extra, u16, u64 } from '../../../hostile/files/zip.js';

test('fields by their ids: those that torch and zip write', () => {
  const bytes = Buffer.concat([
    extra(0x4246, Buffer.from('ZZ')),
    extra(ZIP64, u64(7)),
    extra(0x5455, Buffer.alloc(0)),
  ]);
  const fields = extraFields(bytes) as ReadonlyMap<number, Buffer>;
  expect([...fields.keys()]).toEqual([0x4246, ZIP64, 0x5455]);
  expect(numbersOf(fields.get(ZIP64))).toEqual([7]);
  expect(extraFields(Buffer.alloc(0))).toEqual(new Map());
});

test.each([
  ['ends beyond its header', u16(0x4246, 5)],
  ['ends within its own head', Buffer.of(1)],
  ['gives a second name', extra(0x7075, Buffer.from('x'))],
  ['is not known', extra(0x1234, Buffer.alloc(0))],
  ['comes twice', Buffer.concat([extra(0x5455, Buffer.alloc(0)), extra(0x5455, Buffer.alloc(0))])],
])('a field that %s is told', (_, bytes) => expect(extraFields(bytes)).toMatch(/extra field|second name/));

test('numbers of 64 bits: up to three, and only such as can be counted', () => {
  expect(numbersOf(undefined)).toEqual([]);
  expect(numbersOf(u64(1, 2 ** 40, 3))).toEqual([1, 2 ** 40, 3]);
  for (const bad of [u64(1, 2, 3, 4), Buffer.alloc(7), Buffer.alloc(8, 0xff)])
    expect(numbersOf(bad)).toBeUndefined();
});
