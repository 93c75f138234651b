/** Poses of an old and a new policy, of which only one says how it writes rotations: both get names, so that no rotation continues another form. */
import { ROTATION_REP, ROTATION_WIDTH, type Rotation } from '../../base/rotation.js';
import { POSITION_WIDTH, poseWidth } from '../../formats/poseLayout.js';
import { fieldWidths } from '../policy/dimensionNames.js';
import { type Dimensions, laidOut, ROTATION_FORMS, rotationOf } from '../policy/dimensions.js';
import type { PolicySpec } from '../policy/spec.js';

export interface Policies {
  readonly old: PolicySpec;
  /** With the names that its data set gives. */
  readonly spec: PolicySpec;
}

/** `told` is the new policy as its config alone describes it; `renames` are old observation keys and new ones. */
export function withSamePoses(
  policies: Policies,
  told: PolicySpec,
  renames: ReadonlyMap<string, string>,
): Policies {
  const { old, spec } = policies;
  const [before, now] = [{ ...old.dimensions }, { ...spec.dimensions }];
  const oldWidths = fieldWidths(old);
  const oldKeys = new Map([...renames].map(([from, to]) => [to, from]));
  const found = [...fieldWidths(spec)].flatMap(([field, width]) => {
    const oldField = oldKeys.get(field) ?? field;
    const oldWidth = oldWidths.get(oldField);
    if (oldWidth === undefined || told.dimensions?.[field] !== undefined) return [];
    const sides = sidesOf([before[oldField], oldWidth], [now[field], width]);
    return sides === undefined ? [] : [{ field, oldField, ...sides }];
  });
  if (found.length === 0) return policies;
  for (const sides of found) {
    before[sides.oldField] = sides.old;
    now[sides.field] = sides.now;
  }
  return { old: { ...old, dimensions: before }, spec: { ...spec, dimensions: now } };
}

type Side = readonly [known: Dimensions | undefined, width: number];

/** Undefined where nothing is known of rotations, or a side is not a pose. A data set that does not say has quaternions, as recordings do. */
function sidesOf([oldKnown, oldWidth]: Side, [nowKnown, width]: Side) {
  const before = rotationOf(oldKnown);
  const rotation =
    rotationOf(nowKnown) ?? (before === undefined || before === 'quaternion' ? undefined : 'quaternion');
  if (rotation === undefined) return undefined;
  const isOpen = oldKnown === undefined || hidesRotation(oldKnown);
  const old = isOpen ? oldPoses(oldWidth, rotation) : oldKnown;
  const now = old && poses(width, rotation, old);
  return old === undefined || now === undefined ? undefined : { old, now };
}

/** A name such as `pose` for all of one says nothing of the rotation within. */
function hidesRotation(dimensions: Dimensions): boolean {
  return dimensions.some((range) => range.rotation === undefined && range.width === poseWidth({}));
}

/**
 * Nothing says what the old ones are: as recordings have them, if they are as wide as those, else as the new ones. Seven may be a pose
 * with a quaternion, or one with an axis-angle and a gripper; taking it for the first loses what the second would keep, which is told.
 */
function oldPoses(width: number, rotation: Rotation): Dimensions | undefined {
  return poses(width, 'quaternion') ?? poses(width, rotation);
}

/** Undefined where the width is neither that of a pose nor of a pose and a gripper. What is the same as in `like` is called as there. */
function poses(width: number, rotation: Rotation, like: Dimensions = []): Dimensions | undefined {
  const form = ROTATION_FORMS[rotation];
  const turn = {
    name: like.find((range) => range.rotation === form)?.name ?? ROTATION_REP[rotation],
    width: ROTATION_WIDTH[rotation],
    rotation: form,
  };
  const gripper = width - POSITION_WIDTH - turn.width;
  if (gripper !== 0 && gripper !== 1) return undefined;
  const isPose = like.length <= 3; // two arms, or joints, have other names
  const named = (width: number) =>
    isPose ? like.find((range) => range.width === width && range.rotation === undefined)?.name : undefined;
  const position = { name: named(POSITION_WIDTH) ?? 'position', width: POSITION_WIDTH };
  const hand = { name: named(1) ?? 'gripper', width: 1 };
  return laidOut(gripper === 1 ? [position, turn, hand] : [position, turn]);
}
