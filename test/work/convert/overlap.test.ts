/** Outputs that lie in the recordings, or around them. */
import { symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { refuseOverlap } from '../../../engine/work/convert/overlap.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const overlap = (output: string, input = 'in') =>
  refuseOverlap({ input: folder.path(input), output: folder.path(output) });

test('beside each other they are fine, whatever their names share', async () => {
  await folder.write({ 'in/e0/a': '', 'in.zarr/a': '' });
  await overlap('out.zarr');
  await overlap('in.zarr');
  await overlap('new/deeper/out.zarr');
});

test.each(['in', 'in/out.zarr', 'in/e0/images/new/out.zarr'])('%s lies in the recordings', async (output) => {
  await folder.write({ 'in/e0/images/a': '' });
  await expect(overlap(output)).rejects.toMatchObject({
    code: 'output-exists',
    reason: expect.stringMatching(
      /^the output lies in the recordings \(.*\/in\)$|^the recordings .* lie in the output$/,
    ),
    hint: 'Choose an output outside the recordings.',
  });
});

test('recordings that lie in the output', async () => {
  await folder.write({ 'all/in/e0/a': '' });
  await expect(overlap('all', 'all/in')).rejects.toThrow(/lie in the output/);
});

test.each([
  ['an episode', 'in/e0', 'elsewhere'],
  ['a folder in an episode', 'in/e0/images', 'elsewhere'],
  ['a folder two below an episode', 'in/videos/chunk/top', 'elsewhere'],
])('%s that is a link to where the output lies', async (_, link, target) => {
  await folder.write({ 'elsewhere/a': '', [`${link}.keep`]: '' });
  await symlink(folder.path(target), folder.path(link));
  await expect(overlap('elsewhere/out.zarr')).rejects.toThrow(
    `lies in the recordings (${folder.path(link)})`,
  );
});

test('a circle of links ends', async () => {
  await folder.write({ 'in/e0/a': '' });
  await symlink(folder.path('in'), folder.path('in/e0/again'));
  await overlap('out.zarr');
});

test('recordings in one file', async () => {
  await folder.write({ 'runs.h5': '' });
  await overlap('out.zarr', 'runs.h5');
});

test('stops when it is told to', async () => {
  await folder.write({ 'in/e0/a': '' });
  const signal = AbortSignal.abort(new Error('given up'));
  const looking = refuseOverlap({ input: folder.path('in'), output: folder.path('out.zarr'), signal });
  await expect(looking).rejects.toThrow('given up');
});
