/** A refused system call at every write, fsync, rename, mkdir and open of each command: a message, nothing lost, nothing left, and a rerun that works. */
// @module-tag long
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { saveSmall, smallAct, smallDataSet } from '../adapt/lerobot/policies.js';
import { type Answer, regrip } from '../commands/call.js';
import { fileHashes, MINI } from '../work/convert/folders.js';
import { runFolder, upstreamLog } from '../work/report/runs.js';
import { OPERATIONS, type Operation, withFault } from './inject.js';

vi.setConfig({ testTimeout: 300_000 }); // many whole commands, on a machine that does other things as well

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-fault-'));
  await mkdir(join(folder, 'out'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Command {
  readonly prepare: () => Promise<void>;
  readonly words: () => readonly string[];
  /** Its file operations that must have met a fault, so that nothing passes for want of calls. */
  readonly meets: readonly Operation[];
}

const COMMANDS: Readonly<Record<string, Command>> = {
  convert: {
    prepare: async () => undefined,
    words: () => [
      ...['convert', '--input', MINI, '--output', join(folder, 'out/out.zarr'), '--resolution', '16', '9'],
      ...['--max-episodes', '2', '--processes', '0', '--overwrite'],
    ],
    meets: ['open', 'mkdir', 'rename', 'link', 'writeFile', 'handle.writeFile', 'handle.sync'],
  },
  adapt: {
    prepare: async () => void (await unpackCheckpoint('policy-7d', folder)),
    words: () => [
      ...['adapt', '--old-ckpt', join(folder, 'policy-7d.ckpt'), '--new-ckpt', join(folder, 'out/new.ckpt')],
      ...['--config', NEW_CONFIG, `task.dataset.zarr_path=${DATA_SET}`, '--overwrite'],
    ],
    meets: ['open', 'rename', 'link', 'writeFile', 'handle.write', 'handle.sync'],
  },
  'adapt of LeRobot': {
    prepare: async () => {
      await saveSmall(join(folder, 'old'), smallAct());
      await smallDataSet(join(folder, 'data'));
    },
    words: () => [
      ...['adapt', '--old-ckpt', join(folder, 'old'), '--new-ckpt', join(folder, 'out/new'), '--overwrite'],
      ...['--dataset', join(folder, 'data')],
    ],
    meets: ['open', 'mkdir', 'rename', 'link', 'writeFile', 'handle.writeFile', 'handle.sync'],
  },
  report: {
    prepare: async () => void (await runFolder(join(folder, 'run'), { 'logs.json.txt': upstreamLog(2) })),
    words: () => ['report', join(folder, 'run'), '--output', join(folder, 'out/page.html'), '--overwrite'],
    meets: ['open', 'rename', 'link', 'writeFile', 'handle.writeFile', 'handle.sync'],
  },
};

const ERRNOS = [
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EACCES',
  'EMFILE',
  'EXDEV',
  'ETXTBSY',
  'ESTALE',
] as const;
/** Beyond the first ones of a kind ever fewer: chunks and tensors are written alike. */
const next = (nth: number): number => (nth < 6 ? nth + 1 : nth * 2);

describe.each(Object.keys(COMMANDS))('%s', (name) => {
  const { prepare, words, meets } = COMMANDS[name]!;
  const call = (): Promise<Answer> => regrip(words(), { cwd: folder });
  const listing = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

  test.each(OPERATIONS)('when %s is refused', async (operation) => {
    await prepare();
    expect((await call()).code).toBe(0);
    const before = { names: await listing(), hashes: await fileHashes(folder) };
    let met = 0;
    for (let nth = 1; ; nth = next(nth)) {
      const errno = ERRNOS[nth % ERRNOS.length]!;
      const { result, fired } = await withFault({ operation, nth, errno, under: join(folder, 'out') }, call);
      if (!fired) break;
      met++;
      const where = `${operation} ${nth} ${errno}: ${result.err}`;
      // A folder that cannot be flushed once the output is whole is a note.
      if (result.code !== 0) expectTold(result, errno, where);
      const partial = (await listing()).filter((one) => one.includes('.partial'));
      if (partial.length > 0) await finish(partial, where);
      expect(await listing(), where).toEqual(before.names);
      expect(withoutPage(await fileHashes(folder)), where).toEqual(withoutPage(before.hashes));
      expect((await call()).code, where).toBe(0);
    }
    if (meets.includes(operation)) expect(met, `${operation} was never called`).toBeGreaterThan(0);
  });

  /** A conversion keeps what is done: the old output is there all the same, and no half-written file. */
  async function finish(partial: readonly string[], where: string): Promise<void> {
    expect(
      partial.filter((one) => one.endsWith('.tmp')),
      where,
    ).toEqual([]);
    const { code, err } = await regrip([...words(), '--resume'], { cwd: folder });
    expect(code, `${where}\n${err}`).toBe(0);
  }

  function expectTold({ code, err, out }: Answer, errno: string, where: string): void {
    expect({ code, out }, where).toEqual({ code: 1, out: '' });
    expect(err, where).toMatch(/^error: .+\n {2}→ .+\n$/m);
    expect(err, where).toContain(errno);
    expect(err, where).toContain(join(folder, 'out'));
    expect(err, where).not.toMatch(/^ +at /m);
  }
});

/** It says when it was made. */
function withoutPage(hashes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(hashes).filter(([name]) => !name.endsWith('.html')));
}
