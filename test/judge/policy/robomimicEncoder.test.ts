/** robomimic's image encoder: what it sees, its features along an axis, and the places of its keys. */
import { describe, expect, it } from 'vitest';
import {
  encoderPlace,
  featureSegments,
  featureWidths,
  readCrop,
} from '../../../engine/judge/policy/robomimicEncoder.js';
import type { ObservationSpec } from '../../../engine/judge/policy/spec.js';

const camera = (key: string, ...shape: number[]): ObservationSpec => ({ key, type: 'rgb', shape });
const pose: ObservationSpec = { key: 'pose', type: 'low_dim', shape: [7] };

describe('readCrop', () => {
  const crop = (value: null | number[] | undefined, ...cameras: ObservationSpec[]) =>
    readCrop({ policy: value === undefined ? {} : { crop_shape: value } }, value, [...cameras, pose]);

  it('takes what the config gives, upstream’s 76 × 76, or the whole image', () => {
    expect(crop([81, 144], camera('front', 3, 90, 160))).toEqual({ cropShape: [81, 144] });
    expect(crop(undefined, camera('front', 3, 90, 160))).toEqual({ cropShape: [76, 76] });
    expect(crop(null, camera('front', 3, 90, 160))).toEqual({ cropShape: [90, 160] });
    expect(crop(null)).toEqual({ cropShape: [0, 0] });
  });

  it('must fit the smallest camera', () => {
    const cameras = [camera('front', 3, 90, 160), camera('wrist', 3, 80, 80)];
    expect(() => crop([81, 80], ...cameras)).toThrow(
      /is \[81, 80\], larger than the image wrist of \[3, 80, 80\]/,
    );
    expect(() => crop(undefined, camera('tiny', 3, 64, 64))).toThrow(/is \[76, 76\], larger than/);
    expect(crop(null, ...cameras).views).toEqual([
      { key: 'front', size: [90, 160] },
      { key: 'wrist', size: [80, 80] },
    ]);
  });
});

it('joins the observations in their order, an image as 64 features', () => {
  const observations = [pose, camera('front', 3, 90, 160)];
  expect(featureWidths(observations)).toBe(71);
  expect(featureSegments(observations, 1)).toEqual([
    { of: 'observation', key: 'pose', width: 7, step: 1 },
    { of: 'observation', key: 'front', width: 64, step: 1 },
  ]);
  expect(featureSegments(observations)[0]).not.toHaveProperty('step');
});

it.each([
  ['obs_encoder.obs_nets.front.nets.0.weight', 'front'],
  ['obs_encoder._dummy_variable', undefined],
])('%s is its key', (key, name) => {
  expect(encoderPlace(key)?.part).toBe('encoder');
  expect(encoderPlace(key)?.of?.name).toBe(name);
});

it('other keys are not', () => expect(encoderPlace('model.obs_encoder.weight')).toBeUndefined());
