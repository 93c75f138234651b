/** The options that `evaluate` and `predict` share: which weights, which sampler, which data. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../base/errors.js';
import type { MeasureEvent, PolicyJob } from '../wire/workerMessages.js';
import type { PolicyRequest } from '../work/measure/request.js';
import { type Io, note, ProgressLine } from './command.js';
import type { RunnerCall } from './torch.js';

export interface PolicyCall
  extends Pick<PolicyRequest, 'data' | 'weights' | 'sampler' | 'steps' | 'seed' | 'backend'>,
    Pick<RunnerCall, 'runner' | 'python'> {
  readonly json: boolean;
}

export function withPolicyOptions(command: Command): Command {
  return command
    .argument('<ckpt>', 'the checkpoint; the policy is built from its own config')
    .argument('[overrides...]', 'overrides for that config')
    .option('--data <zarr>', "the data set (default: the config's)")
    .addOption(
      new Option('--weights <name>', 'which weights (default: ema if present)').choices(['ema', 'model']),
    )
    .addOption(
      new Option(
        '--sampler <name>',
        'how actions are sampled (default: as the config’s scheduler does on the robot)',
      ).choices(['ddpm', 'ddim']),
    )
    .addOption(
      new Option(
        '--steps <n>',
        'sampling steps (default: the policy’s own; of another sampler than its own 8 for ddim, all for ddpm)',
      ).argParser(count('--steps', 1)),
    )
    .addOption(
      new Option('--seed <n>', 'the seed of all random draws (default: training.seed)').argParser(
        count('--seed', 0),
      ),
    )
    .option('--backend <name>', 'auto, tensorflow, tensorflow-cpu, tensorflow-cuda, wasm')
    .addOption(
      new Option('--runner <name>', 'what computes').choices(['builtin', 'torch']).default('builtin'),
    )
    .option(
      '--python <exe>',
      'with --runner torch: the interpreter (default: REGRIP_PYTHON, the active environment)',
    )
    .option('--json', 'print one JSON document', false);
}

export function policyRequest(
  checkpoint: string,
  overrides: readonly string[],
  { data, json: _json, runner: _runner, python: _python, ...asked }: PolicyCall,
  { cwd, env }: Io,
): PolicyRequest {
  return {
    checkpoint: resolve(cwd, checkpoint),
    overrides,
    ...(data === undefined ? {} : { data: resolve(cwd, data) }),
    ...asked,
    cwd,
    env,
  };
}

/** What the numbers depend on, for the documents of `evaluate` and `predict`. */
export function madeWith({ checkpoint, weights, dataset, sampler, seed }: PolicyJob) {
  return { checkpoint, weights, dataset, sampler, seed };
}

/** A parser for whole numbers of at least `least`. */
export function count(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`${option} ${text}: expected a whole number of at least ${least}`);
  };
}

/** A parser for `0,3,7-9`, numbers from 0; at most `most` of them, since each costs memory or time. */
export function indices(option: string, most: number): (text: string) => number[] {
  return (text) =>
    text.split(',').flatMap((part) => {
      const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
      const [first, last] = [Number(from), Number(to ?? from)];
      if (from === undefined || !(last >= first))
        throw new UsageError(
          `${option} ${text}: '${part}' is not an index or a range`,
          'for example 0,3,7-9',
        );
      if (last - first >= most) throw new UsageError(`${option} ${text}: at most ${most} at a time`);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Progress and messages of a job on stderr. */
export function measureTeller(io: Io): {
  readonly event: (event: MeasureEvent) => void;
  readonly done: () => void;
} {
  const progress = new ProgressLine(io);
  return {
    event: (event) => {
      if (event.event === 'measured') {
        const { what, done, total } = event;
        return progress.show(`${what}: ${done} of ${total}`, { done, total, unit: what });
      }
      if (event.event === 'device') io.job?.device(event.device);
      if (event.event === 'note') note(io, event.message);
    },
    done: () => progress.done(),
  };
}
