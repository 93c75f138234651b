/** A checkpoint as a viewer shows it: its header, its keys compared with those of the target's policy, and the explanation of one key. */
import { stat } from 'node:fs/promises';
import { breathe } from '../../engine/base/breathe.js';
import { RegripError, throwIfAborted } from '../../engine/base/errors.js';
import { asNumber } from '../../engine/base/plain.js';
import { onOneLine, shownLine, shownName } from '../../engine/base/shown.js';
import type { ConfigSurvey } from '../../engine/config/survey.js';
import { actionDimension, policyClass, valuesIn } from '../../engine/formats/checkpoint/summary.js';
import type { CheckpointIndex } from '../../engine/formats/checkpoint/types.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import { KeyExplainer } from '../../engine/judge/explain/key.js';
import type { ExplainFacts, KeyGlance } from '../../engine/judge/explain/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { isAbort } from '../requests.js';
import type {
  CheckpointHeader,
  CheckpointKeys,
  CheckpointParams,
  Explained,
  ExplainParams,
  KeyRow,
  StateDictParams,
  StateDictSummary,
  TargetRef,
} from '../viewerProtocol.js';
import type { Training, Workbench } from '../workbench.js';
import { explained } from './explain.js';
import { momentRows, OPTIMIZER } from './momentRows.js';

/** How many keys are explained before other requests get their turn. */
const KEYS_AT_ONCE = 200;
/** How many names are listed; a crafted file may have thousands. */
const MAX_GLOBALS = 20;
/** While a config is being typed, checking starts over; after this many times the answer is that it keeps changing. */
const MAX_TRIES = 5;

interface Compared {
  readonly training: Training | undefined;
  readonly explainer: KeyExplainer;
}

export class CheckpointViews {
  /** Index, survey and columns stay the same objects until a file changes. */
  private readonly compared = new WeakMap<CheckpointIndex, Compared>();

  constructor(private readonly workbench: Workbench) {}

  /** Throws what is wrong with the file; a config error is part of the answer. */
  async header({ path, target }: CheckpointParams, signal: AbortSignal): Promise<CheckpointHeader> {
    const index = await this.index(path);
    const survey = (await this.trainingOf(target, signal))?.survey;
    return {
      bytes: await stat(path).then(
        ({ size }) => size,
        () => null,
      ),
      policy: policyClass(index.config) ?? null,
      actionDim: actionDimension(index.config) ?? null,
      epoch: asNumber(index.pickles['epoch']) ?? null,
      globalStep: asNumber(index.pickles['global_step']) ?? null,
      stateDicts: summaries(index),
      unexpectedGlobals: index.unexpectedGlobals.slice(0, MAX_GLOBALS).map(shownLine),
      unexpectedCount: index.unexpectedCounts?.all ?? index.unexpectedGlobals.length,
      form: index.form?.text ?? null,
      comparisonProblem: comparisonProblem(survey),
    };
  }

  /** Throws `viewer-request` where the state dict does not exist. */
  async keys({ path, target, stateDict }: StateDictParams, signal: AbortSignal): Promise<CheckpointKeys> {
    const index = await this.index(path);
    if (stateDict === OPTIMIZER && index.optimizer !== undefined)
      return { rows: momentRows(index, index.optimizer) };
    requireStateDict(index, stateDict);
    const explainer = await this.explainer(index, target, signal);
    const aliases = new Map(index.stateDicts[stateDict]!.map(({ key, alias }) => [key, alias]));
    const rows: KeyRow[] = [];
    for (const key of explainer.keys(stateDict)) {
      rows.push(rowOf(explainer.glance(key, stateDict), aliases.get(key)));
      if (rows.length % KEYS_AT_ONCE === 0) await breathe(signal);
    }
    return { rows };
  }

  /** For one key, or for each that `text` complains about. Without a checkpoint, only from the config and the text. */
  async explain(
    { checkpoint, target, ...asked }: ExplainParams,
    signal: AbortSignal,
  ): Promise<readonly Explained[]> {
    const index = checkpoint === undefined ? undefined : await this.index(checkpoint);
    if (index !== undefined && asked.stateDict !== undefined) requireStateDict(index, asked.stateDict);
    const training = await this.trainingOf(target, signal);
    const explainer =
      index === undefined ? new KeyExplainer(factsOf(training)) : this.comparedWith(index, training);
    return explained(asked, explainer);
  }

