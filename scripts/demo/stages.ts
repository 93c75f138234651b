/** The demo from recordings to numbers, stage by stage; a finished stage is remembered, so `--keep` goes on after it. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodedText, parseJson } from '../../engine/base/jsonText.js';
import { type Baseline, measureBaseline, specOf } from './baseline.js';
import { recordEpisodes } from './episodes.js';
import type { DemoResult } from './report.js';
import { writeScratch } from './scratch.js';
import type { DemoSizes, Training } from './sizes.js';
import type { Terminal } from './terminal.js';
import { finetune, type Measured, measureStart, type TrainingCall } from './training.js';

const CONFIGS = fileURLToPath(new URL('../../../scripts/demo/config', import.meta.url));
const CONFIG = 'config/train_pick_place.yaml';
/** The sizes that conversion gives the frames; the configs' `image_shape` says the same. */
const RESOLUTION = ['60', '45'];

export const RUNS = {
  encoder: 'runs/7d-end-to-end',
  pose: 'runs/7d',
  inherited: 'runs/8d-inherited',
  scratch: 'runs/8d-scratch',
} as const;
const ADAPTED = 'adapted-8d.ckpt';
const SCRATCH = 'scratch-8d.ckpt';

const latest = (run: string): string => `${run}/checkpoints/latest.ckpt`;
const SEVEN = ['task=pick_place_7d'];
const EIGHT = ['task=pick_place_8d'];

export async function runStages(terminal: Terminal, sizes: DemoSizes): Promise<DemoResult> {
  const { folder } = terminal;
  const stage = <T>(name: string, title: string, work: () => Promise<T>): Promise<T> =>
    remembered(terminal, join(folder, 'stages', `${name}.json`), title, work);
  await cp(CONFIGS, join(folder, 'config'), { recursive: true });
  await mkdir(join(folder, 'stages'), { recursive: true });

  await stage('record', `Record ${sizes.episodes} synthetic pick-and-place episodes`, () =>
    record(terminal, sizes),
  );
  await stage('convert', 'Convert: without the gripper as the old policy had it, and with it', () =>
    convert(terminal),
  );
  await stage('encoder', 'Train a 7-D policy end to end, until its encoder sees the scene', () =>
    finetune(terminal, {
      ...{ config: CONFIG, overrides: SEVEN, training: sizes.endToEnd },
      runDir: RUNS.encoder,
    }),
  );
  const pose = await stage('pose', 'Go on with its transformer alone, until the 7-D policy is good', () =>
    finetune(terminal, {
      ...{ config: CONFIG, overrides: frozen(SEVEN, sizes), training: sizes.pose },
      ...{ runDir: RUNS.pose, init: latest(RUNS.encoder) },
    }),
  );
  await stage('adapt', 'Adapt: the 7-D policy becomes the start of an 8-D one', () => adapt(terminal, sizes));
  const starts = await stage('starts', 'Measure both starts before any step', () =>
    measureStarts(terminal, sizes),
  );
  const inherited = await stage('inherited', 'Fine-tune the inherited policy, encoder frozen', () =>
    finetune(terminal, inheritedCall(sizes)),
  );
  const scratch = await stage(
    'scratch',
    "The same steps from scratch, with the 7-D policy's encoder, frozen too",
    () => finetune(terminal, scratchCall(sizes)),
  );
  const baseline = await stage('baseline', 'A baseline without images', () => baselineOf(terminal, sizes));
  return {
    ...baseline,
    sevenD: pose.at(-1)!,
    inherited: [starts.inherited, ...inherited],
    scratch: [starts.scratch, ...scratch],
  };
}

async function record(terminal: Terminal, sizes: DemoSizes): Promise<number> {
  const steps = await recordEpisodes(join(terminal.folder, 'trajectories'), {
    ...{ episodes: sizes.episodes, seed: sizes.seed, frame: sizes.frame, signal: terminal.io.signal },
    onEpisode: (done, all) => terminal.progress.show(`episode ${done} of ${sizes.episodes}, ${all} frames`),
  });
  terminal.say(`${sizes.episodes} episodes, ${steps} steps: trajectories/`);
  return steps;
}

async function convert(terminal: Terminal): Promise<null> {
  const to = (output: string): string[] => [
    ...['convert', '--input', 'trajectories', '--output', output],
    ...['--resolution', ...RESOLUTION, '--overwrite'],
  ];
  await terminal.regrip([...to('pick_place_7d.zarr'), '--no-gripper']);
  await terminal.regrip(to('pick_place_8d.zarr'));
  return null;
}

async function adapt(terminal: Terminal, sizes: DemoSizes): Promise<number> {
  await terminal.regrip([
    ...['adapt', '--old-ckpt', latest(RUNS.pose), '--new-ckpt', ADAPTED, '--overwrite'],
    ...['--config', CONFIG, ...EIGHT],
  ]);
  const { folder } = terminal;
  const spec = await specOf(join(folder, CONFIG), EIGHT);
  const drawn = await writeScratch(join(folder, ADAPTED), join(folder, SCRATCH), spec, sizes.seed);
  terminal.say(
    `for comparison ${SCRATCH}: the same encoder and normaliser, ${drawn} transformer tensors drawn anew`,
  );
  return drawn;
}

async function measureStarts(
  terminal: Terminal,
  sizes: DemoSizes,
): Promise<{ inherited: Measured; scratch: Measured }> {
  const atStart = (call: TrainingCall): Promise<Measured> =>
    measureStart(terminal, { ...call, runDir: `${call.runDir}-step-0` });
  return {
    inherited: await atStart(inheritedCall(sizes)),
    scratch: await atStart(scratchCall(sizes)),
  };
}

function inheritedCall(sizes: DemoSizes): TrainingCall {
  const overrides = [...frozen(EIGHT, sizes), `regrip.lr_multiplier.widened=${sizes.widened}`];
  const { gripper: training } = sizes;
  return { ...{ config: CONFIG, overrides, training }, ...eightRun(RUNS.inherited, ADAPTED) };
}

function scratchCall(sizes: DemoSizes): TrainingCall {
  const training: Training = { ...sizes.gripper, learningRate: sizes.scratchLearningRate };
  const overrides = frozen(EIGHT, sizes);
  return { ...{ config: CONFIG, overrides, training }, ...eightRun(RUNS.scratch, SCRATCH) };
}

/** The frames and the encoder are those of the 7-D run, so its features serve again. */
function eightRun(runDir: string, init: string): Pick<TrainingCall, 'runDir' | 'init' | 'featuresFrom'> {
  return { runDir, init, featuresFrom: RUNS.pose };
}

function frozen(task: readonly string[], sizes: DemoSizes): string[] {
  return [...task, 'regrip.freeze_encoder=true', `regrip.cached_crops=${sizes.cachedCrops}`];
}

function baselineOf(terminal: Terminal, sizes: DemoSizes): Promise<Baseline> {
  const { folder } = terminal;
  return measureBaseline(join(folder, CONFIG), EIGHT, join(folder, 'pick_place_8d.zarr'), {
    steps: sizes.stateOnlySteps,
    seed: sizes.seed,
    onStep: async (done, loss) => {
      terminal.progress.show(`step ${done} of ${sizes.stateOnlySteps}, loss ${loss.toFixed(3)}`);
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
}

/** A stage's value is kept beside the runs; its file exists only once the stage is done. */
async function remembered<T>(
  terminal: Terminal,
  file: string,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  terminal.heading(title);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    terminal.say('done before');
    return parseJson(kept) as T;
  }
  const value = await work();
  await writeFile(file, encodedText(value));
  return value;
}
