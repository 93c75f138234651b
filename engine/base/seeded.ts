/** Random numbers that repeat: independent streams named by a seed and a text, the same on every machine. */

/** Uniform numbers in [0, 1) and normal ones from one stream. */
export class SeededStream {
  private readonly state: Uint32Array;
  private spare: number | undefined;

  /** The stream depends on `seed` and `name` alone, so the order in which tensors are made does not matter. */
  constructor(seed: number, name: string) {
    this.state = Uint32Array.of(
      hash(name, seed >>> 0),
      hash(name, 0x9e3779b9),
      Math.floor(seed / 2 ** 32),
      1,
    );
    for (let round = 0; round < 16; round += 1) this.next32();
  }

  /** In [0, 1), 32 random bits. */
  uniform(): number {
    return this.next32() / 2 ** 32;
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** sfc32 of Chris Doty-Humphrey's PractRand: three words of state and a counter. */
  private next32(): number {
    const s = this.state;
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum;
  }
}

/** FNV-1a over UTF-16 code units, with the start mixed in and the bits spread at the end (MurmurHash3's finaliser). */
function hash(text: string, start: number): number {
  let value = 0x811c9dc5 ^ start;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
