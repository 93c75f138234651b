import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, test } from 'vitest';
import { findTargets } from '../../engine/project/findTargets.js';
import { DISK_READER } from '../../engine/project/reader.js';
import { targetsOf } from '../../engine/project/targets.js';
import { inMemory } from './inMemory.js';

const TRAIN = [
  '@hydra.main(version_base=None, config_path=str(pathlib.Path(__file__).parent.joinpath("pkg", "config")))',
  'def main(cfg): pass',
].join('\n');
const PROJECT = {
  '/p/train.py': TRAIN,
  '/p/other.py': 'print(1)',
  '/p/pkg/config/robot.yaml': 'defaults:\n  - _self_\n  - task: cup\n',
  '/p/pkg/config/sub/deep.yaml': 'defaults: [_self_]\n',
  '/p/pkg/config/task/cup.yaml': '_target_: a.B\nname: cup\n',
  '/p/more/robot.yaml': '_target_: a.B\n',
  '/p/more/extra.yaml': '_target_: a.B\n',
};

describe('targetsOf', () => {
  async function target(line: string, file = '/p/scripts/run.sh') {
    const { targets, problems } = await targetsOf(file, line, inMemory(PROJECT));
    return { primary: targets[0]?.primary, root: targets[0]?.configRoot, problems, first: targets[0] };
  }

  test.each([
    ['python train.py --config-name=robot', '/p/pkg/config/robot.yaml'], // started from the folder above
    ['python ../train.py --config-name=robot.yaml', '/p/pkg/config/robot.yaml'],
    ['cd .. && torchrun train.py --config-name=sub/deep', '/p/pkg/config/sub/deep.yaml'],
    ['cd "$(dirname "$0")/.."\npython train.py --config-name=robot', '/p/pkg/config/robot.yaml'],
    ['python ../train.py --config-path more --config-name=robot', '/p/more/robot.yaml'],
    ['python ../train.py --config-dir ../more --config-name=robot', '/p/pkg/config/robot.yaml'], // Hydra's order
    ['cd ..; python train.py --config-dir more --config-name=extra', '/p/more/extra.yaml'],
    ['python -m other --config-name=robot', '/p/pkg/config/robot.yaml'], // by the folder's name alone
  ])('%s', async (line, primary) => {
    expect(await target(line)).toMatchObject({ primary, problems: [] });
  });

  test.each([
    ['regrip finetune ../pkg/config/robot.yaml', '/p/pkg/config/robot.yaml', 'builtin'],
    [
      'cd /p\nnpx regrip finetune pkg/config/sub/deep.yaml --runner torch',
      '/p/pkg/config/sub/deep.yaml',
      'torch',
    ],
    ['regrip finetune pkg/config/robot.yaml --runner python', '/p/pkg/config/robot.yaml', 'python'],
  ])('%s', async (line, primary, runner) => {
    expect(await target(line)).toMatchObject({ primary, problems: [], first: { runner } });
  });

  it('says which config a call of regrip finetune does not find', async () => {
    const { first, problems } = await target('regrip finetune robot.yml a.b=1');
    expect(first).toBeUndefined();
    expect(problems).toMatchObject([{ message: 'There is no config robot.yml.' }]);
  });

  it('holds what the launch gives', async () => {
    const text = 'OUT=/data\nWANDB=off python ../train.py --config-name=robot task.path=$OUT "$@"';
    const { first } = await target(text);
    expect(first).toMatchObject({
      configRoot: '/p/pkg/config',
      configName: 'robot',
      runner: 'python',
      overrides: [{ text: 'task.path=/data' }],
      script: { file: '/p/scripts/run.sh', launch: 0, isComplete: false, environment: { WANDB: 'off' } },
    });
    expect((await target('ray job submit -- python ../train.py -cn robot')).first?.runner).toBe('ray');
  });

  it('tells of a config that is missing, at its name', async () => {
    const text = 'python ../train.py --config-name=robto';
    const { problems, primary } = await target(text);
    expect(primary).toBeUndefined();
    expect(problems).toEqual([
      {
        range: { start: text.indexOf('robto'), end: text.length },
        message: 'There is no robto.yaml in /p/pkg/config.',
      },
    ]);
  });

  test.each([
    'python ../train.py --config-name=$NAME',
    'python gone.py --config-name=gone',
    'python ../train.py',
  ])('is nothing, without a problem, for %s', async (line) => {
    expect(await target(line)).toMatchObject({ primary: undefined, problems: [] });
  });
});

