/** Trainings that are made for several processes, before they are started as one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { processesNote } from '../../../../engine/work/runners/python/processes.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const PLAIN_MAIN = 'import hydra\n@hydra.main(config_path="config")\ndef main(cfg):\n    pass\n';

function noted(files: Readonly<Record<string, string>>, body: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'regrip-processes-'));
  folders.push(folder);
  const all = {
    'train.py': PLAIN_MAIN,
    'config/a.yaml': '_target_: work.Work\npolicy: {}\ntraining: {seed: 1}\n',
    'work.py': `class Work:\n    def __init__(self, cfg):\n        ${body}\n    def run(self):\n        pass\n`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const script = join(folder, 'train.py');
  return processesNote({
    ...{ workspace: 'work.Work', primary: join(folder, 'config/a.yaml'), workingFolder: folder, script },
    words: ['python', script, '--config-name=a', 'hydra.run.dir=r'],
  });
}

test('a plain one is started as it is', async () => {
  expect(await noted({}, 'self.cfg = cfg')).toEqual([]);
});

test.each([
  "dist.init_process_group(backend='nccl')",
  "self.rank = int(os.environ['LOCAL_RANK'])",
  'self.model = DistributedDataParallel(self.model)',
])('%s: refused, with the command that starts it', async (body) => {
  await expect(noted({}, body)).rejects.toMatchObject({
    code: 'needs-launcher',
    message: expect.stringMatching(
      /^Work is written for several processes \(work\.py:3\): as a single process it would fail/,
    ),
    hint: expect.stringMatching(
      /torchrun --standalone --nproc_per_node=gpu train\.py --config-name=a hydra\.run\.dir=r$/,
    ),
  });
});

test('one that runs as one process too is started, and told', async () => {
  const body = "if int(os.environ.get('WORLD_SIZE', 1)) > 1: dist.init_process_group()";
  const [note] = await noted({ 'train_ddp.py': PLAIN_MAIN }, body);
  expect(note).toMatch(/^WARNING: Work is written for several processes .*on one GPU; to use all GPUs: /);
  expect(note).toMatch(/--nproc_per_node=gpu train_ddp\.py --config-name=a/);
  const [accelerated] = await noted({}, 'self.accelerator = Accelerator()');
  expect(accelerated).toMatch(/&& accelerate launch train\.py --config-name=a/);
});

test('a script that starts the config by torchrun is named', async () => {
  const script = 'torchrun --nproc_per_node=8 train.py --config-name=a\n';
  const [note] = await noted({ 'go.sh': script }, 'pass');
  expect(note).toMatch(/^WARNING: go\.sh starts this config by torchrun\./);
  expect(await noted({ 'go.sh': `${script}python train.py --config-name=a\n` }, 'pass')).toEqual([]);
});

test('a train.py that needs it', async () => {
  const script = `${PLAIN_MAIN}    dist.init_process_group()\n`;
  await expect(noted({ 'train.py': script }, 'pass')).rejects.toThrow(
    /^train\.py is written for several processes/,
  );
});
