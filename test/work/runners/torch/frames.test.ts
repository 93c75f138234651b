import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AnswerReader, send } from '../../../../engine/work/runners/torch/frames.js';

function frame(header: unknown, ...parts: readonly Buffer[]): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, ...parts]);
}

const floats = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const entry = (name: string, ...shape: readonly number[]) => ({ name, dtype: 'float32', shape });

describe('answers', () => {
  const two = Buffer.concat([
    frame(
      { ok: true, result: { loss: { $numberDouble: 'NaN' } }, arrays: [entry('a', 2, 1), entry('b', 0)] },
      floats(1, 2),
    ),
    frame({ ok: false, error: { type: 'E' }, arrays: [] }),
  ]);

  test.each([1, 3, 7, 1000])('are read off a pipe that gives %i bytes at a time', async (size) => {
    const chunks = Array.from({ length: Math.ceil(two.length / size) }, (_, i) =>
      two.subarray(i * size, (i + 1) * size),
    );
    const reader = new AnswerReader(Readable.from(chunks));
    const first = await reader.next();
    expect(first?.header.result).toEqual({ loss: Number.NaN });
    expect(first?.arrays).toEqual(
      new Map([
        ['a', Float32Array.of(1, 2)],
        ['b', new Float32Array()],
      ]),
    );
    expect((await reader.next())?.header).toMatchObject({ ok: false, error: { type: 'E' } });
    expect(await reader.next()).toBeUndefined();
  });

  test('a pipe that ends in the middle of one has none', async () => {
    expect(await new AnswerReader(Readable.from([two.subarray(0, 40)])).next()).toBeUndefined();
  });

  test('what is no frame is refused before its length is believed', async () => {
    const noise = new AnswerReader(Readable.from([Buffer.from('Traceback (most recent call last)')]));
    await expect(noise.next()).rejects.toThrow(/begins with/);
  });
});

test('a call lists its arrays, and their bytes follow in that order', async () => {
  const pipe = new PassThrough();
  await send(
    pipe,
    'loss',
    { seed: 1 },
    {
      steps: { values: Int32Array.of(7, 8), shape: [2] },
      frames: { values: Uint8Array.of(1, 2, 3), shape: [1, 1, 1, 3] },
    },
  );
  const bytes = pipe.read() as Buffer;
  const length = bytes.readUInt32LE();
  expect(JSON.parse(bytes.subarray(4, 4 + length).toString())).toEqual({
    call: 'loss',
    args: { seed: 1 },
    arrays: [
      { name: 'steps', dtype: 'int32', shape: [2] },
      { name: 'frames', dtype: 'uint8', shape: [1, 1, 1, 3] },
    ],
  });
  expect([...bytes.subarray(4 + length)]).toEqual([7, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3]);
});

test('a call to a process that has ended meanwhile does not wait for its pipe', async () => {
  const pipe = new PassThrough();
  pipe.on('error', () => undefined);
  pipe.destroy();
  await once(pipe, 'close');
  await expect(send(pipe, 'update', {}, {})).resolves.toBeUndefined();
});
