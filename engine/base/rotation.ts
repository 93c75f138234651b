/**
 * How a pose writes its rotation: a quaternion, the 6-D form or an axis times an angle; and the way from one to another, in float64.
 * Quaternions are (x, y, z, w), as recordings have them; those of pytorch3d begin with w.
 */

/** A quaternion has two signs, an axis-angle jumps at half a turn; the 6-D form has neither fault. */
export const ROTATIONS = ['quaternion', '6d', 'axis-angle'] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** Numbers that a rotation takes. */
export const ROTATION_WIDTH: Readonly<Record<Rotation, number>> = { quaternion: 4, '6d': 6, 'axis-angle': 3 };

/** As upstream's `RotationTransformer` and UMI's `rotation_rep` call them. */
export const ROTATION_REP: Readonly<Record<Rotation, string>> = {
  quaternion: 'quaternion',
  '6d': 'rotation_6d',
  'axis-angle': 'axis_angle',
};

/** In a message: `6-D rotation`. */
export const ROTATION_TEXT: Readonly<Record<Rotation, string>> = {
  quaternion: 'quaternion',
  '6d': '6-D rotation',
  'axis-angle': 'axis-angle rotation',
};

export function isRotation(text: string): text is Rotation {
  return (ROTATIONS as readonly string[]).includes(text);
}

/** Undefined for a representation that is not one of ours (`matrix`, `euler_angles`). */
export function rotationOfRep(rep: unknown): Rotation | undefined {
  return ROTATIONS.find((rotation) => ROTATION_REP[rotation] === rep);
}

type Quaternion = readonly [x: number, y: number, z: number, w: number];
type Vector = readonly [x: number, y: number, z: number];

/** `q` needs not be of length 1, but must not be zero. */
export function fromQuaternion(rotation: Rotation, q: Quaternion): readonly number[] {
  switch (rotation) {
    case 'quaternion':
      return q;
    case '6d':
      return firstRows(q);
    case 'axis-angle':
      return axisAngle(q);
    default:
      return rotation satisfies never;
  }
}

/** Of length 1, but for zeros where `values` are not a rotation at all (a 6-D form of parallel or zero rows), and quaternions as they are. */
export function toQuaternion(rotation: Rotation, values: ArrayLike<number>): Quaternion {
  const at = (index: number): number => values[index]!;
  switch (rotation) {
    case 'quaternion':
      return [at(0), at(1), at(2), at(3)];
    case '6d':
      return ofRows([at(0), at(1), at(2)], [at(3), at(4), at(5)]);
    case 'axis-angle':
      return ofAxisAngle([at(0), at(1), at(2)]);
    default:
      return rotation satisfies never;
  }
}

/**
 * The first two rows of the rotation's matrix, one after the other: pytorch3d's `matrix_to_rotation_6d`, which drops the last row of a
 * matrix for column vectors (Zhou et al., On the Continuity of Rotation Representations, 2019).
 */
function firstRows([x, y, z, w]: Quaternion): number[] {
  const s = 2 / (x * x + y * y + z * z + w * w);
  return [
    1 - s * (y * y + z * z),
    s * (x * y - z * w),
    s * (x * z + y * w),
    s * (x * y + z * w),
    1 - s * (x * x + z * z),
    s * (y * z - x * w),
  ];
}

/**
 * The axis, of length 1, times the angle in radians, 0 to π. A quaternion and its negative are one rotation and give the same; of the
 * two axes of exactly half a turn, the one whose largest component is positive, as pytorch3d's `matrix_to_axis_angle` does.
 */
function axisAngle(q: Quaternion): number[] {
  const [x, y, z, w] = withPositiveSign(q);
  const sine = Math.hypot(x, y, z);
  if (sine === 0) return [0, 0, 0];
  const scale = (2 * Math.atan2(sine, w)) / sine;
  return [x * scale, y * scale, z * scale];
}

function withPositiveSign(q: Quaternion): Quaternion {
  const [x, y, z, w] = q;
  const leading = w === 0 ? largest([x, y, z]) : w;
  return leading < 0 ? [-x, -y, -z, -w] : q;
}

function largest(vector: Vector): number {
  return vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most));
}

function ofAxisAngle([x, y, z]: Vector): Quaternion {
  const angle = Math.hypot(x, y, z);
  // sin(a / 2) / a, which has the limit 1 / 2.
  const scale = angle === 0 ? 0.5 : Math.sin(angle / 2) / angle;
  return [x * scale, y * scale, z * scale, Math.cos(angle / 2)];
}

/** Gram-Schmidt makes any two rows a rotation, as pytorch3d's `rotation_6d_to_matrix`; a policy's prediction is not orthonormal. */
function ofRows(first: Vector, second: Vector): Quaternion {
  const a = unit(first);
  const b = a && unit(minus(second, a, dot(a, second)));
  return a === undefined || b === undefined ? [0, 0, 0, 0] : ofMatrix(a, b, cross(a, b));
}

/** Shepperd's way: the largest component is taken from the diagonal, the others are divided by it. */
function ofMatrix(a: Vector, b: Vector, c: Vector): Quaternion {
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = [a, b, c];
  const squares: Quaternion = [1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz, 1 + xx + yy + zz];
  const products: readonly Quaternion[] = [
    [squares[0], xy + yx, xz + zx, zy - yz],
    [xy + yx, squares[1], yz + zy, xz - zx],
    [xz + zx, yz + zy, squares[2], yx - xy],
    [zy - yz, xz - zx, yx - xy, squares[3]],
  ];
  const most = squares.indexOf(Math.max(...squares));
  const scale = 1 / (2 * Math.sqrt(squares[most]!));
  const [x, y, z, w] = products[most]!;
  return [x * scale, y * scale, z * scale, w * scale];
}

function unit(v: Vector): Vector | undefined {
  const length = Math.hypot(...v);
  return length > 0 ? [v[0] / length, v[1] / length, v[2] / length] : undefined;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function minus(a: Vector, b: Vector, times: number): Vector {
  return [a[0] - times * b[0], a[1] - times * b[1], a[2] - times * b[2]];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
