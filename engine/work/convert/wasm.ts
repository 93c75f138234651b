/** Assembles a WebAssembly module of one function and one memory, from the instructions that shrinking images takes. */

/** Of the binary format. */
export type Code = readonly number[];

type Local = 'i32' | 'v128';

/** The function takes no parameters and gives no result; it reads and writes `memory`. */
interface Kernel {
  readonly memory: Uint8Array;
  readonly run: () => void;
}

/** Numbers and sections: WebAssembly 2.0, chapter 5 (binary format). Every Node that runs this has the vector instructions. */
const TYPES = { i32: 0x7f, v128: 0x7b } as const;
const PAGE = 65536;

/** `body` may use `locals` by their index; the memory holds at least `memoryBytes`. */
export function assemble(locals: readonly Local[], body: Code, memoryBytes: number): Kernel {
  const pages = Math.ceil(memoryBytes / PAGE);
  const code = [...vector(locals.map((type) => [1, TYPES[type]])), ...body, 0x0b];
  const module = new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [[0x60, 0, 0]]),
      ...section(3, [[0]]),
      ...section(5, [[0, ...unsigned(pages)]]),
      ...section(7, [
        [...name('memory'), 2, 0],
        [...name('run'), 0, 0],
      ]),
      ...section(10, [[...unsigned(code.length), ...code]]),
    ]),
  );
  const { memory, run } = new WebAssembly.Instance(module).exports;
  return { memory: new Uint8Array(memory.buffer), run };
}

/** Repeats `body` until what it leaves on the stack is 0. */
export function loop(body: Code): Code {
  return [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
}

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)],
  /** Sets and leaves the value on the stack. */
  tee: (index: number, value: Code): Code => [...value, 0x22, ...unsigned(index)],
};

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  notEqual: (a: Code, b: Code): Code => [...a, ...b, 0x47],
};

export const v128 = {
  zero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
  load: (at: Code, offset: number): Code => [...at, ...simd(0x00), 0, ...unsigned(offset)],
  store: (at: Code, value: Code, offset: number): Code => [
    ...at,
    ...value,
    ...simd(0x0b),
    0,
    ...unsigned(offset),
  ],
  /** The first 4 bytes. */
  store32: (at: Code, value: Code, offset: number): Code => [
    ...at,
    ...value,
    ...simd(0x5a),
    0,
    ...unsigned(offset),
    0,
  ],
};

export const i8x16 = {
  /** From two of i16x8, kept within 0 … 255. */
  narrow: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x66)],
};

export const i16x8 = {
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x8e)],
  /** The first or the last 8 of 16 unsigned bytes. */
  extendLow: (a: Code): Code => [...a, ...simd(0x89)],
  extendHigh: (a: Code): Code => [...a, ...simd(0x8a)],
  /** From two of i32x4, kept within 0 … 65535. */
  narrow: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x86)],
};

export const i32x4 = {
  splat: (value: Code): Code => [...value, ...simd(0x11)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)],
  shiftRight: (a: Code, bits: Code): Code => [...a, ...bits, ...simd(0xad)],
  /** Four unsigned 16-bit numbers. */
  load16: (at: Code, offset: number): Code => [...at, ...simd(0x04), 0, ...unsigned(offset)],
  truncate: (a: Code): Code => [...a, ...simd(0xf8)],
};

export const f32x4 = {
  splat: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd(0x13)],
  convert: (a: Code): Code => [...a, ...simd(0xfa)],
  multiply: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)],
  /** To the nearest integer, halves to even. */
  nearest: (a: Code): Code => [...a, ...simd(0x6a)],
};

/** TypeScript's libraries have these types for browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly run: () => void } };
};

function simd(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

function section(id: number, entries: readonly Code[]): Code {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function vector(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function name(text: string): Code {
  return vector([...Buffer.from(text)].map((byte) => [byte]));
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  if (value >= -0x40 && value < 0x40) return [value & 0x7f];
  return [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
