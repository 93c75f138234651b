import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  doubleField,
  floatField,
  integerField,
  messageField,
  textField,
} from '../../../engine/formats/tensorboard/protobuf.js';

const hex = (bytes: Buffer) => bytes.toString('hex');

/** The examples of the encoding's own guide. */
test.each([
  ['an integer of two bytes', integerField(1, 150), '089601'],
  ['a text', textField(2, 'testing'), '120774657374696e67'],
  ['a message', messageField(3, integerField(1, 150)), '1a03089601'],
  ['zero', integerField(1, 0), '0800'],
  ['a negative integer', integerField(1, -2), '08feffffffffffffffff01'],
  ['a field above 15', integerField(16, 1), '800101'],
  ['a float', floatField(2, 1), '150000803f'],
  ['a double', doubleField(1, 1), '09000000000000f03f'],
  ['an empty text', textField(2, ''), '1200'],
  ['text beyond ASCII', textField(2, 'é'), '1202c3a9'],
])('%s', (_, bytes, expected) => expect(hex(bytes)).toBe(expected));

test('an integer is read back by sevens of bits', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = integerField(1, value).subarray(1);
      const read = bytes.reduceRight((sum, byte) => sum * 128n + BigInt(byte & 127), 0n);
      expect(read).toBe(BigInt(value));
      expect([...bytes].map((byte) => byte >> 7)).toEqual([...Array(bytes.length - 1).fill(1), 0]);
    }),
  );
});
