/** The call of the command line that adapts a checkpoint, as a message tells it. */

export interface AdaptCall {
  readonly from: string;
  readonly to: string;
  /** The primary config of the new training. */
  readonly primary: string;
  readonly overrides: readonly string[];
  /** Old observation key and new one. */
  readonly renames?: readonly (readonly [string, string])[];
}

/** Each word quoted for a POSIX shell where it needs to be. */
export function adaptCall({ from, to, primary, overrides, renames = [] }: AdaptCall): string {
  const options = renames.flatMap(([old, now]) => ['--rename', `${old}=${now}`]);
  const words = ['--old-ckpt', from, '--new-ckpt', to, '--config', primary, ...options, ...overrides];
  return `regrip adapt ${words.map(quoted).join(' ')}`;
}

/** A name for the adapted file, beside the old one. */
export function adaptedName(checkpoint: string): string {
  return checkpoint.replace(/(\.[a-z]+)?$/, '-8d$1');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
