/** A project whose train.py does what upstream's does towards its surroundings, in Python's standard library alone. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { DATA_SET, NEW_CONFIG } from '../../adapt/fixtures.js';

/** Only parses the command line: overrides arrive as a map of texts. */
const HYDRA = `
import sys

def main(config_path=None, config_name=None, version_base=None):
    def run(function):
        def called():
            words = dict(word.lstrip('+').split('=', 1) for word in sys.argv[1:])
            return function({key: value.strip("'") for key, value in words.items()})
        return called
    return run
`;

/**
 * Steps cost no time; in the epoch `fake.hangs_in` it stays after two, once in a run folder. Checkpoints are copies of files that the test made (`fake.made`/<epoch>.ckpt),
 * written in place as upstream writes; the counters of the last one stand in `counters.json`.
 */
const TRAIN = `
import json, os, pathlib, shutil, signal, subprocess, sys, time
import hydra

@hydra.main(version_base=None, config_path=str(pathlib.Path(__file__).parent.joinpath('diffusion_policy', 'config')))
def main(cfg):
    run = pathlib.Path(cfg['hydra.run.dir'])
    checkpoints = run / 'checkpoints'
    checkpoints.mkdir(parents=True, exist_ok=True)
    counters, latest = run / 'counters.json', checkpoints / 'latest.ckpt'
    if 'fake.stays' in cfg:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    (run / 'pid').write_text(str(os.getpid()))
    epoch, step = 0, 0
    loss = float(cfg.get('fake.loss', 0.05))
    # Not named outright: the workspaces of some tests are judged by whether the project's code names it.
    if cfg['.'.join(('training', 'resume'))] == 'True' and latest.is_file() and 'fake.ignores_resume' not in cfg:
        print(f'Resuming from checkpoint {latest}')
        if counters.is_file():
            epoch, step = json.loads(counters.read_text())
    fail(cfg)
    def log(**row):
        with open(run / cfg.get('fake.log', 'logs.json.txt'), 'a') as file:
            shown = float('nan') if str(epoch) in cfg.get('fake.nan_in', '').split('.') else loss
            file.write(json.dumps({'train_loss': shown, 'global_step': step, 'epoch': epoch, 'lr': 1e-4, **row}) + '\\n')
    for _ in range(int(cfg['training.num_epochs'])):
        for batch in range(6):
            if epoch == int(cfg.get('fake.hangs_in', -1)) and batch == 2 and not (run / 'hung').exists():
                (run / 'hung').touch()
                time.sleep(3600)
            if batch < 5:
                log()
                step += 1
        if epoch % int(cfg.get('training.checkpoint_every', 1)) == 0 and 'fake.never_saves' not in cfg:
            made = pathlib.Path(cfg['fake.made']) / f'{epoch}.ckpt'
            counters.write_text(json.dumps([epoch, step]))
            shutil.copyfile(made, latest)
            shutil.copyfile(made, checkpoints / f'epoch={epoch:04d}-train_loss={loss + epoch / 100:.3f}.ckpt')
        log(val_loss=loss)
        step += 1
        epoch += 1
    if 'fake.leaves' in cfg:
        left = subprocess.Popen(['sleep', cfg['fake.leaves']], start_new_session=True)
        (run / 'left').write_text(str(left.pid))
    if 'fake.tears' in cfg:
        (checkpoints / cfg['fake.tears']).write_bytes(b'half')
        raise OSError(28, 'No space left on device')

def fail(cfg):
    kind = cfg.get('fake.fails')
    if kind == 'mismatch':
        raise RuntimeError('Error(s) in loading state_dict for Policy:\\n\\tsize mismatch for model.input_emb.weight: copying a param with shape torch.Size([32, 7]) from checkpoint, the shape in current model is torch.Size([32, 8]).')
    if kind == 'memory':
        raise MemoryError('CUDA out of memory. Tried to allocate 2.00 GiB')
    if kind == 'silently':
        sys.exit(3)
    if kind == 'early':
        sys.exit(0)

if __name__ == '__main__':
    main()
`;

export interface PythonProject {
  readonly folder: string;
  readonly config: string;
  readonly script: string;
  /** Holds `0.ckpt`, `1.ckpt` …: what upstream saves after that epoch of six steps. */
  readonly made: string;
  remove(): Promise<void>;
}

export const EPOCHS_MADE = 4;

export async function pythonProject(): Promise<PythonProject> {
  const folder = await mkdtemp(join(tmpdir(), 'regrip python '));
  const configs = join(folder, 'diffusion_policy/config');
  await cp(dirname(NEW_CONFIG), configs, { recursive: true });
  return {
    folder,
    config: join(configs, 'train_pick.yaml'),
    ...(await writeTrainer(folder)),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** `train.py` with what it imports, and the checkpoints that it copies, beside `diffusion_policy`. */
export async function writeTrainer(folder: string): Promise<Pick<PythonProject, 'script' | 'made'>> {
  await mkdir(join(folder, 'hydra'));
  await writeFile(join(folder, 'hydra/__init__.py'), HYDRA);
  await mkdir(join(folder, 'torch'));
  await writeFile(join(folder, 'torch/__init__.py'), '');
  const script = join(folder, 'train.py');
  await writeFile(script, TRAIN);
  const made = join(folder, 'made');
  await mkdir(made);
  for (let epoch = 0; epoch < EPOCHS_MADE; epoch++) await savedAfter(epoch, join(made, `${epoch}.ckpt`));
  return { script, made };
}

async function savedAfter(epoch: number, path: string): Promise<void> {
  const weight = { key: 'weight', shape: [1], dtype: 'float32', read: () => new Uint8Array(4) };
  await writeCheckpoint(path, {
    config: {},
    stateDicts: { model: [weight] },
    pickles: { global_step: epoch * 6 + 5, epoch },
  });
}

/** What a call of the command line needs beside what it is about. */
export function overridesOf(project: PythonProject, ...more: readonly string[]): string[] {
  return [
    `task.dataset_path=${DATA_SET}`,
    'training.checkpoint_every=1',
    `+fake.made=${project.made}`,
    ...more,
  ];
}
