/** `regrip predict`: the actions that a checkpoint's policy samples for single training windows. */

import { resolve } from 'node:path';
import { Option } from 'commander';
import { counted } from '../base/counted.js';
import { fixed } from '../base/numberText.js';
import type { PredictResult } from '../wire/evaluateResult.js';
import type { PolicyJob } from '../wire/workerMessages.js';
import { preparePolicy } from '../work/measure/request.js';
import { runMeasuring } from '../work/runners/builtin/measuring.js';
import { type Io, type Register, report } from './command.js';
import {
  indices,
  madeWith,
  measureTeller,
  type PolicyCall,
  policyRequest,
  withPolicyOptions,
} from './policyOptions.js';
import { torchOf } from './torch.js';

interface PredictCall extends PolicyCall {
  readonly windows: readonly number[];
  readonly noise?: string;
}

/** They form one batch: this many windows of full-size images, with their features, still fit into memory. */
const MAX_WINDOWS = 256;

export const registerPredict: Register = (program, io) => {
  withPolicyOptions(program.command('predict'))
    .description('sample the actions of single training windows')
    .addOption(
      new Option('--windows <list>', 'which training windows, from 0: 0,3,7-9')
        .argParser(indices('--windows', MAX_WINDOWS))
        .makeOptionMandatory(),
    )
    .option('--noise <file>', 'safetensors whose sample.noise00, sample.noise01 … replace the seeded draws')
    .action((checkpoint: string, overrides: string[], call: PredictCall) =>
      predict(checkpoint, overrides, call, io),
    );
};

async function predict(
  checkpoint: string,
  overrides: readonly string[],
  call: PredictCall,
  io: Io,
): Promise<void> {
  const { windows, noise, ...shared } = call;
  const { job } = await preparePolicy(policyRequest(checkpoint, overrides, shared, io));
  const torch = await torchOf(shared, io);
  const teller = measureTeller(io);
  const result = await runMeasuring(
    'predict',
    {
      ...job,
      windows,
      ...(noise === undefined ? {} : { noise: resolve(io.cwd, noise) }),
      ...(torch !== undefined && { torch }),
    },
    { onEvent: teller.event, signal: io.signal, env: io.env },
  ).finally(teller.done);
  report(io, call.json, { ...madeWith(job), ...result }, () => predictText(job, result));
}

function predictText(job: PolicyJob, { windows, actions }: PredictResult): string {
  const head = `${job.weights} weights, ${job.sampler.method} in ${counted(job.sampler.steps, 'step')}, seed ${job.seed}`;
  const blocks = windows.map(({ index, episode, step }, i) => {
    const rows = actions[i]!.map((row) => row.map((value) => fixed(value, 4).padStart(9)).join(''));
    return `window ${index}: episode ${episode}, step ${step}\n${rows.join('\n')}`;
  });
  return [head, ...blocks].join('\n\n');
}
