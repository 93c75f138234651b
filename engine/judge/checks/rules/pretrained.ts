/** The pretrained checkpoint that the config names: whether it is there, is read at all, and fits the policy of this config. */

import { counted } from '../../../base/counted.js';
import { RegripError } from '../../../base/errors.js';
import { MAX_MESSAGE, shownLine } from '../../../base/shown.js';
import type { CheckpointIndex, TensorInfo } from '../../../formats/checkpoint/types.js';
import { planAdvice } from '../../adapt/advice.js';
import { adaptCall, adaptedName } from '../../adapt/call.js';
import { otherOrder } from '../../adapt/otherOrder.js';
import { findIncompatibilities, type Incompatibility } from '../../policy/compatibility.js';
import { policySpec } from '../../policy/families.js';
import type { PolicySpec } from '../../policy/spec.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { adaptFix, finetuneFix } from '../jobFixes.js';
import { actionSizes } from '../shapeMeta.js';

const PATH = 'pretrained.path';
const LOAD = 'pretrained.load_weights';
/** Keys that a message names; the listing shows all. */
const SHOWN_KEYS = 3;

interface Pretrained {
  /** Absolute. */
  readonly path: string;
  readonly loads: boolean;
}

export function pretrained(context: CheckContext): Pretrained | undefined {
  const text = context.text(PATH);
  if (text === undefined || text === '' || text === '???') return undefined;
  return { path: context.absolute(text), loads: context.value(LOAD) === true };
}

export const pretrainedCheckpoint: Check = {
  run: async (context) => {
    const named = pretrained(context);
    if (named === undefined || !named.loads) return [];
    const looked = await context.disk.checkpoint(named.path);
    const span = context.span(PATH);
    switch (looked.kind) {
      case 'missing': {
        const message = `There is no checkpoint at ${named.path}: the training would inherit nothing. Make it from the old checkpoint: ${callOf('OLD.ckpt', named.path, context)}`;
        const fixes = [adaptFix('Adapt an old checkpoint into it…', { newCkpt: named.path })];
        return [context.finding('pretrained-missing', span, message, { fixes })];
      }
      case 'unreadable': {
        const hint = looked.error.hint === undefined ? '' : `. ${looked.error.hint}`;
        return [context.finding('pretrained-unreadable', span, `${looked.error.message}${hint}`)];
      }
      case 'found':
        return incompatible(context, named.path, looked.value);
    }
  },
};

/** The weights that a training inherits: the EMA's, where there are any. */
export function weightsOf(
  index: CheckpointIndex,
): { name: string; tensors: readonly TensorInfo[] } | undefined {
  const name = ['ema_model', 'model'].find((each) => index.stateDicts[each] !== undefined);
  return name === undefined ? undefined : { name, tensors: index.stateDicts[name]! };
}

function incompatible(context: CheckContext, path: string, index: CheckpointIndex): Finding[] {
  const weights = weightsOf(index);
  if (weights === undefined) {
    const has = Object.keys(index.stateDicts).join(', ') || 'none';
    const message = `${path} has no state dict model or ema_model (it has ${has}): none of it would be loaded`;
    return [context.finding('pretrained-incompatible', context.span(PATH), message)];
  }
  const problems = problemsOf(context, weights.tensors);
  if (problems.length === 0) return inOtherOrder(context, path, index);
  const spec = policySpec(context.survey.resolved);
  const { wrapped, options, refused } = planAdvice(index, weights.tensors, spec);
  const output = adaptedName(path, spec.actionDim);
  const advice =
    refused === undefined
      ? `Adapt it first: ${callOf(path, output, context, options)}`
      : `regrip adapt cannot make it fit: its own ${shownLine(refused, MAX_MESSAGE)}`;
  const why = wrapped === undefined ? '' : ` (${shownLine(wrapped)})`;
  const message = `${path} does not fit this config: ${kindsOf(problems)}, first ${named(problems)}${why}. Even with strict=False PyTorch refuses tensors of another shape, and it silently keeps random values for missing keys. ${advice}`;
  const action = actionSizes(context);
  const related = [
    {
      span: startOfFile(path),
      message: `state dict ${weights.name}, ${counted(weights.tensors.length, 'key')}`,
    },
    ...(action === undefined
      ? []
      : [{ span: context.span(action.path), message: 'the action dimension of this config' }]),
  ];
  const fixes =
    refused === undefined ? [adaptFix('Adapt it to this config…', { oldCkpt: path, newCkpt: output })] : [];
  return [context.finding('pretrained-incompatible', context.span(PATH), message, { related, fixes })];
}

