/** torch's dtypes: the bytes of an element, and the class of storage that names each in a file. */
import type { TorchDtype } from './types.js';

interface DtypeFacts {
  readonly bytes: number;
  /** `torch.<name>`; a dtype without one is written over an untyped storage. */
  readonly storage?: string;
  /** Bytes that a big-endian file swaps together, when not the whole element. */
  readonly unit?: number;
}

const DTYPES: Readonly<Record<TorchDtype, DtypeFacts>> = {
  float32: { bytes: 4, storage: 'FloatStorage' },
  float64: { bytes: 8, storage: 'DoubleStorage' },
  float16: { bytes: 2, storage: 'HalfStorage' },
  bfloat16: { bytes: 2, storage: 'BFloat16Storage' },
  int64: { bytes: 8, storage: 'LongStorage' },
  int32: { bytes: 4, storage: 'IntStorage' },
  int16: { bytes: 2, storage: 'ShortStorage' },
  int8: { bytes: 1, storage: 'CharStorage' },
  uint8: { bytes: 1, storage: 'ByteStorage' },
  bool: { bytes: 1, storage: 'BoolStorage' },
  complex64: { bytes: 8, storage: 'ComplexFloatStorage', unit: 4 },
  complex128: { bytes: 16, storage: 'ComplexDoubleStorage', unit: 8 },
  qint8: { bytes: 1, storage: 'QInt8Storage' },
  quint8: { bytes: 1, storage: 'QUInt8Storage' },
  qint32: { bytes: 4, storage: 'QInt32Storage' },
  complex32: { bytes: 4, unit: 2 },
  uint16: { bytes: 2 },
  uint32: { bytes: 4 },
  uint64: { bytes: 8 },
  float8_e4m3fn: { bytes: 1 },
  float8_e4m3fnuz: { bytes: 1 },
  float8_e5m2: { bytes: 1 },
  float8_e5m2fnuz: { bytes: 1 },
  float8_e8m0fnu: { bytes: 1 },
};

const BY_STORAGE = new Map(
  Object.entries(DTYPES).flatMap(([dtype, { storage }]) =>
    storage === undefined ? [] : [[storage, dtype] as const],
  ),
);

/** Of a dtype that the file may name; undefined when torch has none of that name. */
export function dtypeFacts(dtype: TorchDtype): DtypeFacts | undefined {
  return Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
}

export function dtypeOfStorage(storage: string): TorchDtype | undefined {
  return BY_STORAGE.get(storage);
}

/** Elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Strides of a contiguous C-order tensor, in elements, as torch counts them. */
export function contiguousStride(shape: readonly number[]): number[] {
  const stride: number[] = [];
  let step = 1;
  for (const length of shape.toReversed()) {
    stride.unshift(step);
    step *= Math.max(length, 1);
  }
  return stride;
}
