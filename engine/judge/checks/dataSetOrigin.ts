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
    'It is an HDF5 file as robomimic and mimicgen write them, which regrip convert does not make: fetch it from the project that published it, or make it with its own conversion script',
  ],
  [
    /\.zip$/i,
    'It is a zipped store as UMI writes them, which regrip convert does not make: fetch it, or make it with the scripts of the project',
  ],
  [
    /\.(?:npz|pkl)$/i,
    'regrip convert does not make files of this kind: fetch it from where the project says',
  ],
];

/** What to do where the data set at `path` is not there; a sentence without its point. */
export function howToGet(context: CheckContext, path: string): string {
  const format = FORMATS.find(([ending]) => ending.test(path));
  if (format !== undefined) return format[1];
  const foreign = foreignKeys(context);
  if (foreign === undefined)
    return `Make one from recordings: ${commandLine(['regrip', 'convert', '--input', 'DIR', '--output', path])}`;
  return `${foreign}, which regrip convert does not write: fetch it from where the project says, or correct the path`;
}

/** Whether `convert` writes a data set of this kind. */
export function convertMakes(context: CheckContext, path: string): boolean {
  return !FORMATS.some(([ending]) => ending.test(path)) && foreignKeys(context) === undefined;
}

/** What of the config another layout than `convert`'s is told by; undefined where it may be one of `convert`'s. */
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
