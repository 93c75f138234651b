/** Which tensors hold NaN or infinity, determined from their bytes in every float type that torch writes. */
import { RegripError, throwIfAborted } from '../../base/errors.js';
import { firstFew } from '../../base/firstFew.js';
import { dtypeFacts, elementCount } from './dtypes.js';
import type { CheckpointIndex, TensorBlocks, TensorInfo, TorchDtype } from './types.js';

/** An element whose bits under the mask are all set is NaN or infinite. */
interface Pattern {
  readonly words: 1 | 2 | 4;
  /** A float64's exponent lies in the second of two words. */
  readonly every: 1 | 2;
  readonly mask: number;
  /** The whole word, where only one pattern is NaN. */
  readonly whole?: true;
  /** -Infinity, where the type has it. */
  readonly least?: number;
}

const PATTERNS: Readonly<Record<TorchDtype, Pattern>> = {
  float16: { words: 2, every: 1, mask: 0x7c00, least: 0xfc00 },
  bfloat16: { words: 2, every: 1, mask: 0x7f80, least: 0xff80 },
  float32: { words: 4, every: 1, mask: 0x7f800000, least: 0xff800000 },
  float64: { words: 4, every: 2, mask: 0x7ff00000, least: 0xfff00000 },
  complex32: { words: 2, every: 1, mask: 0x7c00, least: 0xfc00 },
  complex64: { words: 4, every: 1, mask: 0x7f800000, least: 0xff800000 },
  complex128: { words: 4, every: 2, mask: 0x7ff00000, least: 0xfff00000 },
  float8_e5m2: { words: 1, every: 1, mask: 0x7c },
  float8_e4m3fn: { words: 1, every: 1, mask: 0x7f },
  float8_e5m2fnuz: { words: 1, every: 1, mask: 0x80, whole: true },
  float8_e4m3fnuz: { words: 1, every: 1, mask: 0x80, whole: true },
  float8_e8m0fnu: { words: 1, every: 1, mask: 0xff, whole: true },
};

/** Whether values of the type may be NaN or infinite. */
function mayBeNonFinite(dtype: TorchDtype): boolean {
  return Object.hasOwn(PATTERNS, dtype);
}

/** An additive attention mask, which is -Infinity wherever a token must not look. */
function isMask(key: string): boolean {
  return /(?:^|[._])mask$/.test(key);
}

/**
 * How many of the little-endian elements in `bytes` are NaN or infinite, those aside that belong into a tensor of the name `key`; of a
 * complex one each part counts.
 */
export function countNonFinite(bytes: Uint8Array, dtype: TorchDtype, key = ''): number {
  const pattern = mayBeNonFinite(dtype) ? PATTERNS[dtype] : undefined;
  if (pattern === undefined) return 0;
  const { words, every, mask, whole } = pattern;
  const least = isMask(key) ? pattern.least : undefined;
  const aligned = bytes.byteOffset % words === 0 ? bytes : bytes.slice();
  const length = Math.floor(aligned.byteLength / words);
  const kinds = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;
  const view = new kinds[words](aligned.buffer as ArrayBuffer, aligned.byteOffset, length);
  const under = whole === true ? 2 ** (8 * words) - 1 : mask;
  let count = 0;
  for (let i = every - 1; i < length; i += every) {
    const word = view[i]!;
    if ((word & under) >>> 0 !== mask) continue;
    const isMasked = word === least && (every === 1 || view[i - 1] === 0);
    if (!isMasked) count++;
  }
  return count;
}

export interface NonFinite {
  /** With its state dict: `model.model.head.weight`, `optimizer.3.exp_avg`. */
  readonly key: string;
  readonly count: number;
}

/** The tensors of a checkpoint by the names used in `NonFinite`; an alias counts as its first key. */
export function namedTensors({ stateDicts, optimizer }: CheckpointIndex): [string, TensorInfo][] {
  const named: [string, TensorInfo][] = Object.entries(stateDicts).flatMap(([dict, tensors]) =>
    tensors
      .filter(({ alias }) => alias === undefined)
      .map((tensor): [string, TensorInfo] => [`${dict}.${tensor.key}`, tensor]),
  );
  for (const [index, { expAvg, expAvgSq }] of optimizer?.state ?? [])
    named.push([`optimizer.${index}.exp_avg`, expAvg], [`optimizer.${index}.exp_avg_sq`, expAvgSq]);
  return named;
}

/** What `findNonFinite` would read; tensors that view the same bytes count each. */
export function bytesToRead(tensors: Iterable<readonly [string, TensorInfo]>): number {
  let bytes = 0;
  for (const [, { shape, dtype }] of tensors)
    if (mayBeNonFinite(dtype)) bytes += elementCount(shape) * dtypeFacts(dtype)!.bytes;
  return bytes;
}

/** Reads every byte of `tensors`, a few megabytes at a time. */
export async function findNonFinite(
  file: TensorBlocks,
  tensors: Iterable<readonly [string, TensorInfo]>,
  signal?: AbortSignal,
): Promise<NonFinite[]> {
  const found: NonFinite[] = [];
  for (const [key, tensor] of tensors) {
    if (!mayBeNonFinite(tensor.dtype)) continue;
    let count = 0;
    for await (const block of file.blocks(tensor)) {
      throwIfAborted(signal);
      count += countNonFinite(block, tensor.dtype, key);
    }
    if (count > 0) found.push({ key, count });
  }
  return found;
}

/** `NaN or infinite values in 2 tensors: model.a.weight (64), model.b.bias (3)`, without naming the file. */
function nonFiniteText(found: readonly NonFinite[]): string {
  const names = found.map(({ key, count }) => `${key} (${count})`);
  const tensors = found.length === 1 ? 'one tensor' : `${found.length} tensors`;
  return `NaN or infinite values in ${tensors}: ${firstFew(names)}`;
}

/** The refusal of a checkpoint whose weights are lost. */
export function notFiniteError(file: string, found: readonly NonFinite[]): RegripError {
  return new RegripError({
    code: 'checkpoint-not-finite',
    file,
    message: `holds ${nonFiniteText(found)}: its training continued after the loss had become NaN, so these weights are unusable`,
    hint: 'Use an earlier checkpoint of that run; regrip inspect --values FILE shows which are finite.',
  });
}
