/** Random numbers by address: each (purpose, epoch, step …) has its own stream, so a run repeats and resumes exactly. */

/** What the numbers are for; each value is part of a stream's address and must never change for an existing purpose. */
export const PURPOSES = {
  shuffle: 1,
  /** A loss's noise and time steps. */
  noise: 2,
  crops: 4,
  dropout: 5,
  cachedCrop: 6,
  cachedChoice: 7,
  validation: 8,
  sampling: 9,
  initialisation: 10,
} as const;
export type Purpose = keyof typeof PURPOSES;

/** A stream of random numbers (xoshiro128**, Blackman and Vigna 2018) whose state is spread from its address. */
export class Stream {
  private readonly s: Uint32Array;
  private spare: number | undefined;

  constructor(seed: number, purpose: Purpose, ...address: readonly number[]) {
    this.s = spread([seed, PURPOSES[purpose], ...address]);
  }

  uint32(): number {
    const s = this.s;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** Uniform in 0 … `count` - 1; the bias of the product is below count / 2^32. */
  below(count: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * count);
  }

  /** Standard normal (Box and Muller), two at a time. */
  normal(): number {
    if (this.spare !== undefined) {
      const kept = this.spare;
      this.spare = undefined;
      return kept;
    }
    // 1 - u keeps the logarithm's argument above zero.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uint32() / 2 ** 32));
    const angle = 2 * Math.PI * (this.uint32() / 2 ** 32);
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  normals(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.normal());
  }

  integers(count: number, below: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.below(below));
  }

  /** 0 … count - 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** SplitMix-like mixing of all address words into four state words; never all zero. */
function spread(address: readonly number[]): Uint32Array {
  let hash = 0x9e3779b9;
  for (const part of address) {
    // Both halves of a number beyond 32 bits take part.
    hash = mixed(hash ^ mixed(part >>> 0));
    hash = mixed(hash ^ mixed((part / 2 ** 32) >>> 0));
  }
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    hash = (hash + 0x9e3779b9) | 0;
    state[i] = mixed(hash);
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
