/** The call of the command line that adapts a checkpoint, as a message tells it. */
import { basename, dirname, join } from 'node:path';
import { commandLine } from '../../base/shell.js';
import { CONFIG, TRAIN_CONFIG, WEIGHTS } from '../../formats/lerobot/policyFolder.js';

interface AdaptCall {
  readonly from: string;
  readonly to: string;
  /** The primary config of the new training; undefined where a LeRobot data set stands for it. */
  readonly primary: string | undefined;
  readonly overrides: readonly string[];
  /** Old observation key and new one. */
  readonly renames?: readonly (readonly [string, string])[];
  /** As `--map` takes them. */
  readonly maps?: readonly string[];
  /** More of the command's options. */
  readonly more?: readonly string[];
}

/** Each word quoted for a POSIX shell where it needs to be. */
export function adaptCall(call: AdaptCall): string {
  return commandLine(adaptWords(call));
}

/** The program's name first. */
export function adaptWords({
  from,
  to,
  primary,
  overrides,
  renames = [],
  maps = [],
  more = [],
}: AdaptCall): string[] {
  const options = [
    ...renames.flatMap(([old, now]) => ['--rename', `${old}=${now}`]),
    ...maps.flatMap((text) => ['--map', text]),
  ];
  // The config stands behind options whose value may be left out, so that none takes an override for its own.
  const words = [
    '--old-ckpt',
    from,
    '--new-ckpt',
    to,
    ...more,
    ...(primary === undefined ? [] : ['--config', primary]),
    ...options,
    ...overrides,
  ];
  return ['regrip', 'adapt', ...words];
}

/** A name for the adapted checkpoint, beside the old one: of a file, or of the folder of a LeRobot policy. `actionDim` is the new policy's. */
export function adaptedName(old: string, actionDim: number, isFolder = false): string {
  if (isFolder) return adaptedFolder(old, actionDim);
  // What is written is a training checkpoint, whatever it came from.
  return old.replace(/\.safetensors$/, '.ckpt').replace(/(\.[a-z]+)?$/, `-${actionDim}d$1`);
}

/** Such a policy is named by its folder, or by a file in it; a folder that has no name here gets its place's neighbour. */
function adaptedFolder(old: string, actionDim: number): string {
  const folder = [CONFIG, WEIGHTS, TRAIN_CONFIG].includes(basename(old)) ? dirname(old) : join(old);
  const name = basename(folder);
  const isNamed = !['', '.', '..'].includes(name);
  // Adapt refuses the ending of a file for it.
  const stem = isNamed ? name.replace(/\.(?:ckpt|pt|pth|safetensors)$/, '') : 'adapted';
  return join(isNamed ? dirname(folder) : join(folder, '..'), `${stem}-${actionDim}d`);
}
