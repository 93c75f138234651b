/** A folder that each test of a file has for itself, and that goes with it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export interface OwnFolder {
  /** The folder, or what lies in it. */
  path(...parts: readonly string[]): string;
  /** Files by their path in the folder, with the folders above them. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
}

/** Called once at the top of a test file. */
export function ownFolder(): OwnFolder {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regrip-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const path = (...parts: readonly string[]) => join(folder, ...parts);
  return {
    path,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(path(name)), { recursive: true });
        await writeFile(path(name), content);
      }
    },
  };
}
