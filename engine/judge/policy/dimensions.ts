/** What the entries of an action or a low-dimensional observation are called: runs of entries, each with a name or without one. */

import { ROTATIONS, type Rotation } from '../../base/rotation.js';

/** How three angles of freedom are written as numbers; numbers of one form mean nothing in another. */
export type RotationForm = 'quaternion' | '6-D' | 'axis-angle' | 'Euler angles' | 'matrix';

/** By the words of `convert --rotation`. */
export const ROTATION_FORMS: Readonly<Record<Rotation, RotationForm>> = {
  quaternion: 'quaternion',
  '6d': '6-D',
  'axis-angle': 'axis-angle',
};

export interface DimensionRange {
  /** Absent where nobody says what the entries are. */
  readonly name?: string;
  readonly start: number;
  readonly width: number;
  /** Absent where the entries are not a rotation, or nobody says which. */
  readonly rotation?: RotationForm;
}

/** All entries from the first to the last, in their order. */
export type Dimensions = readonly DimensionRange[];

/** By `action` or the name of an observation; absent where no entry of it has a name. */
export type NamedDimensions = Readonly<Record<string, Dimensions>>;

/** A run before it has its place. */
export type Run = Pick<DimensionRange, 'name' | 'width' | 'rotation'>;

/** One behind the other; a rotation that its name tells is noted. */
export function laidOut(runs: readonly Run[]): Dimensions {
  let start = 0;
  return runs.map((run) => {
    const rotation = run.rotation ?? rotationIn(run.name);
    const range = { ...run, start, ...(rotation !== undefined && { rotation }) };
    start += run.width;
    return range;
  });
}

/** The one that a data set may have too; undefined where no name tells it. */
export function rotationOf(dimensions: Dimensions | undefined): Rotation | undefined {
  const form = dimensions?.find((range) => range.rotation !== undefined)?.rotation;
  return ROTATIONS.find((rotation) => ROTATION_FORMS[rotation] === form);
}

export function unnamed(width: number): Dimensions {
  return [{ start: 0, width }];
}

export function widthOf(dimensions: Dimensions): number {
  return dimensions.reduce((sum, { width }) => sum + width, 0);
}

export function hasNames(dimensions: Dimensions): boolean {
  return dimensions.some(({ name }) => name !== undefined);
}

export function rangeAt(dimensions: Dimensions, index: number): DimensionRange | undefined {
  return dimensions.find(({ start, width }) => index >= start && index < start + width);
}

/** `gripper`, `pose[3]`; the number alone where it has no name. */
export function dimensionName(dimensions: Dimensions, index: number): string {
  const { name, start = 0, width = 1 } = rangeAt(dimensions, index) ?? {};
  if (name === undefined) return String(index);
  return width === 1 ? name : `${name}[${index - start}]`;
}

/** `pose`, or `pose[2:5]` for a part of it; undefined where the run has no name of its own. */
export function runName(dimensions: Dimensions, start: number, width: number): string | undefined {
  const range = rangeAt(dimensions, start);
  if (range?.name === undefined || start + width > range.start + range.width) return undefined;
  if (width === range.width) return range.name;
  const first = start - range.start;
  return width === 1 ? `${range.name}[${first}]` : `${range.name}[${first}:${first + width}]`;
}

/** Of those that have one; a run whose entries are all there is named once. */
export function namesIn(dimensions: Dimensions, indices: readonly number[]): string[] {
  const names = indices.flatMap((index) => {
    const range = rangeAt(dimensions, index);
    if (range?.name === undefined) return [];
    const isWhole = Array.from({ length: range.width }, (_, step) => range.start + step).every((at) =>
      indices.includes(at),
    );
    return [isWhole ? range.name : dimensionName(dimensions, index)];
  });
  return [...new Set(names)];
}

const FORMS: readonly (readonly [RegExp, RotationForm])[] = [
  [/quat|^q[wxyz]$|[._]q[wxyz]$/i, 'quaternion'],
  [/(?:rot\w*|ori\w*)_?6d|6d_?(?:rot|ori)|^6d$/i, '6-D'],
  [/axis_?angle|rot_?vec/i, 'axis-angle'],
  [/euler|^rpy$|_rpy$|(?:^|[._])(?:roll|pitch|yaw)$/i, 'Euler angles'],
];

function rotationIn(name: string | undefined): RotationForm | undefined {
  return name === undefined ? undefined : FORMS.find(([pattern]) => pattern.test(name))?.[1];
}
