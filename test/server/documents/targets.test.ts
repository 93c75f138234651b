/** Targets: their names, the choice, and which one a file is judged for. */
import { expect, test, vi } from 'vitest';
import { configFileOf } from '../../../engine/config/configFile.js';
import type { CheckTarget } from '../../../engine/judge/checks/context.js';
import { summaryOf, Targets, targetId, targetLabel } from '../../../server/documents/targets.js';
import { inMemory } from '../../project/inMemory.js';

const TRAIN = '@hydra.main(config_path="config", config_name="a")\ndef main(cfg): ...\n';
const PROJECT = {
  '/p/train.py': TRAIN,
  '/p/config/a.yaml': 'defaults: [_self_, {task: t}]\n_target_: x.Y\n',
  '/p/config/task/t.yaml': 'x: 1\n',
};

async function looked(files: Readonly<Record<string, string>>): Promise<Targets> {
  const changed = vi.fn();
  const targets = new Targets({
    files: {
      read: async (path) => configFileOf(files[path]!, path),
      kindOf: async (path) => (path in files ? 'file' : undefined),
    },
    openPaths: () => [],
    reader: inMemory(files),
    changed,
    log: (message) => expect.fail(message),
  });
  targets.lookAt(['/p']);
  await vi.waitUntil(() => changed.mock.calls.length > 0, { timeout: 10_000 });
  targets.stop();
  return targets;
}

const ids = (targets: readonly CheckTarget[]) => targets.map(targetId);

test('one config: it is all there is, also for a file of its groups', async () => {
  const targets = await looked(PROJECT);
  expect(ids(await targets.all())).toEqual(['/p/config/a.yaml']);
  expect((await targets.only())?.primary).toBe('/p/config/a.yaml');
  expect(ids(await targets.of('/p/config/task/t.yaml'))).toEqual(['/p/config/a.yaml']);
  expect(await targets.of('/p/train.py')).toEqual([]);
});

test('one launch counts for its config, and names its line', async () => {
  const targets = await looked({ ...PROJECT, '/p/run.sh': '# train\npython train.py policy.n_head=4\n' });
  const [target] = await targets.of('/p/config/a.yaml');
  expect([targetId(target!), targetLabel(target!)]).toEqual(['/p/run.sh#0', 'run.sh:2']);
  expect(summaryOf(target!)).toMatchObject({ overrides: ['policy.n_head=4'], script: '/p/run.sh' });
  expect((await targets.only())?.script?.file).toBe('/p/run.sh');
});

const TWO = { ...PROJECT, '/p/run.sh': 'python train.py x=1\npython train.py x=2\n' };

test('of two launches none, until one is chosen; an unknown choice is none', async () => {
  const targets = await looked(TWO);
  const of = async () => ids(await targets.of('/p/config/a.yaml'));
  expect([await of(), await targets.only(), await targets.chosen()]).toEqual([
    ['/p/config/a.yaml'],
    undefined,
    undefined,
  ]);
  targets.choose('/p/run.sh#1');
  expect([await of(), targetId((await targets.chosen())!)]).toEqual([['/p/run.sh#1'], '/p/run.sh#1']);
  targets.choose('/p/gone.sh#0');
  expect([await of(), await targets.chosen()]).toEqual([['/p/config/a.yaml'], undefined]);
});

test('the config itself may be chosen over its one launch', async () => {
  const targets = await looked({ ...PROJECT, '/p/run.sh': 'python train.py x=1\n' });
  targets.choose('/p/config/a.yaml');
  expect(ids(await targets.of('/p/config/a.yaml'))).toEqual(['/p/config/a.yaml']);
});

test('what a script is started with counts until it is taken back', async () => {
  const targets = await looked({ ...PROJECT, '/p/run.sh': 'python train.py x=$1\n' });
  const summary = async () => summaryOf((await targets.of('/p/run.sh'))[0]!);
  expect(await summary()).toMatchObject({ overrides: [], usesArguments: true });
  targets.setArguments('/p/run.sh', "'a b'");
  expect(await summary()).toMatchObject({ arguments: "'a b'" });
  targets.setArguments('/p/run.sh', '  ');
  expect(await summary()).not.toHaveProperty('arguments');
});
