/** What was seen on disk is remembered, and told once it is otherwise, by whoever changed it. */
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DiskWatch } from '../../engine/base/diskWatch.js';

const root = await mkdtemp(join(tmpdir(), 'regrip-watch-'));
afterAll(() => rm(root, { recursive: true, force: true }));

function watched(options: { maxPaths?: number; perRound?: number } = {}) {
  const told: string[][] = [];
  const watch = new DiskWatch({ changed: (paths) => told.push([...paths]), ...options });
  return { watch, told };
}

test('appearing, changing, being replaced and going are each told once', async () => {
  const { watch, told } = watched();
  const path = join(root, 'a');
  await watch.look(path);
  await watch.round();
  expect(told).toEqual([]);
  const steps = [
    () => writeFile(path, 'one'),
    () => writeFile(path, 'four'),
    async () => {
      await writeFile(`${path}.new`, 'five');
      await utimes(`${path}.new`, 1, 1);
      await rename(`${path}.new`, path);
    },
    () => rm(path),
    () => mkdir(path),
    () => writeFile(join(path, 'b'), ''),
  ];
  for (const [index, step] of steps.entries()) {
    await step();
    await watch.round();
    await watch.round();
    expect(told, `step ${index}`).toEqual(Array.from({ length: index + 1 }, () => [path]));
  }
});

test('a look that sees another state tells those who looked before', async () => {
  const { watch, told } = watched();
  const path = join(root, 'seen');
  await watch.look(path);
  await writeFile(path, 'x');
  await watch.look(path); // someone else, who knows the new state
  expect(told).toEqual([]);
  await watch.round();
  expect(told).toEqual([[path]]);
});

test('more paths than a round asks for take turns, and the oldest is forgotten', async () => {
  const { watch, told } = watched({ maxPaths: 5, perRound: 2 });
  const paths = [0, 1, 2, 3, 4, 5].map((each) => join(root, `turn${each}`));
  for (const path of paths) await watch.look(path);
  for (const path of paths) await writeFile(path, 'x');
  await watch.round();
  expect(told[0]).toContain(paths[5]); // what was looked at last
  for (let round = 0; round < 3; round += 1) await watch.round();
  expect(told.every(({ length }) => length <= 2)).toBe(true);
  expect(told.flat().sort()).toEqual(paths.slice(1));
});

test('a state that another process saw is what the next one is compared with', async () => {
  const { watch, told } = watched();
  const path = join(root, 'expected');
  await writeFile(path, 'x');
  watch.expect(path, await watch.look(path));
  await watch.round();
  expect(told).toEqual([]);
  watch.expect(path, 'another state');
  await watch.round();
  expect(told).toEqual([[path]]);
});

test('once it is started it looks by itself', async () => {
  const { watch, told } = watched();
  const path = join(root, 'started');
  await watch.look(path);
  watch.start(5);
  await writeFile(path, 'x');
  await expect.poll(() => told, { timeout: 10_000 }).toEqual([[path]]);
  watch.stop();
});

test('once it is stopped it tells nothing, not even of a round on its way', async () => {
  const { watch, told } = watched();
  const path = join(root, 'stopped');
  await watch.look(path);
  await writeFile(path, 'x');
  const round = watch.round();
  watch.stop();
  await round;
  expect(told).toEqual([]);
});
