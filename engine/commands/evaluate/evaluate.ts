/** `regrip evaluate`: a checkpoint's policy against the demonstrations of a data set. */
import { Option } from 'commander';
import { UsageError } from '../../base/errors.js';
import { chosenEpisodes, type Split } from '../../work/measure/episodes.js';
import { preparePolicy } from '../../work/measure/request.js';
import { runMeasuring } from '../../work/runners/builtin/measuring.js';
import { type Io, type Register, report } from '../command.js';
import {
  count,
  indices,
  madeWith,
  measureTeller,
  type PolicyCall,
  policyRequest,
  withPolicyOptions,
} from '../policyOptions.js';
import { torchOf } from '../torch.js';
import { evaluateText } from './text.js';

interface EvaluateCall extends PolicyCall {
  readonly split?: Split;
  readonly episodes?: readonly number[];
  readonly batchSize?: number;
}

/** Far above real data sets; stops a range that no data set could have. */
const MAX_EPISODES = 100_000;

export const registerEvaluate: Register = (program, io) => {
  withPolicyOptions(program.command('evaluate'))
    .description('measure a checkpoint: losses, pose errors in metres and degrees, gripper switches')
    .addOption(
      new Option('--split <name>', 'which episodes of the data set (default: val)').choices([
        'val',
        'train',
        'all',
      ]),
    )
    .addOption(
      new Option('--episodes <list>', 'these episodes instead, from 0: 0,3,7-9').argParser(
        indices('--episodes', MAX_EPISODES),
      ),
    )
    .addOption(
      new Option('--batch-size <n>', "windows per batch (default: the config's, 64 for samples)").argParser(
        count('--batch-size', 1),
      ),
    )
    .action((checkpoint: string, overrides: string[], call: EvaluateCall) =>
      evaluate(checkpoint, overrides, call, io),
    );
};

async function evaluate(
  checkpoint: string,
  overrides: readonly string[],
  { split, episodes: listed, batchSize, ...call }: EvaluateCall,
  io: Io,
): Promise<void> {
  if (split !== undefined && listed !== undefined)
    throw new UsageError('--split and --episodes exclude each other', 'give only --episodes');
  const { job, spec, options, episodeEnds } = await preparePolicy(
    policyRequest(checkpoint, overrides, call, io),
  );
  const torch = await torchOf(call, io);
  const episodes = chosenEpisodes(options.dataset, episodeEnds, split ?? 'val', listed);
  const teller = measureTeller(io);
  const result = await runMeasuring(
    'evaluate',
    {
      ...job,
      episodes,
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(torch !== undefined && { torch }),
    },
    { onEvent: teller.event, signal: io.signal, env: io.env },
  ).finally(teller.done);
  const document = { ...madeWith(job), split: listed === undefined ? (split ?? 'val') : null, ...result };
  report(io, call.json, document, () => evaluateText(job, spec, result));
}
