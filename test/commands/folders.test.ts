/** A folder where a config or a checkpoint is expected: every command says what it is and what is meant instead. */
import { expect, test } from 'vitest';
import { ownFolder } from '../ownFolder.js';
import { regrip } from './call.js';

const folder = ownFolder();

const RUN = { 'given/.hydra/config.yaml': 'a: 1', 'given/checkpoints/epoch=1.ckpt': 'x' };

const FOLDERS = [
  ['a run', RUN, 'is the folder of a training run'],
  ['a zarr data set', { 'given/.zgroup': '{}' }, 'is a zarr data set'],
  ['a LeRobot data set', { 'given/meta/info.json': '{}' }, 'is a LeRobot data set'],
  ['a folder of configs', { 'given/train.yaml': 'a: 1' }, 'is a folder'],
  ['a folder of anything', { 'given/notes.md': '' }, 'is a folder'],
] as const;

const CONFIG = [
  ['finetune'],
  ['compose'],
  ['check'],
  ['adapt', '--old-ckpt', 'old.ckpt', '--dry-run', '--config'],
];
const CHECKPOINT = [['evaluate'], ['predict', '--windows', '0'], ['inspect']];

async function answer(call: readonly string[]) {
  await folder.write({ 'old.ckpt': 'x' });
  const { err, out, code } = await regrip([...call, 'given'], { cwd: folder.path() });
  expect([code, out]).toEqual([1, '']);
  expect(err).not.toMatch(/does not exist|ENOENT|EISDIR/);
  return err;
}

test.each(FOLDERS.flatMap((row) => CONFIG.map((call) => [call.join(' '), ...row, call] as const)))(
  '%s of %s',
  async (_, _name, files, is, call) => {
    await folder.write(files);
    const err = await answer(call);
    expect(err).toContain(`${folder.path('given')}: ${is}, not a config file`);
    expect(err).toContain('Give the primary config of');
  },
);

test.each(FOLDERS.flatMap((row) => CHECKPOINT.map((call) => [call.join(' '), ...row, call] as const)))(
  '%s of %s',
  async (_, _name, files, is, call) => {
    await folder.write(files);
    expect(await answer(call)).toContain(`${folder.path('given')}: ${is}, not a checkpoint file`);
  },
);

test('the hint names what is meant: a checkpoint of the run, a config of the folder, the option for the data set', async () => {
  await folder.write(RUN);
  expect(await answer(['evaluate'])).toContain(folder.path('given', 'checkpoints', 'epoch=1.ckpt'));
  expect(await answer(['finetune'])).toContain(`--run-dir ${folder.path('given')} continues this run`);
  await folder.write({ 'given/checkpoints/latest.ckpt': 'x' });
  expect(await answer(['evaluate'])).toContain(folder.path('given', 'checkpoints', 'latest.ckpt'));
});

test('a folder of configs has one named, and an empty run says that it has no checkpoint', async () => {
  await folder.write({ 'given/train.yaml': 'a: 1' });
  expect(await answer(['finetune'])).toContain(`for example ${folder.path('given', 'train.yaml')}`);
  await folder.write({ 'given/regrip.json': '{}' });
  expect(await answer(['predict', '--windows', '0'])).toContain('No checkpoint is in it');
});

test('a data set is for --data', async () => {
  await folder.write({ 'given/meta/info.json': '{}' });
  expect(await answer(['evaluate'])).toContain('take the data set as --data');
});
