/** Puts the Python package of the torch runner where the built engine looks for it. */
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `engine` is a folder of built code: `out/engine`, `dist/engine`. */
export async function copyTorchFiles(engine) {
  const to = join(engine, 'torch');
  await rm(to, { recursive: true, force: true });
  const isSource = (path) => !/__pycache__|\.pyc$/.test(path);
  await cp(join(ROOT, 'engine', 'torch'), to, { recursive: true, filter: isSource });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await copyTorchFiles(join(ROOT, 'out', 'engine'));
