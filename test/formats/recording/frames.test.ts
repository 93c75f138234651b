/** How messages call a frame. */
import { expect, test } from 'vitest';
import { frameName } from '../../../engine/formats/recording/frames.js';

test.each([
  [{ kind: 'file', coding: 'jpeg', path: '/a/images/frame_0007.jpg' }, 'frame_0007.jpg'],
  [
    { kind: 'within', format: 'F', path: '/a/e0.hdf5', part: 'images/top', index: 7 },
    'frame 7 of images/top in e0.hdf5',
  ],
] as const)('%j', (source, name) => {
  expect(frameName(source)).toBe(name);
});
