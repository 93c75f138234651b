/** Puts the Python package of the torch runner where the built engine looks for it. */
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `engine` is a folder of built code: `out/engine`, `dist/engine`. Several builds may do this at once, each file by a rename. */
export async function copyTorchFiles(engine) {
  const [from, to] = [join(ROOT, 'engine', 'torch'), join(engine, 'torch')];
  const wanted = await modulesIn(from);
  for (const name of wanted) {
    const beside = join(to, `${name}.${process.pid}`);
    await mkdir(dirname(beside), { recursive: true });
    await copyFile(join(from, name), beside);
    await rename(beside, join(to, name));
  }
  for (const name of await modulesIn(to))
    if (!wanted.includes(name)) await rm(join(to, name), { force: true });
}

async function modulesIn(folder) {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.py'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await copyTorchFiles(join(ROOT, 'out', 'engine'));
