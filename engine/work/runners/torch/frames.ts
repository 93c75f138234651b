/** Frames of the pipe to Python: a JSON header, and behind it the raw bytes of the arrays that it lists. `regrip_torch/wire.py` is the other end. */

import type { Readable, Writable } from 'node:stream';
import { byteView } from '../../../base/byteView.js';
import { jsonText, parseJson } from '../../../base/jsonText.js';

/** By name. */
export type Arrays = Readonly<Record<string, SentArray>>;

export interface SentArray {
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

interface Header {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly arrays: readonly Entry[];
}

export interface Answer {
  readonly header: Header;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

const FLOAT_BYTES = 4;
const HEAD = 4;
/** A header is some kilobytes; more is not an answer of ours. */
const MAX_HEADER = 64 * 2 ** 20;

/** Writes one call. The promise settles once the pipe takes more, or nothing any longer. */
export async function send(sink: Writable, call: string, args: unknown, arrays: Arrays): Promise<void> {
  const entries = Object.entries(arrays).map(([name, { values, shape }]) => ({
    name,
    dtype: dtypeOf(values),
    shape,
  }));
  const text = Buffer.from(jsonText({ call, args, arrays: entries }));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(text.length);
  const parts = Object.values(arrays).map(({ values }) => byteView(values));
  sink.cork();
  let isFlowing = true;
  for (const part of [head, text, ...parts]) isFlowing = sink.write(part);
  sink.uncork();
  if (!isFlowing && !sink.destroyed) await drained(sink); // a pipe that has closed drains no more
}

function drained(sink: Writable): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      sink.off('drain', over);
      sink.off('close', over);
      resolve();
    };
    sink.on('drain', over);
    sink.on('close', over);
  });
}

function dtypeOf(values: SentArray['values']): 'float32' | 'int32' | 'uint8' {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Int32Array ? 'int32' : 'uint8';
}

/** Reads answers off a pipe, one after the other. */
export class AnswerReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Undefined once the pipe has ended. Throws where what comes is not a frame. */
  async next(): Promise<Answer | undefined> {
    const head = await this.take(HEAD);
    if (head === undefined) return undefined;
    const length = head.readUInt32LE();
    if (length > MAX_HEADER) throw new Error(`an answer of PyTorch's process begins with ${length}`);
    const text = await this.take(length);
    if (text === undefined) return undefined;
    const header = parseJson(text.toString()) as Header;
    const arrays = new Map<string, Float32Array>();
    for (const { name, dtype, shape } of header.arrays) {
      if (dtype !== 'float32') throw new Error(`PyTorch's process answers ${name} as ${dtype}`);
      const bytes = await this.take(shape.reduce((count, side) => count * side, FLOAT_BYTES));
      if (bytes === undefined) return undefined;
      arrays.set(name, new Float32Array(new Uint8Array(bytes).buffer));
    }
    return { header, arrays };
  }

  private async take(size: number): Promise<Buffer | undefined> {
    if (size === 0) return Buffer.alloc(0);
    const parts: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.rest.length === 0) {
        const { done, value } = await this.chunks.next();
        if (done === true) return undefined;
        this.rest = value;
      }
      const part = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}