describe('findTargets', () => {
  let folder: string | undefined;
  afterEach(() => folder && rm(folder, { recursive: true, force: true }));

  async function onDisk(files: Readonly<Record<string, string>>): Promise<string> {
    folder = await mkdtemp(join(tmpdir(), 'regrip-targets-'));
    await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        const path = join(folder!, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }),
    );
    return folder;
  }

  it('finds primaries and launch scripts, and nothing else', async () => {
    const hydra = '- _self_\n  - task: cup\n';
    const root = await onDisk({
      'train.py': TRAIN,
      'train.sh': 'python train.py --config-name=robot training.num_epochs=5',
      'setup.sh': 'pip install python-dateutil',
      'pkg/config/robot.yaml': `defaults:\n  ${hydra}`,
      'pkg/config/plain.yaml': '_target_: a.B\n',
      'pkg/config/notes.yaml': 'a: 1\n',
      'pkg/config/task/cup.yaml': 'defaults: [base]\n_target_: a.B\n',
      'odd/named.yaml': `defaults:\n  ${hydra}`,
      'odd/task/cup.yaml': 'name: cup\n',
      'compose.yaml': 'services: {}\n',
      'deploy/service.yaml': 'defaults:\n  run:\n    shell: bash\n',
      'deploy/alone.yaml': `defaults:\n  ${hydra}`,
      'data/outputs/2024/.hydra/config.yaml': '_target_: a.B\n',
      'data/x.zarr/config/a.yaml': '_target_: a.B\n',
      'wandb/config/a.yaml': '_target_: a.B\n',
      'my-env/pyvenv.cfg': '',
      'my-env/lib/config/a.yaml': '_target_: a.B\n',
      'node_modules/m/config/a.yaml': '_target_: a.B\n',
    });
    await symlink(root, join(root, 'pkg', 'loop'));
    const targets = await findTargets(root, DISK_READER);
    const shown = targets.map(({ primary, runner, overrides }) => [
      primary.slice(root.length + 1),
      runner,
      overrides.length,
    ]);
    expect(shown).toEqual([
      ['odd/named.yaml', 'unknown', 0],
      ['pkg/config/plain.yaml', 'unknown', 0],
      ['pkg/config/robot.yaml', 'unknown', 0],
      ['pkg/config/robot.yaml', 'python', 1],
    ]);
  });

  it('looks through thousands of files in a moment, and stops when asked', async () => {
    const files: Record<string, string> = { 'conf/a.yaml': 'defaults: [_self_]\n' };
    for (let k = 0; k < 2000; k += 1)
      files[`k8s/part${k % 40}/service${k}.yaml`] = 'kind: Service\n'.repeat(40);
    const root = await onDisk(files);
    const start = performance.now();
    expect(await findTargets(root, DISK_READER)).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(3000); // alone on two cores: a fifth of a second
    const stop = new AbortController();
    const searched = findTargets(root, DISK_READER, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(searched).rejects.toThrow('stopped');
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await findTargets(join(tmpdir(), 'regrip-not-there'), DISK_READER)).toEqual([]);
  });
});

describe('DISK_READER', () => {
  it('reads texts, and nothing that is large or no file', async () => {
    const root = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
    try {
      await writeFile(join(root, 'b.sh'), 'text');
      await writeFile(join(root, 'large.bin'), Buffer.alloc((1 << 20) + 1));
      await mkdir(join(root, 'a'));
      await symlink(join(root, 'b.sh'), join(root, 'c.sh'));
      expect(await DISK_READER.readText(join(root, 'c.sh'))).toBe('text');
      for (const name of ['large.bin', 'a', 'gone'])
        expect(await DISK_READER.readText(join(root, name))).toBeUndefined();
      const shown = (await DISK_READER.list(root)).map(({ name, kind }) => `${name} ${kind}`);
      expect(shown).toEqual(['a folder', 'b.sh file', 'c.sh file', 'large.bin file']);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
