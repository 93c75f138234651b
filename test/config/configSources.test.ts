import { expect, test } from 'vitest';
import { type ConfigFiles, configFileOf } from '../../engine/config/configFile.js';
import { ConfigSources } from '../../engine/config/configSources.js';
import { toPlain } from '../../engine/config/node.js';

/** Files in memory; `read` tells what was read from the disk. */
function disk(texts: Readonly<Record<string, string>>): ConfigFiles & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    kindOf: async (path) => {
      if (texts[path] !== undefined) return 'file';
      return Object.keys(texts).some((file) => file.startsWith(`${path}/`)) ? 'folder' : undefined;
    },
    read: async (file) => {
      asked.push(file);
      return configFileOf(texts[file]!, file);
    },
  };
}

const FILES = {
  '/c/task/lift.yaml': 'from: root',
  '/more/task/lift.yaml': 'from: more',
  '/more/task/push.yaml': 'from: more',
  '/start/rel/robot/ur5.yaml': 'from: rel',
};
const sourcesOf = (files = disk(FILES)) =>
  new ConfigSources(
    '/c',
    [
      { path: '/more', provider: 'a' },
      { path: 'rel', provider: 'b' },
    ],
    '/start',
    files,
  );

test('the config root comes before the folders of the search path, in their order', async () => {
  const sources = sourcesOf();
  const from = async (path: string) => (await sources.find(path))?.file;
  expect(await from('task/lift')).toBe('/c/task/lift.yaml');
  expect(await from('task/push')).toBe('/more/task/push.yaml');
  expect(await from('robot/ur5.yaml')).toBe('/start/rel/robot/ur5.yaml');
  expect(await from('task/none')).toBeUndefined();
});

test('each file is read once, and asked for once where it is missing', async () => {
  const files = disk(FILES);
  const sources = sourcesOf(files);
  for (let time = 0; time < 3; time += 1) await sources.find(time === 1 ? 'task/lift.yaml' : 'task/lift');
  expect(files.asked).toEqual(['/c/task/lift.yaml']);
});

test('Hydra’s own configs come first, and what plugins bring is there, whatever it holds', async () => {
  const sources = sourcesOf(
    disk({ '/c/hydra/launcher/mine.yaml': 'a: 1', '/c/hydra/output/default.yaml': 'a: 1' }),
  );
  expect((await sources.find('hydra/output/default'))?.file).toMatch(/^Hydra 1\.3/);
  expect((await sources.find('hydra/launcher/mine'))?.file).toBe('/c/hydra/launcher/mine.yaml');
  expect(toPlain((await sources.find('hydra/launcher/submitit_slurm'))!.root)).toEqual({});
  expect(await sources.find('hydra/job_logging/other')).toBeUndefined();
});

test('a group is a folder of any source', async () => {
  const sources = sourcesOf();
  for (const group of ['task', 'robot', 'hydra/launcher', 'hydra'])
    expect(await sources.isGroup(group)).toBe(true);
  for (const other of ['task/lift', 'lr', 'hydra/run']) expect(await sources.isGroup(other)).toBe(false);
});

test('they are told as Hydra tells them', () => {
  expect(
    sourcesOf()
      .told()
      .map(({ provider, path, schema }) => `${provider} ${schema}://${path}`),
  ).toEqual([
    'hydra pkg://hydra.conf',
    'main file:///c',
    'a file:///more',
    'b file://rel',
    'schema structured://',
  ]);
});

test('names without end are stopped', async () => {
  const sources = sourcesOf();
  const asking = async () => {
    for (let i = 0; i < 1000; i += 1) await sources.find(`task/t${i}`);
  };
  await expect(asking()).rejects.toMatchObject({ code: 'defaults-cycle' });
});