/** Every shape fits, but the names of dimensions say that they stand elsewhere. */
function inOtherOrder(context: CheckContext, path: string, { config }: CheckpointIndex): Finding[] {
  const spec = specOf(context);
  const field = config === undefined || spec === undefined ? undefined : otherOrder(config, spec);
  if (field === undefined) return [];
  const output = adaptedName(path, spec!.actionDim);
  const message = `${path} fits this config by its shapes, but the dimensions of ${field === 'action' ? 'the action' : field} stand in other places in its own config: its weights would be used for something else. Adapt it first: ${callOf(path, output, context, [])}`;
  const fixes = [adaptFix('Adapt it to this config…', { oldCkpt: path, newCkpt: output })];
  return [context.finding('pretrained-incompatible', context.span(PATH), message, { fixes })];
}

function specOf({ survey }: CheckContext): PolicySpec | undefined {
  try {
    return policySpec(survey.resolved);
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

/** None where the config describes no policy, which is told elsewhere. */
export function problemsOf(
  context: CheckContext,
  tensors: readonly TensorInfo[],
): readonly Incompatibility[] {
  const spec = specOf(context);
  return spec === undefined ? [] : findIncompatibilities(spec, tensors);
}

export function kindsOf(problems: readonly Incompatibility[]): string {
  const count = (kind: Incompatibility['kind']) => problems.filter((problem) => problem.kind === kind).length;
  const parts = [
    [count('shape'), 'of another shape'],
    [count('missing'), 'missing'],
    [count('unexpected'), 'that this policy does not have'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${counted(number, 'key')} ${what}`)
    .join(', ');
}

export function named(problems: readonly Incompatibility[]): string {
  const order = ['shape', 'missing', 'unexpected'];
  const first = [...problems]
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .slice(0, SHOWN_KEYS);
  return first
    .map((problem) => {
      const has = problem.kind === 'missing' ? 'none' : `[${problem.found.join(', ')}]`;
      const wants = problem.kind === 'unexpected' ? 'none' : `[${problem.expected.join(', ')}]`;
      return `${problem.key} (file ${has}, config ${wants})`;
    })
    .join(', ');
}

export function callOf(
  from: string,
  to: string,
  { target }: CheckContext,
  more: readonly string[] = [],
): string {
  return adaptCall({ from, to, primary: target.primary, overrides: target.overrides, more });
}

/** The sign of a training that silently starts from scratch. */
export const pretrainedIgnored: Check = {
  run: async (context) => {
    const named = pretrained(context);
    if (named === undefined) return [];
    const workspace = context.text('_target_');
    if (!named.loads) return (await loadsUnasked(context, workspace)) ? [] : [notAsked(context)];
    // Who trains is asked of the project: where its source holds the workspace, that reads the config.
    if (workspace === undefined || context.isOurLoop) return [];
    if ((await context.project?.readsKey(workspace, 'pretrained')) !== 'does not read') return [];
    const message = `${workspace} never reads pretrained.path, so the training starts from scratch although a checkpoint is named. Start it with a resume from the adapted checkpoint instead: put it at RUN/checkpoints/latest.ckpt and give training.resume=True hydra.run.dir=RUN; or use regrip finetune, which loads it`;
    const fixes = [finetuneFix('Fine-tune with Regrip, which loads it…')];
    return [context.finding('pretrained-ignored', context.span(PATH), message, { fixes })];
  },
};

/** A training of the user's own may load what is named without being asked by `load_weights`. */
async function loadsUnasked(
  { project, isOurLoop }: CheckContext,
  workspace: string | undefined,
): Promise<boolean> {
  if (workspace === undefined || project === undefined || isOurLoop) return false;
  const isRead = (await project.readsKey(workspace, PATH)) === 'reads';
  return isRead && (await project.readsKey(workspace, LOAD)) !== 'reads';
}

function notAsked(context: CheckContext): Finding {
  const isSet = context.value(LOAD) !== undefined;
  const message = `pretrained.load_weights is ${isSet ? 'not true' : 'missing'}, so this checkpoint is not loaded and the training starts from scratch`;
  const fixes = isSet ? fixOf('Load the weights', context.replace(LOAD, 'True')) : [];
  return context.finding('pretrained-ignored', context.span(PATH), message, { fixes });
}
