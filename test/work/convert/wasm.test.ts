/** Modules that are assembled in memory. */
import { expect, test } from 'vitest';
import { assemble, i16x8, i32, local, loop, v128 } from '../../../engine/work/convert/wasm.js';

test('a function stores where it is told', () => {
  const { memory, run } = assemble([], v128.store(i32.const(32), v128.zero, 0), 64);
  memory.fill(7, 0, 64);
  run();
  expect(Array.from(memory.subarray(30, 50))).toEqual([7, 7, ...new Array<number>(16).fill(0), 7, 7]);
});

test('the memory holds at least what was asked for, in whole pages', () => {
  expect(assemble([], [], 1).memory.length).toBe(65536);
  expect(assemble([], [], 65537).memory.length).toBe(131072);
});

test.each([1, 64, 127, 128, 8192])('constants of one byte and of more: a loop of %d rounds', (rounds) => {
  // Each round adds 16 bytes of ones, widened, to the first eight sums of 16 bits.
  const body = loop([
    ...v128.store(
      i32.const(0),
      i16x8.add(v128.load(i32.const(0), 0), i16x8.extendLow(v128.load(i32.const(0), 16))),
      0,
    ),
    ...i32.notEqual(local.tee(0, i32.add(local.get(0), i32.const(1))), i32.const(rounds)),
  ]);
  const { memory, run } = assemble(['i32'], body, 64);
  memory.fill(1, 16, 32);
  run();
  expect(new Uint16Array(memory.buffer, 0, 1)[0]).toBe(rounds);
});
