/** NumPy's default random generator (SeedSequence, PCG64), so that validation episodes are upstream's own. */

const M128 = (1n << 128n) - 1n;
const M64 = (1n << 64n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

const POOL = 4;

/**
 * The pool of NumPy's `SeedSequence(seed)`, spread to `count` 32-bit words.
 * Source: numpy/random/bit_generator.pyx, after O'Neill's "Simple Portable C++ Seed Entropy".
 */
export function seedWords(seed: bigint, count: number): Uint32Array {
  const pool = mixEntropy(wordsOf(seed));
  const words = new Uint32Array(count);
  let constant = 0x8b51f9dd;
  for (let i = 0; i < count; i++) {
    let value = pool[i % POOL]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    words[i] = value ^ (value >>> 16);
  }
  return words;
}

function wordsOf(seed: bigint): number[] {
  if (seed < 0n) throw new RangeError(`a seed is not negative: ${seed}`);
  const words: number[] = [];
  for (let rest = seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words.length === 0 ? [0] : words;
}

function mixEntropy(entropy: readonly number[]): Uint32Array {
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    let mixed = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    mixed = Math.imul(mixed, constant);
    return mixed ^ (mixed >>> 16);
  };
  const pool = new Uint32Array(POOL);
  for (let i = 0; i < POOL; i++) pool[i] = hash(entropy[i] ?? 0);
  for (let from = 0; from < POOL; from++)
    for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  for (const extra of entropy.slice(POOL))
    for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to]!, hash(extra));
  return pool;
}

function mix(x: number, y: number): number {
  const mixed = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
  return mixed ^ (mixed >>> 16);
}

/** `numpy.random.default_rng(seed)`: the same draws, in the same order. */
export class Pcg64 {
  private state = 0n;
  private readonly increment: bigint;
  /** The upper half of the last 64-bit draw, which the next 32-bit draw takes. */
  private half: number | undefined;

  constructor(seed: number | bigint) {
    const w = Array.from(seedWords(BigInt(seed), 8), BigInt);
    const wide = (i: number): bigint => (w[i + 1]! << 32n) | w[i]!;
    this.increment = ((((wide(4) << 64n) | wide(6)) << 1n) | 1n) & M128;
    this.advance();
    this.state = (this.state + ((wide(0) << 64n) | wide(2))) & M128;
    this.advance();
  }

  private advance(): void {
    this.state = (this.state * MULTIPLIER + this.increment) & M128;
  }

  /** XSL-RR output of the 128-bit state. */
  uint64(): bigint {
    this.advance();
    const folded = (this.state >> 64n) ^ (this.state & M64);
    const turn = this.state >> 122n;
    return ((folded >> turn) | (folded << ((64n - turn) & 63n))) & M64;
  }

  uint32(): number {
    if (this.half !== undefined) {
      const kept = this.half;
      this.half = undefined;
      return kept;
    }
    const wide = this.uint64();
    this.half = Number(wide >> 32n);
    return Number(wide & 0xffffffffn);
  }

  /** `Generator.random()`: [0, 1) with 53 bits. */
  random(): number {
    return Number(this.uint64() >> 11n) / 2 ** 53;
  }

  /** Uniform in 0 … `max` inclusive, by Lemire's method on 32 bits; `max` below 2^32 - 1. */
  upTo(max: number): number {
    if (max === 0) return 0;
    const range = BigInt(max + 1);
    const threshold = Number(BigInt(0xffffffff - max) % range);
    for (;;) {
      const product = BigInt(this.uint32()) * range;
      if (Number(product & 0xffffffffn) >= threshold) return Number(product >> 32n);
    }
  }

  /** `Generator.choice(n, size, replace=False)`. */
  choice(n: number, size: number): number[] {
    if (size > n) throw new RangeError(`cannot draw ${size} of ${n} without replacement`);
    if (n > 10_000 && size > Math.floor(n / 50)) return this.tailShuffle(n, size);
    const drawn: number[] = [];
    const seen = new Set<number>();
    for (let j = n - size; j < n; j++) {
      const candidate = this.upTo(j);
      const value = seen.has(candidate) ? j : candidate;
      seen.add(value);
      drawn.push(value);
    }
    this.swapDown(drawn, 1);
    return drawn;
  }

  private tailShuffle(n: number, size: number): number[] {
    const all = Array.from({ length: n }, (_, i) => i);
    this.swapDown(all, Math.max(n - size, 1));
    return all.slice(n - size);
  }

  private swapDown(values: number[], first: number): void {
    for (let i = values.length - 1; i >= first; i--) {
      const j = this.upTo(i);
      const held = values[j]!;
      values[j] = values[i]!;
      values[i] = held;
    }
  }
}
