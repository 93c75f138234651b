import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../engine/formats/tensorboard/crc32c.js';

test("the checksum is RFC 3720's", () => {
  expect(crc32c(new Uint8Array(32)).toString(16)).toBe('8a9136aa');
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)).toString(16)).toBe('46dd794e');
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
});

test('nothing has the sum 0, and the mask is a rotation and a constant', () => {
  expect(crc32c(new Uint8Array())).toBe(0);
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
  for (const text of ['', 'a', '123456789', 'x'.repeat(1000)]) {
    const sum = crc32c(Buffer.from(text));
    const unmasked = (maskedCrc32c(Buffer.from(text)) - 0xa282ead8) >>> 0;
    expect(((unmasked << 15) | (unmasked >>> 17)) >>> 0).toBe(sum);
  }
});
