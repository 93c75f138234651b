/** Where an action has its pose and its gripper: as its dimensions are named, else the pose first and the gripper behind it. */
import { ROTATION_WIDTH, type Rotation } from '../../base/rotation.js';
import { POSITION_WIDTH, poseWidth } from '../../formats/poseLayout.js';
import { type Dimensions, type RotationForm, rangeAt, widthOf } from '../../judge/policy/dimensions.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { Column } from '../dataset.js';

export interface ActionLayout {
  /** The first value of the position. */
  readonly poseAt: number;
  /** Of position and rotation together. */
  readonly poseWidth: number;
  readonly rotation: Rotation;
  /** Of several the first; undefined for an action without one. */
  readonly gripperAt: number | undefined;
}

type Turned = Pick<Column, 'width' | 'rotation'>;

/** `action` is the data set's column, whose rotations it may tell itself. */
export function actionLayout(
  action: Turned,
  { dimensions }: Pick<PolicySpec, 'dimensions'> = {},
): ActionLayout {
  const named = dimensions?.['action'];
  const usual = usualLayout(action);
  if (named === undefined || widthOf(named) !== action.width) return usual;
  const pose = namedPose(named) ?? wholePose(named, usual) ?? usual;
  const behind = pose.poseAt + pose.poseWidth;
  const isOpen = behind < action.width && rangeAt(named, behind)?.name === undefined;
  return { ...pose, gripperAt: namedGripper(named) ?? (isOpen ? behind : undefined) };
}

function usualLayout({ width, rotation = 'quaternion' }: Turned): ActionLayout {
  const pose = poseWidth({ rotation });
  return { poseAt: 0, poseWidth: pose, rotation, gripperAt: width > pose ? pose : undefined };
}

type Pose = Omit<ActionLayout, 'gripperAt'>;

const FORMS: Readonly<Partial<Record<RotationForm, Rotation>>> = {
  quaternion: 'quaternion',
  '6-D': '6d',
  'axis-angle': 'axis-angle',
};

/** A rotation of a known form with a position right before it; its values may have a name each. */
function namedPose(dimensions: Dimensions): Pose | undefined {
  const forms = Array.from({ length: widthOf(dimensions) }, (_, at) => rangeAt(dimensions, at)?.rotation);
  const start = forms.findIndex((form, at) => {
    const rotation = form && FORMS[form];
    const isWhole = rotation && forms.slice(at, at + ROTATION_WIDTH[rotation]).every((each) => each === form);
    return isWhole && at >= POSITION_WIDTH && at + ROTATION_WIDTH[rotation] <= forms.length;
  });
  if (start < 0) return undefined;
  const rotation = FORMS[forms[start]!]!;
  return { poseAt: start - POSITION_WIDTH, poseWidth: poseWidth({ rotation }), rotation };
}

/** One name for position and rotation. */
function wholePose(dimensions: Dimensions, { poseWidth: width, rotation }: Pose): Pose | undefined {
  const range = dimensions.find(
    (each) => each.width === width && /pose|arm|^left|^right/i.test(each.name ?? ''),
  );
  return range && { poseAt: range.start, poseWidth: width, rotation };
}

function namedGripper(dimensions: Dimensions): number | undefined {
  return dimensions.find(({ name, width }) => width === 1 && /grip|jaw|claw/i.test(name ?? ''))?.start;
}
