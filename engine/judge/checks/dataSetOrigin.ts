/** Where a data set of the kind that a config names comes from: `convert`, or what else makes one. */
import { commandLine } from '../../base/shell.js';
import type { CheckContext } from './context.js';
import { observations, shapeMetaPath } from './shapeMeta.js';

/** Observations that `convert` writes, besides the action. */
const CONVERTED: ReadonlySet<string> = new Set([
  'image',
  'robot_eef_pose',
  'robot_gripper_state',
  'timestamp',
]);

/** Formats that are made by other tools, by how their names end. */
const FORMATS: readonly (readonly [ending: RegExp, advice: string])[] = [
  [
    /\.(?:hdf5|h5)$/i,
    'It is an HDF5 file of the kind that robomimic and mimicgen write, and regrip convert does not make these: download it from the project that published it, or make it with that project’s conversion script',
  ],
  [
    /\.zip$/i,
    'It is a zipped store of the kind that UMI writes, and regrip convert does not make these: download it, or make it with that project’s scripts',
  ],
  [
    /\.(?:npz|pkl)$/i,
    'regrip convert does not make files of this kind: download it from where the project publishes it',
  ],
];

/** What to do where the data set at `path` is not there; a sentence without its full stop. */
export function howToGet(context: CheckContext, path: string): string {
  const format = FORMATS.find(([ending]) => ending.test(path));
  if (format !== undefined) return format[1];
  const foreign = foreignKeys(context);
  if (foreign === undefined)
    return `Make one from recordings: ${commandLine(['regrip', 'convert', '--input', 'DIR', '--output', path])}`;
  return `${foreign}, which regrip convert does not write: download the data set from where the project publishes it, or correct the path`;
}

/** Whether `convert` writes a data set of this kind. */
export function convertMakes(context: CheckContext, path: string): boolean {
  return !FORMATS.some(([ending]) => ending.test(path)) && foreignKeys(context) === undefined;
}

/** What in the config shows that it reads a layout other than `convert`'s; undefined where it may be one of `convert`'s. */
function foreignKeys(context: CheckContext): string | undefined {
  const target = context.text('task.dataset._target_');
  const name = target?.split('.').at(-1);
  if (shapeMetaPath(context) === undefined)
    return target === undefined ? undefined : `${name} reads a layout of its own`;
  const keys = observations(context)
    .map(({ key }) => key)
    .filter((key) => !CONVERTED.has(key));
  return keys.length === 0 ? undefined : `${name ?? 'The task'} reads ${keys.join(', ')}`;
}
