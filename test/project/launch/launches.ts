/** What the text of a launch script starts, in short. */
import { expect } from 'vitest';
import type { Launch } from '../../../engine/project/launch/launch.js';
import { readLaunchScript } from '../../../engine/project/launch/script.js';

export function onlyLaunch(text: string): Launch {
  const { launches } = readLaunchScript(text, '/project/scripts');
  expect(launches).toHaveLength(1);
  return launches[0]!;
}

/** The overrides of the only launch; one that is not known ends with `?`. */
export function overrides(text: string): string[] {
  return onlyLaunch(text).overrides.map((each) => each.text + (each.isResolved ? '' : '?'));
}

export const RUN = 'python train.py --config-name=robot';
