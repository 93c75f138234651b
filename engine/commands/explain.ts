/** `regrip explain`: what one key of a checkpoint is, and how it relates to a training config. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { RegripError, UsageError } from '../base/errors.js';
import { shownName } from '../base/shown.js';
import { dataSetPath } from '../config/dataSetPath.js';
import { placeText } from '../config/node.js';
import type { Provenance } from '../config/provenance.js';
import { openCheckpoint } from '../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../formats/checkpoint/types.js';
import { readDataSetHeaders } from '../formats/dataSets.js';
import { addMap, type MapEntries } from '../judge/adapt/mapEntry.js';
import { composeTraining } from '../judge/composeTraining.js';
import { KeyExplainer } from '../judge/explain/key.js';
import { explanationText } from '../judge/explain/text.js';
import type { ExplainFacts, ExplainTarget } from '../judge/explain/types.js';
import { roleOf } from '../judge/policy/families.js';
import { requireEvaluated } from '../project/composeProject.js';
import { nearPlace } from './check/text.js';
import { type Io, type Register, report } from './command.js';
import { CommandError } from './commandError.js';

interface ExplainCall {
  readonly config?: string;
  readonly stateDict?: string;
  readonly map: MapEntries;
  readonly json: boolean;
}

export const registerExplain: Register = (program, io) => {
  program
    .command('explain')
    .description(
      'explain what a key of a checkpoint is, what sets its shape, and what adapt would do with it',
    )
    .argument('<ckpt>', 'the checkpoint (never changed)')
    .argument('<key>', 'a key of its state dict, or of the policy that the config describes')
    .argument('[overrides...]', 'config overrides, as train.py takes them')
    .option('--config <file>', 'the primary config (of LeRobot: a config.json) to compare with')
    .addOption(
      new Option(
        '--map <new=old>',
        'with --config: which old dimensions the new ones continue, as adapt takes it; may be repeated',
      )
        .argParser(addMap)
        .default(new Map(), 'by names that both configs give, else by position'),
    )
    .option('--state-dict <name>', 'which state dict (default: ema_model if present, else model)')
    .option('--json', 'print one JSON document', false)
    .action((ckpt: string, key: string, overrides: string[], call: ExplainCall) =>
      explain({ ckpt, key, overrides }, call, io),
    );
};

interface Asked {
  readonly ckpt: string;
  readonly key: string;
  readonly overrides: readonly string[];
}

async function explain({ ckpt, key, overrides }: Asked, call: ExplainCall, io: Io): Promise<void> {
  const target = await targetOf(overrides, call, io);
  const index = await indexOf(resolve(io.cwd, ckpt));
  const { stateDict, map } = call;
  if (target === undefined && map.size > 0)
    throw new UsageError(
      '--map needs --config',
      'It says which old dimensions those of a new config continue.',
    );
  if (stateDict !== undefined) requireStateDict(index, stateDict);
  const columns = target && (await columnsOf(target));
  const explainer = new KeyExplainer({ index, map, ...(target && { target, columns }) });
  const explanation = explainer.explain({ key, ...(stateDict !== undefined && { stateDict }) });
  if (explanation.file === 'absent' && typeof explanation.expected === 'string')
    throw noSuchKey(key, index, explainer.keys(stateDict));
  report(io, call.json, explanation, () => explanationText(explanation, (place) => placeFrom(place, io.cwd)));
}

async function targetOf(
  overrides: readonly string[],
  { config }: ExplainCall,
  { cwd, env }: Io,
): Promise<ExplainTarget | undefined> {
  if (config === undefined && overrides.length > 0) {
    const hint = 'Overrides change a config: name it with --config.';
    throw new UsageError(
      `${overrides[0]} is not an option, and without --config there is nothing to override`,
      hint,
    );
  }
  if (config === undefined) return undefined;
  const primary = resolve(cwd, config);
  const composed = await composeTraining(primary, overrides, { env });
  requireEvaluated(composed, primary);
  return { ...composed, primary, overrides };
}

/** Of the data set that the config names; undefined where there is none to be read, which explains nothing. */
async function columnsOf({ resolved, primary }: ExplainTarget): Promise<ExplainFacts['columns']> {
  try {
    return (await readDataSetHeaders(await dataSetPath(resolved, primary))).columns;
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

async function indexOf(path: string): Promise<CheckpointIndex> {
  const file = await openCheckpoint(path);
  await file.close();
  return file.index;
}

function requireStateDict({ stateDicts }: CheckpointIndex, name: string): void {
  if (Object.hasOwn(stateDicts, name)) return;
  const has = Object.keys(stateDicts).map(shownName).join(', ') || 'none';
  throw new UsageError(`--state-dict ${name}: the checkpoint has no such state dict (it has ${has})`);
}

/** Keys that a message offers. */
const MAX_OFFERED = 5;

function noSuchKey(key: string, { path }: CheckpointIndex, keys: readonly string[]): RegripError {
  const near = likeKeys(key, keys).slice(0, MAX_OFFERED).map(shownName);
  const offered = near.length === 0 ? '' : `Similar keys: ${near.join(', ')}. `;
  return new CommandError({
    code: 'no-such-key',
    file: path,
    message: `has no key ${shownName(key)}`,
    hint: `${offered}regrip inspect lists all keys.`,
  });
}

/** The keys that share the most words with it, in their names or their meanings. */
function likeKeys(key: string, keys: readonly string[]): string[] {
  const words = key
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 2 && word !== 'weight' && word !== 'bias');
  const scored = keys.map((known) => {
    const text = `${known} ${roleOf(known)?.meaning ?? ''}`.toLowerCase();
    return { known, score: words.filter((word) => text.includes(word)).length };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ known }) => known);
}

function placeFrom(place: Provenance, cwd: string): string {
  return place.kind === 'file' ? nearPlace(place, cwd) : placeText(place);
}
