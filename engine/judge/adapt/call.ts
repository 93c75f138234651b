/** The call of the command line that adapts a checkpoint, as a message tells it. */
import { commandLine } from '../../base/shell.js';

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
export function adaptCall({
  from,
  to,
  primary,
  overrides,
  renames = [],
  maps = [],
  more = [],
}: AdaptCall): string {
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
  return commandLine(['regrip', 'adapt', ...words]);
}

/** A name for the adapted file, beside the old one. */
export function adaptedName(checkpoint: string): string {
  // What is written is a training checkpoint, whatever it came from.
  return checkpoint.replace(/\.safetensors$/, '.ckpt').replace(/(\.[a-z]+)?$/, '-8d$1');
}
