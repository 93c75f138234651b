/** Which archives PyTorch would read as the checkpoint that is listed here: one folder, one index, a version that it knows. */
import { shownName } from '../../base/shown.js';
import { CheckpointError, SAVE_AGAIN } from './checkpointError.js';
import type { ZipArchive, ZipEntry } from './zip/read.js';

/** Format versions that PyTorch 1.6 to 2.11 read. */
const OLDEST = 1;
const NEWEST = 10;

/**
 * PyTorch takes the folder of the first entry for that of all, and hands an archive with `constants.pkl` to TorchScript. Throws
 * `CheckpointError` where it would find other records under `root`, or none.
 */
export async function requireTorchRecords(path: string, archive: ZipArchive, root: string): Promise<void> {
  const bad = (found: string) => new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
  const foreign = [...archive.entries.keys()].find((name) => !name.startsWith(`${root}/`));
  if (foreign !== undefined)
    throw bad(
      `${shownName(foreign)} lies outside the archive’s folder ${shownName(root)}: PyTorch uses the first entry’s folder`,
    );
  if (archive.entries.has(`${root}/constants.pkl`))
    throw bad(
      `the archive has a ${shownName(root)}/constants.pkl beside its data.pkl: PyTorch reads it as TorchScript`,
    );
  const versions = [`${root}/.data/version`, `${root}/version`].flatMap(
    (name) => archive.entries.get(name) ?? [],
  );
  const [version] = versions;
  if (version === undefined || versions.length > 1)
    throw bad(
      `the archive has ${versions.length === 0 ? 'no' : 'two'} ${shownName(root)}/version, PyTorch expects one`,
    );
  const number = await versionOf(archive, version);
  if (number === undefined || number < OLDEST || number > NEWEST)
    throw bad(
      `${shownName(version.name)} is not a format version that PyTorch reads (${OLDEST} to ${NEWEST})`,
    );
}

async function versionOf(archive: ZipArchive, version: ZipEntry): Promise<number | undefined> {
  if (version.size > 16) return undefined;
  const text = Buffer.from(await archive.readWhole(version)).toString('latin1');
  return /^\d{1,3}\n?$/.test(text) ? Number(text) : undefined;
}
