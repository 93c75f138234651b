/** Outputs that cannot be, for every command that has one: refused by name with a way out, and whatever lies there stays. */
// @module-tag long
import { execFileSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { fileHashes, MINI } from '../work/convert/folders.js';
import { runFolder, upstreamLog } from '../work/report/runs.js';
import { type Answer, regrip } from './call.js';

vi.setConfig({ testTimeout: 300_000 }); // many whole commands, on a machine that does other things as well

let folder: string;
let old: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-outputs-'));
  old = await unpackCheckpoint('policy-7d', folder);
  await runFolder(join(folder, 'run'), { 'logs.json.txt': upstreamLog(2) });
  await writeFile(join(folder, 'file'), 'mine');
});
afterEach(() => rm(folder, { recursive: true }));

type Call = (output: string, ...more: string[]) => Promise<Answer>;
const call = (...words: string[]) => regrip(words, { cwd: folder });
const FILES: Readonly<Record<string, Call>> = {
  adapt: (to, ...more) =>
    call(
      'adapt',
      '--old-ckpt',
      old,
      '--new-ckpt',
      to,
      '--config',
      NEW_CONFIG,
      `task.dataset.zarr_path=${DATA_SET}`,
      ...more,
    ),
  report: (to, ...more) => call('report', 'run', '--output', to, ...more),
};
const FOLDERS: Readonly<Record<string, Call>> = {
  convert: (to, ...more) =>
    call(
      'convert',
      '--input',
      MINI,
      '--output',
      to,
      '--max-episodes',
      '1',
      '--resolution',
      '8',
      '4',
      ...more,
    ),
  finetune: (to) => call('finetune', NEW_CONFIG, `task.dataset.zarr_path=${DATA_SET}`, '--run-dir', to),
};

const LONG = 'x'.repeat(300);

function expectRefused({ code, out, err }: Answer, message: RegExp): void {
  expect({ code, out }, err).toEqual({ code: expect.toBeOneOf([1, 2]), out: '' });
  expect(err).toMatch(message);
  expect(err).toMatch(/\n {2}→ .+\n$/);
  expect(err).not.toMatch(/^ +at /m);
}

describe.each(Object.keys({ ...FILES, ...FOLDERS }))('%s', (name) => {
  const to = ({ ...FILES, ...FOLDERS } as Record<string, Call>)[name]!;
  const names = async () => (await readdir(folder, { recursive: true })).sort();

  test.each([
    ['below a file', 'file/out', /part of the path is a file, but a folder was expected \(ENOTDIR\)/],
    ['with a name that is too long', LONG, /the name is longer than the file system allows \(ENAMETOOLONG\)/],
    ['through links in a circle', 'round/out', /its symbolic links form a loop \(ELOOP\)/],
    [
      'that is a link to nowhere',
      'nowhere',
      /nowhere.* is a link to .*gone, which (is not there|does not exist)/,
    ],
  ])('an output %s', async (_, output, message) => {
    await symlink(join(folder, 'round'), join(folder, 'round'));
    await symlink(join(folder, 'gone'), join(folder, 'nowhere'));
    const before = await names();
    expectRefused(await to(output), message);
    expect(await names()).toEqual(before);
  });
});

describe.each(Object.keys(FILES))('%s, which writes a file', (name) => {
  const to = FILES[name]!;

  test('says what to do about a folder that is missing', async () => {
    const answer = await to('not/there/out');
    expectRefused(answer, /not\/there: does not exist \(ENOENT\)/);
    expect(answer.err).toMatch(new RegExp(`mkdir -p ${join(folder, 'not/there')}$`, 'm'));
    expect(await readdir(folder)).not.toContain('not');
  });

  test('replaces neither a pipe, a socket, a device nor a folder', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await mkdir(join(folder, 'folder'));
    await symlink('/dev/null', join(folder, 'device'));
    for (const [output, what] of [
      ['pipe', 'a named pipe'],
      ['socket', 'a socket'],
      ['folder', 'a folder'],
      ['device', 'a device'],
    ] as const)
      expectRefused(
        await to(output, '--overwrite'),
        new RegExp(`${output}: is ${what} and will not be replaced`),
      );
    expect((await lstat(join(folder, 'pipe'))).isFIFO()).toBe(true);
    expect((await lstat(join(folder, 'socket'))).isSocket()).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });

  test('replaces a link and not what it leads to, and says so', async () => {
    await symlink('file', join(folder, 'linked'));
    expectRefused(await to('linked'), /the file already exists/);
    const { code, out, err } = await to('linked', '--overwrite');
    expect(code, err).toBe(0);
    expect(out + err).toContain('is a link to file: the link will be replaced and that file left unchanged');
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
    expect((await lstat(join(folder, 'linked'))).isFile()).toBe(true);
  });

  test('writes a name that is just short enough', async () => {
    const longest = 'y'.repeat(255);
    const { code, err } = await to(longest);
    expect(code, err).toBe(0);
    expect(await readdir(folder)).toContain(longest);
  });

  test('removes what a killed writer left, and nothing else', async () => {
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    const left = `.other.ckpt.${gone}-0011aabb.tmp`;
    for (const each of [left, '.mine.tmp']) await writeFile(join(folder, each), 'half');
    expect((await to('out')).code).toBe(0);
    const there = await readdir(folder);
    expect(there).toContain('.mine.tmp');
    expect(there).not.toContain(left);
  });
});

describe('inputs stay', () => {
  test('adapt: the old checkpoint by another name, a config, a place in the data set', async () => {
    const before = await fileHashes(folder);
    await link(old, join(folder, 'hard.ckpt'));
    await symlink(old, join(folder, 'soft.ckpt'));
    await mkdir(join(folder, 'sub'));
    for (const name of ['hard.ckpt', 'soft.ckpt', 'sub/../policy-7d.ckpt'])
      expectRefused(
        await FILES['adapt']!(name, '--overwrite'),
        /is the old checkpoint itself, which is never changed/,
      );
    expectRefused(await FILES['adapt']!(NEW_CONFIG, '--overwrite'), /is a config of the new training/);
    expectRefused(await FILES['adapt']!(join(DATA_SET, 'x.ckpt')), /lies in the data set/);
    expect(await fileHashes(folder)).toMatchObject(before);
  });

  test('report: the files of the run that it reads', async () => {
    await symlink(join(folder, 'run'), join(folder, 'link'));
    for (const name of ['run/logs.json.txt', 'link/logs.json.txt'])
      expectRefused(await FILES['report']!(name, '--overwrite'), /lies in the folder of the run/);
    expect(await readFile(join(folder, 'run/logs.json.txt'), 'utf8')).toBe(upstreamLog(2));
  });

  test('finetune: the data set', async () => {
    const inside = await FOLDERS['finetune']!(join(DATA_SET, 'run'));
    expectRefused(inside, /the run folder .* lies inside the data set/);
  });
});

test('finetune does not begin anew where latest.ckpt is a link whose disk is away', async () => {
  const run = join(folder, 'linked');
  await mkdir(join(run, 'checkpoints'), { recursive: true });
  await symlink('/mnt/away/latest.ckpt', join(run, 'checkpoints/latest.ckpt'));
  const { code, err } = await FOLDERS['finetune']!(run);
  expect(code).toBe(1);
  expect(err).toMatch(/latest\.ckpt: is a link to \/mnt\/away\/latest\.ckpt, which does not exist/);
  expect(await readdir(join(run, 'checkpoints'))).toEqual(['latest.ckpt']);
  expect((await readdir(run)).sort()).toEqual(['checkpoints']);
});
