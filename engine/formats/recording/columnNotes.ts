/** What is odd about a column, by its unit, but no reason to leave the episode out. */
import { counted } from '../../base/counted.js';
import type { Unit } from '../recording.js';

/** Recorded quaternions are off by some 1e-7; beyond this they were not normalised. */
const QUATERNION_TOLERANCE = 1e-3;

const NOTES: Readonly<Record<Unit, (name: string, values: Float64Array) => string[]>> = {
  pose: quaternionNotes,
  opening: scaleNotes,
  seconds: () => [],
  index: () => [],
};

export function notesOn(name: string, unit: Unit, values: Float64Array): string[] {
  return NOTES[unit](name, values);
}

/** One note for a pose column whose quaternions are not of length 1. */
function quaternionNotes(name: string, poses: Float64Array): string[] {
  let odd = 0;
  for (let at = 3; at < poses.length; at += 7) {
    const norm = Math.hypot(...poses.subarray(at, at + 4));
    if (Math.abs(norm - 1) > QUATERNION_TOLERANCE) odd += 1;
  }
  return odd === 0
    ? []
    : [`${name}: ${counted(odd, 'quaternion')} ${odd === 1 ? 'is' : 'are'} not of length 1`];
}

/** One note for a gripper column on another scale than 0 to 1: recordings of two scales spoil each other's normaliser. */
function scaleNotes(name: string, values: Float64Array): string[] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return low >= 0 && high <= 1 ? [] : [`${name}: values from ${low} to ${high}, expected 0 to 1`];
}
