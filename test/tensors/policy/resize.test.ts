/** Images are resized as torchvision does it, whole or only where they are cropped afterwards. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { seenFrames } from '../../../engine/tensors/policy/crop.js';

interface Case {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly values: readonly number[];
}
const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../fixtures/policy/resize.json', import.meta.url), 'utf8'),
);
const pixels = ([height, width]: readonly [number, number]) =>
  Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * at) % 251);

beforeAll(() => openBackend({ request: 'auto' }));

describe.each(CASES)('$from → $to', ({ from, to, values }) => {
  const shape = [3, ...from];

  it('whole (1e-3 of 255)', () => {
    const found = seenFrames(pixels(from), shape, { size: to, resized: to }, { kind: 'center' });
    expect(found.shape).toEqual([1, ...to, 3]);
    const error = found.dataSync().map((value, at) => Math.abs(value - values[at]!));
    expect(Math.max(...error)).toBeLessThan(1e-3);
  });

  it('each image of a batch in its own window', () => {
    const two = Uint8Array.from([...pixels(from), ...pixels(from)]);
    const whole = seenFrames(two, shape, { size: to, resized: to }, { kind: 'center' });
    const size = [Math.ceil(to[0] / 2), Math.ceil(to[1] / 2)] as const;
    const [top, left] = [to[0] - size[0], to[1] - size[1]];
    const offsets = { top: Int32Array.of(0, top), left: Int32Array.of(left, 0) };
    const found = seenFrames(two, shape, { size, resized: to }, { kind: 'offsets', ...offsets });
    const part = (image: number, from: readonly [number, number]) =>
      tf.slice(whole, [image, ...from, 0], [1, ...size, 3]);
    const expected = tf.concat([part(0, [0, left]), part(1, [top, 0])]);
    expect(found.dataSync()).toEqual(expected.dataSync());
  });
});
