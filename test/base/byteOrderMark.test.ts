/** A byte order mark at the beginning of any text that is read: what follows is read as if it were not there. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BYTE_ORDER_MARK, withoutMark } from '../../engine/base/byteOrderMark.js';
import { compose } from '../../engine/config/compose.js';
import { readEpisode } from '../../engine/formats/cogact/index.js';
import { findRuns } from '../../engine/formats/run/findRuns.js';
import { LogTail } from '../../engine/formats/run/logTail.js';
import type { LogLine } from '../../engine/formats/run/trainLog.js';
import { openReplayBuffer } from '../../engine/formats/zarr/index.js';
import { readGripperLog } from '../../engine/judge/gripper/trace.js';
import { DISK_READER } from '../../engine/project/reader.js';
import { RunFolder } from '../../engine/training/runFolder.js';
import { readRuns } from '../../engine/work/report/run.js';
import { findTrainScript } from '../../engine/work/runners/python/script.js';
import { DATA_SET } from '../adapt/fixtures.js';
import { MINI } from '../work/convert/folders.js';

const MARK = '\ufeff';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-mark-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, MARK + text);
  return path;
}

async function mark(path: string): Promise<void> {
  await writeFile(path, MARK + (await readFile(path, 'utf8')));
}

test.each([
  ['', ''],
  [MARK, ''],
  [`${MARK}a`, 'a'],
  [`${MARK}${MARK}a`, `${MARK}a`], // one is the mark, another is text
  [`a${MARK}`, `a${MARK}`],
  [`${String.fromCharCode(...BYTE_ORDER_MARK)}a`, 'a'], // bytes that were read one by one
])('%j is the text %j', (text, without) => expect(withoutMark(text)).toBe(without));

test('its bytes are those of UTF-8', () => {
  expect([...Buffer.from(MARK)]).toEqual([...BYTE_ORDER_MARK]);
});

const ROW = '{"train_loss": 0.5, "global_step": 0, "epoch": 0, "lr": 0.1}\n';

test('the log of a run, with its record, for all that read it', async () => {
  await put('logs.json.txt', ROW);
  await put(
    'regrip.json',
    '{"version": 1, "state": "done", "progress": {"epoch": 1, "epochs": 1, "globalStep": 1}}',
  );
  const run = new RunFolder(folder);
  expect(await run.readLog()).toHaveLength(1);
  expect((await run.readRecord())?.state).toBe('done');
  expect(await findRuns([folder])).toMatchObject([{ state: 'done', epoch: 0 }]);
  const [read] = await readRuns([folder]);
  expect(read!.history).toMatchObject({ unreadable: 0 });
  expect(read!.history.rows).toHaveLength(1);
  const rows: LogLine[] = [];
  await new LogTail(join(folder, 'logs.json.txt'), (found) => rows.push(...found)).read(false);
  expect(rows).toHaveLength(1);
});

test('a recording’s meta.json and a data set’s metadata', async () => {
  const episode = join(folder, 'episode_0000');
  await cp(join(MINI, 'episode_0000'), episode, { recursive: true });
  await mark(join(episode, 'meta.json'));
  expect((await readEpisode(episode)).steps).toBe(24);
  const zarr = join(folder, 'a.zarr');
  await cp(DATA_SET, zarr, { recursive: true });
  for (const name of ['.zgroup', 'data/action/.zarray', 'meta/episode_ends/.zarray'])
    await mark(join(zarr, name));
  expect((await openReplayBuffer(zarr)).arrays.has('action')).toBe(true);
});

test('an inference log', async () => {
  const state = { robot0_eef_pos: [0, 0, 0] };
  const log = { steps: [{ step: 0, gripper: 0 }], state };
  const plain = join(folder, 'plain.json');
  await writeFile(plain, JSON.stringify(log));
  const outcome = (path: string) =>
    readGripperLog(path, {}).then(
      () => 'read',
      (error: Error) => error.message.replace(path, ''),
    );
  expect(await outcome(await put('marked.json', JSON.stringify(log)))).toBe(await outcome(plain));
  // Elsewhere it is not white space.
  const inside = join(folder, 'inside.json');
  await writeFile(inside, `{${MARK}"steps": []}`);
  expect(await outcome(inside)).not.toBe(await outcome(plain));
});

test('a config, a launch script, a train.py', async () => {
  await put('train.yaml', 'a: 1\n');
  expect((await compose(join(folder, 'train.yaml'), [])).resolved).toMatchObject({ a: 1 });
  const script = await put('run.sh', '#!/bin/sh\npython train.py\n');
  expect((await DISK_READER.readText(script))?.startsWith('#!/bin/sh')).toBe(true);
  await mkdir(join(folder, 'config'));
  const main = "import hydra\n@hydra.main(version_base=None, config_path='config')\ndef main(cfg): pass\n";
  const train = await put('train.py', main);
  expect(await findTrainScript(train, join(folder, 'config/a.yaml'), folder)).toMatchObject({
    configRoot: join(folder, 'config'),
  });
});
