/** Weights that the training's own source loads from a hard-coded path: whether they exist, fit, and are loaded at all. */

import { MAX_MESSAGE, shownLine } from '../../../base/shown.js';
import type { CheckpointIndex } from '../../../formats/checkpoint/types.js';
import type { HardCodedLoad, LoadedPart } from '../../../project/python/hardCodedLoads.js';
import { planAdvice } from '../../adapt/advice.js';
import { adaptedName } from '../../adapt/call.js';
import { policySpec } from '../../policy/families.js';
import type { Check } from '../check.js';
import { type CheckContext, sourceName, sourceSpan } from '../context.js';
import type { Looked } from '../disk.js';
import { type Finding, startOfFile } from '../finding.js';
import { isChanged, isTruthyAt } from './arguments.js';
import { callOf, kindsOf, named, problemsOf } from './pretrained.js';

const TARGET = '_target_';

export const hardCodedWeights: Check = {
  run: async (context) => {
    const loads = (await context.workspace())?.loads ?? [];
    const findings: Finding[] = [];
    for (const load of loads) findings.push(...(await judged(context, load)));
    return findings;
  },
};

async function judged(context: CheckContext, load: HardCodedLoad): Promise<Finding[]> {
  const path = load.path === undefined ? undefined : context.absolute(load.path);
  const looked = path === undefined ? undefined : await context.disk.checkpoint(path);
  const against = load.when.find(({ key, isTrue }) => isTruthyAt(context, key) !== isTrue);
  const isThere = looked?.kind !== 'missing';
  const unloaded = load.uses.filter(({ steps }) => steps.join('.') === 'state_dicts');
  const faults = unloaded
    .slice(0, 1)
    .map((use) => matchesNothing(context, load, use, { against: against?.key, isThere }));
  if (path === undefined || looked === undefined) return faults;
  const facts = await context.workspace();
  if (load.when.some(({ key }) => isChanged(context, facts, key))) return faults;
  if (against !== undefined)
    return looked.kind === 'missing' ? faults : [...faults, notReached(context, path, load, against.key)];
  return [...faults, ...ofFile(context, path, looked, load, unloaded.length > 0)];
}

/** A dictionary of state dicts has the keys `model`, `ema_model`, `optimizer`, none of which is a parameter. */
function matchesNothing(
  context: CheckContext,
  load: HardCodedLoad,
  { place, isStrict }: LoadedPart,
  { against, isThere }: { readonly against: string | undefined; readonly isThere: boolean },
): Finding {
  const path = load.path === undefined ? 'a checkpoint' : load.path;
  const what = isStrict
    ? 'PyTorch refuses it, because the keys of state_dicts are model, ema_model and optimizer'
    : 'no key matches (its keys are model, ema_model and optimizer), and with strict=False PyTorch does not report it: the training silently starts from scratch';
  const idle =
    against === undefined
      ? ''
      : `. With ${against}: ${shownValue(context, against)} this line is not reached`;
  const message = `${sourceName(place)} loads ${path} by load_state_dict(payload['state_dicts']${isStrict ? '' : ', strict=False'}): ${what}. Load payload['state_dicts']['model'] there${idle}`;
  const related = [{ span: sourceSpan(place), message: 'loaded here' }];
  const found = context.finding('weights-not-loaded', context.span(TARGET), message, { related });
  return against === undefined && isThere ? found : { ...found, severity: 'information' };
}

function shownValue(context: CheckContext, key: string): string {
  return JSON.stringify(context.value(key) ?? null);
}

function notReached(context: CheckContext, path: string, { place }: HardCodedLoad, key: string): Finding {
  const message = `${sourceName(place)} loads ${path}, but not when ${key} is ${shownValue(context, key)}: unless there is a checkpoint to resume, the training silently starts from scratch`;
  const related = [{ span: sourceSpan(place), message: 'would be loaded here' }];
  return context.finding('resume-wins', context.span(key), message, { related });
}

function ofFile(
  context: CheckContext,
  path: string,
  looked: Looked<CheckpointIndex>,
  { place, isGuarded, uses }: HardCodedLoad,
  isFaulty: boolean,
): Finding[] {
  const span = context.span(TARGET);
  const related = [
    { span: sourceSpan(place), message: `its path is hard-coded here (${sourceName(place)})` },
  ];
  switch (looked.kind) {
    case 'missing': {
      const result = isGuarded ? 'the training silently starts from scratch' : 'the training stops there';
      const message = `${sourceName(place)} loads weights from the hard-coded path ${path}, which does not exist: ${result}. Make it from the old checkpoint: ${callOf('OLD.ckpt', path, context)}`;
      const found = context.finding('pretrained-missing', span, message, { related });
      return [isGuarded ? { ...found, severity: 'warning' } : found];
    }
    case 'unreadable': {
      const message = `${sourceName(place)} loads ${path}: ${looked.error.message}`;
      return [context.finding('pretrained-unreadable', span, message, { related })];
    }
    case 'found':
      return isFaulty
        ? []
        : uses.flatMap((use) => incompatible(context, path, looked.value, use, related)).slice(0, 1);
  }
}

function incompatible(
  context: CheckContext,
  path: string,
  index: CheckpointIndex,
  { steps, isStrict, place }: LoadedPart,
  related: Finding['related'],
): Finding[] {
  const [holder, name, ...more] = steps;
  if (holder !== 'state_dicts' || name === undefined || more.length > 0) return [];
  const tensors = index.stateDicts[name];
  const file = {
    span: startOfFile(path),
    message: `state dicts: ${Object.keys(index.stateDicts).join(', ')}`,
  };
  const tell = (message: string): Finding[] => [
    context.finding('pretrained-incompatible', context.span(TARGET), message, {
      related: [...related, file],
    }),
  ];
  if (tensors === undefined)
    return tell(
      `${sourceName(place)} loads the state dict ${name} of ${path}, which the file does not contain`,
    );
  const problems = problemsOf(context, tensors);
  if (problems.length === 0) return [];
  const result = isStrict
    ? 'PyTorch refuses it'
    : 'With strict=False PyTorch still fails on shape mismatches and silently keeps random values for missing keys';
  const spec = policySpec(context.survey.resolved); // there is one: it has problems
  const { options, refused } = planAdvice(index, tensors, spec);
  const advice =
    refused === undefined
      ? `Adapt it first: ${callOf(path, adaptedName(path, spec.actionDim), context, options)}`
      : `regrip adapt cannot make it fit: its own ${shownLine(refused, MAX_MESSAGE)}`;
  return tell(
    `${path}, which ${sourceName(place)} loads, does not fit this config: ${kindsOf(problems)}, first ${named(problems)}. ${result}. ${advice}`,
  );
}
