/** Files of a property's cases: each is written over a sound one, read, and put right again. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { damaged, settlesLater, tryAllLater } from './mutations.js';

export const LONG = 120_000; // ms; thousands of files are written and read

/** Values that JSON of these formats does not expect. */
export const JSON_WORDS = [
  ...['1e999', '-1', 'null', '[]', '{}', '"|O"', '9007199254740993', '0', '1.5', '"<c16"', '[2,2,2]', 'true'],
];

/** A folder that is removed when `use` is done; in memory where the system offers that. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await mkdtemp(join(parent, 'regrip-property-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tries `read` with damage in any one of the `originals` (by path under `root`), in `share` of all cases. */
export async function tryDamage(
  root: string,
  originals: Readonly<Record<string, Uint8Array>>,
  share: number,
  read: () => Promise<unknown>,
  words = JSON_WORDS,
): Promise<void> {
  for (const [name, bytes] of Object.entries(originals)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), bytes);
  }
  const variants = fc.oneof(
    ...Object.entries(originals).map(([name, bytes]) =>
      damaged(bytes, words).map((changed) => ({ name, changed, bytes })),
    ),
  );
  await tryAllLater(variants, share, async ({ name, changed, bytes }) => {
    await writeFile(join(root, name), changed);
    await settlesLater(read);
    await writeFile(join(root, name), bytes);
  });
}
