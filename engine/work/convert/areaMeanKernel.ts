/** The inner loops of the area mean for whole factors, as vector instructions of WebAssembly. */
import { assemble, type Code, f32x4, i8x16, i16x8, i32, i32x4, local, loop, v128 } from './wasm.js';

/** Makes one row of the result out of the `factorY` rows of the source that it covers. */
interface RowKernel {
  /** (factorY, width · factorX, 3), to be filled before `run`. */
  readonly source: Uint8Array;
  /** (width, 3), what `run` leaves. */
  readonly target: Uint8Array;
  readonly run: () => void;
}

/** Of both factors: 16 bits hold the sum of so many bytes, float32 exactly the sum of so many squared. */
export const MAX_FACTOR = 256;

const LANES = 16;

/** `width` of the result. */
export function rowKernel(width: number, factorX: number, factorY: number): RowKernel {
  const rowBytes = width * factorX * 3;
  // The last vector of a row, and of all that is computed from it, reaches beyond its end.
  const sumsAt = roundUp(rowBytes * factorY + LANES);
  const targetAt = sumsAt + roundUp(rowBytes * 2 + 2 * LANES);
  const body = [
    ...sumColumns(rowBytes, factorY, sumsAt),
    ...meanOfPixels(width, factorX, factorY, sumsAt, targetAt),
  ];
  const { memory, run } = assemble(
    ['i32', 'i32', 'v128', 'v128', 'v128'],
    body,
    targetAt + width * 3 + LANES,
  );
  return {
    source: memory.subarray(0, rowBytes * factorY),
    target: memory.subarray(targetAt, targetAt + width * 3),
    run,
  };
}

const [FROM, TO, SUM, SUM_HIGH, BYTES] = [0, 1, 2, 3, 4] as const;

/** 16 bytes of all rows at a time, to sums of 16 bits. */
function sumColumns(rowBytes: number, rows: number, sumsAt: number): Code {
  const column = local.get(FROM);
  const addRow = (offset: number): Code => [
    ...local.set(BYTES, v128.load(column, offset)),
    ...local.set(SUM, i16x8.add(local.get(SUM), i16x8.extendLow(local.get(BYTES)))),
    ...local.set(SUM_HIGH, i16x8.add(local.get(SUM_HIGH), i16x8.extendHigh(local.get(BYTES)))),
  ];
  const sums = i32.add(column, column);
  return [
    ...local.set(FROM, i32.const(0)),
    ...loop([
      ...local.set(SUM, v128.zero),
      ...local.set(SUM_HIGH, v128.zero),
      ...Array.from({ length: rows }, (_, row) => addRow(row * rowBytes)).flat(),
      ...v128.store(sums, local.get(SUM), sumsAt),
      ...v128.store(sums, local.get(SUM_HIGH), sumsAt + LANES),
      ...i32.notEqual(local.tee(FROM, i32.add(column, i32.const(LANES))), i32.const(roundUp(rowBytes))),
    ]),
  ];
}

/** A pixel at a time: red, green, blue and the next pixel's red in four lanes, of which the last is overwritten by that. */
function meanOfPixels(
  width: number,
  factorX: number,
  factorY: number,
  sumsAt: number,
  targetAt: number,
): Code {
  const add = (k: number): Code =>
    local.set(SUM, i32x4.add(local.get(SUM), i32x4.load16(local.get(FROM), sumsAt + k * 6)));
  const words = i16x8.narrow(local.get(SUM), local.get(SUM));
  return [
    ...local.set(FROM, i32.const(0)),
    ...local.set(TO, i32.const(0)),
    ...loop([
      ...local.set(SUM, v128.zero),
      ...Array.from({ length: factorX }, (_, k) => add(k)).flat(),
      ...local.set(SUM, rounded(local.get(SUM), factorX, factorY)),
      ...v128.store32(local.get(TO), i8x16.narrow(words, words), targetAt),
      ...local.set(FROM, i32.add(local.get(FROM), i32.const(factorX * 6))),
      ...i32.notEqual(local.tee(TO, i32.add(local.get(TO), i32.const(3))), i32.const(width * 3)),
    ]),
  ];
}

/** Sums to means, halves to even, with a factor of 2 upwards. */
function rounded(sum: Code, factorX: number, factorY: number): Code {
  if (factorX === 2 && factorY === 2)
    return i32x4.shiftRight(i32x4.add(sum, i32x4.splat(i32.const(2))), i32.const(2));
  const scale = f32x4.splat(1 / (factorX * factorY));
  return i32x4.truncate(f32x4.nearest(f32x4.multiply(f32x4.convert(sum), scale)));
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / LANES) * LANES;
}
