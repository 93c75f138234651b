import { expect, test } from 'vitest';
import { PickleSink } from '../../../engine/formats/pickle/sink.js';
import { PickleSource } from '../../../engine/formats/pickle/source.js';

test('what a sink was given is read back', () => {
  const sink = new PickleSink();
  sink.bytes(0x80, 2);
  sink.u16(1, 65535);
  sink.u32(2, 2 ** 32 - 1);
  sink.f64(3, -0.1);
  sink.raw(Buffer.from('a line\nrest'));
  const source = new PickleSource(sink.finish());
  expect([source.opcode(), source.u8()]).toEqual([0x80, 2]);
  expect([source.opcode(), source.u16()]).toEqual([1, 65535]);
  expect([source.opcode(), source.u32()]).toEqual([2, 2 ** 32 - 1]);
  expect([source.opcode(), source.opcodeOffset, source.f64()]).toEqual([3, 10, -0.1]);
  expect(source.line()).toBe('a line');
  expect(Buffer.from(source.slice(4)).toString()).toBe('rest');
});

test('a sink grows, whatever it is given', () => {
  const sink = new PickleSink();
  const large = new Uint8Array(200_000).fill(7);
  for (let i = 0; i < 70_000; i += 1) sink.bytes(i & 255);
  sink.raw(large);
  sink.u32(1, 5);
  const bytes = sink.finish();
  expect(bytes.length).toBe(270_005);
  expect(bytes[65_537]).toBe(65_537 & 255);
  expect(Buffer.compare(bytes.subarray(70_000, 270_000), large)).toBe(0);
});