  private async index(path: string): Promise<CheckpointIndex> {
    const looked = await this.workbench.disk.checkpoint(path);
    if (looked.kind === 'found') return looked.value;
    if (looked.kind === 'unreadable') throw looked.error;
    throw new RegripError({ code: 'viewer-request', file: path, message: 'the file does not exist' });
  }

  private async explainer(
    index: CheckpointIndex,
    target: TargetRef | null,
    signal: AbortSignal,
  ): Promise<KeyExplainer> {
    return this.comparedWith(index, await this.trainingOf(target, signal));
  }

  private comparedWith(index: CheckpointIndex, training: Training | undefined): KeyExplainer {
    const before = this.compared.get(index);
    const { survey, columns } = before?.training ?? {};
    if (before !== undefined && survey === training?.survey && columns === training?.columns)
      return before.explainer;
    const explainer = new KeyExplainer({ index, ...factsOf(training) });
    this.compared.set(index, { training, explainer });
    return explainer;
  }

  /** Once typing stops; rejects with an abort if it does not. */
  private async trainingOf(
    asked: TargetRef | null | undefined,
    signal: AbortSignal,
  ): Promise<Training | undefined> {
    for (let tries = 1; ; tries += 1) {
      throwIfAborted(signal);
      try {
        const target = await this.target(asked);
        return target && (await this.workbench.training(target));
      } catch (error) {
        if (!isAbort(error) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /** Including what its launch script adds, where it is one of the workspace's targets. */
  private async target(asked: TargetRef | null | undefined): Promise<CheckTarget | undefined> {
    if (asked === null) return undefined;
    if (asked === undefined) return this.workbench.currentTarget();
    const { primary, overrides } = asked;
    const all = await this.workbench.targets.all();
    const known = all.find(
      (each) => each.primary === primary && JSON.stringify(each.overrides) === JSON.stringify(overrides),
    );
    return known ?? { primary, overrides, runner: 'unknown' };
  }
}

function factsOf(training: Training | undefined): ExplainFacts {
  return training === undefined ? {} : { target: training.survey, columns: training.columns };
}

function comparisonProblem(survey: ConfigSurvey | undefined): string | null {
  if (survey === undefined) return 'there is no training config to compare with';
  try {
    policySpec(survey.resolved);
    return null;
  } catch (error) {
    if (error instanceof RegripError) return onOneLine(error.message);
    throw error;
  }
}

function summaries({ stateDicts, optimizer }: CheckpointIndex): StateDictSummary[] {
  const weights = Object.entries(stateDicts).map(([name, tensors]) => ({
    name,
    shown: shownName(name),
    kind: 'weights' as const,
    keys: tensors.length,
    values: valuesIn(tensors.filter(({ alias }) => alias === undefined)),
  }));
  if (optimizer === undefined) return weights;
  const tensors = [...optimizer.state.values()].flatMap(({ expAvg, expAvgSq }) => [expAvg, expAvgSq]);
  return [
    ...weights,
    { name: OPTIMIZER, shown: OPTIMIZER, kind: 'optimizer', keys: tensors.length, values: valuesIn(tensors) },
  ];
}

function requireStateDict({ path, stateDicts }: CheckpointIndex, name: string): void {
  if (Object.hasOwn(stateDicts, name)) return;
  const message = `does not contain a state dict ${shownName(name)}`;
  throw new RegripError({ code: 'viewer-request', file: path, message });
}

function rowOf({ key, file, verdict, expected, adaptFate }: KeyGlance, alias: string | undefined): KeyRow {
  const shown = shownName(key);
  return {
    key,
    ...(shown !== key && { shown }),
    shape: file?.shape ?? null,
    dtype: file?.dtype ?? null,
    alias: alias === undefined ? null : shownName(alias),
    verdict,
    expected: expected ?? null,
    fate: adaptFate?.fate ?? null,
    gets: adaptFate?.gets ?? null,
  };
}
