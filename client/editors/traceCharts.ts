/** Which charts are made from a data set's columns: gripper, position and rotation of the arm first, then whatever else is recorded. */
import type { ArrayRow } from '../../server/editorRequests.js';
import type { TraceChart } from './zarrMessages.js';

/** A line of a chart, and the column that it shows. */
interface TraceLine {
  readonly array: string;
  readonly column: number;
  readonly label: string;
  readonly style: TraceChart['lines'][number]['style'];
  readonly ink: number;
}

export interface TracePlan {
  readonly id: string;
  readonly title: string;
  readonly look: TraceChart['look'];
  readonly lines: readonly TraceLine[];
}

/** Far above real data sets; more charts than a person looks at. */
const MAX_CHARTS = 16;
/** Columns of an unknown array. */
const MAX_COLUMNS = 8;
/** Maximum width of an array that the reader accepts as columns. */
const MAX_WIDTH = 1024;
const AXES = ['x', 'y', 'z'] as const;
/** Titles and columns of rotations, by how they are written. */
const ROTATIONS = {
  quaternion: { title: 'Rotation, quaternion', columns: ['qx', 'qy', 'qz', 'qw'] },
  '6d': { title: 'Rotation, two rows of its matrix', columns: ['r11', 'r12', 'r13', 'r21', 'r22', 'r23'] },
  'axis-angle': { title: 'Rotation, axis times angle, rad', columns: ['rx', 'ry', 'rz'] },
} as const satisfies Readonly<
  Record<NonNullable<ArrayRow['rotation']>, { title: string; columns: readonly string[] }>
>;
/** Steps are the axis already. */
const NOT_SHOWN = ['timestamp'];

export function traceCharts(arrays: readonly ArrayRow[], steps: number): TracePlan[] {
  const widths = new Map(arrays.flatMap((row) => lowDimWidth(row, steps)));
  const has = (array: string, width: number) => (widths.get(array) ?? 0) >= width;
  const rotation = ROTATIONS[arrays.find(({ name }) => name === 'action')?.rotation ?? 'quaternion'];
  const pose = AXES.length + rotation.columns.length;
  const isPose = has('action', pose);
  const lines = (
    array: string,
    names: readonly string[],
    from: number,
    style: TraceLine['style'],
    said: string,
  ): TraceLine[] =>
    has(array, from + names.length)
      ? names.map((name, ink) => ({ array, column: from + ink, label: `${name}${said}`, style, ink }))
      : [];
  const observed = lines('robot_gripper_state', ['observed'], 0, 'baseline', '');
  const known: TracePlan[] = [
    {
      id: 'gripper',
      title: 'Gripper',
      look: 'gripper',
      lines: [
        ...lines('action', ['command'], pose, 'main', ''),
        ...observed.map((line) => ({ ...line, ink: 1 })),
      ],
    },
    {
      id: 'position',
      title: 'Position, m',
      look: 'position',
      lines: isPose
        ? [
            ...lines('action', AXES, 0, 'main', ''),
            ...lines('robot_eef_pose', AXES, 0, 'baseline', ' observed'),
          ]
        : [],
    },
    {
      id: 'rotation',
      title: rotation.title,
      look: 'free',
      lines: isPose ? lines('action', rotation.columns, AXES.length, 'main', '') : [],
    },
  ];
  const shown = known.filter((chart) => chart.lines.length > 0);
  const used = new Set([...shown.flatMap((chart) => chart.lines.map(({ array }) => array)), ...NOT_SHOWN]);
  const others = [...widths].filter(([name]) => !used.has(name)).map(([name, width]) => other(name, width));
  return [...shown, ...others].slice(0, MAX_CHARTS);
}

function other(array: string, width: number): TracePlan {
  const lines = Array.from({ length: Math.min(width, MAX_COLUMNS) }, (_, column) => ({
    array,
    column,
    label: width === 1 ? '' : `[${column}]`,
    style: 'main' as const,
    ink: column,
  }));
  return { id: `array ${array}`, title: array, look: 'free', lines };
}

/** (N,) and (N, D) of numbers, with a row for each step. */
function lowDimWidth({ name, shape, dtype }: ArrayRow, steps: number): [string, number][] {
  const [rows, width = 1, ...more] = shape;
  const isNumbers = /^[<>|][fiub]\d+$/.test(dtype);
  return isNumbers && rows === steps && more.length === 0 && width > 0 && width <= MAX_WIDTH
    ? [[name, width]]
    : [];
}
