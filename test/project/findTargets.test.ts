import { describe, expect, test } from 'vitest';
import { findTargets, LAUNCH_SCRIPT } from '../../engine/project/findTargets.js';
import { inMemory } from './inMemory.js';

const PRIMARY = 'defaults:\n  - task: lift\n';

async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await findTargets('/p', inMemory(files))).map(({ primary, overrides }) =>
    [primary.slice(3), ...overrides.map(({ text }) => text)].join(' '),
  );
}

describe('primary configs', () => {
  test.each([
    [
      'a folder with a usual name',
      { '/p/config/b.yaml': PRIMARY, '/p/config/a.yaml': PRIMARY },
      ['config/a.yaml', 'config/b.yaml'],
    ],
    [
      'a folder that holds the groups that are named',
      { '/p/mine/a.yaml': PRIMARY, '/p/mine/task/lift.yaml': 'a: 1' },
      ['mine/a.yaml'],
    ],
    [
      'a group by its first step',
      { '/p/mine/a.yaml': 'defaults:\n  - override /task/data@x: b\n', '/p/mine/task/data/b.yaml': '' },
      ['mine/a.yaml'],
    ],
    ['not a folder of other files', { '/p/mine/a.yaml': PRIMARY }, []],
    [
      'not what is below a root: groups list others too',
      { '/p/config/a.yaml': PRIMARY, '/p/config/task/config/b.yaml': PRIMARY },
      ['config/a.yaml'],
    ],
    ['not other YAML', { '/p/config/a.yaml': 'a: 1', '/p/config/b.yml': PRIMARY }, []],
    ['not data', { '/p/outputs/config/a.yaml': PRIMARY }, []],
  ])('%s', async (_, files, expected) => expect(await found(files)).toEqual(expected));
});

test('launch scripts come behind, with what they start', async () => {
  const files = {
    '/p/train.py': "@hydra.main(config_path='config')\ndef main(cfg): pass\n",
    '/p/config/a.yaml': PRIMARY,
    '/p/run.sh': 'python train.py --config-name=a lr=1\n',
    '/p/tune.sh': 'regrip finetune config/a.yaml lr=2\n',
    '/p/other.sh': 'echo hello\n',
    '/p/notes.txt': 'python train.py --config-name=a\n',
  };
  expect(await found(files)).toEqual(['config/a.yaml', 'config/a.yaml lr=1', 'config/a.yaml lr=2']);
});

test.each([
  ['run.sh', true],
  ['job.slurm', true],
  ['a.sbatch', true],
  ['a.bash', true],
  ['a.sh.txt', false],
  ['sh', false],
])('%s is a launch script: %s', (name, is) => expect(LAUNCH_SCRIPT.test(name)).toBe(is));

test('it ends when it is cancelled', async () => {
  const finding = findTargets(
    '/p',
    inMemory({ '/p/config/a.yaml': PRIMARY }),
    AbortSignal.abort(new Error('cancelled')),
  );
  await expect(finding).rejects.toThrow('cancelled');
});
