/** What a checkpoint is in a few words, from its headers: the policy, its actions, and how much each state dict holds. */

import { counted, countText } from '../../base/counted.js';
import { asNumber, at, type Plain, type PlainMap } from '../../base/plain.js';
import { sizeText, valueText } from '../../base/shown.js';
import { policyFacts } from '../lerobot/policyFacts.js';
import { elementCount } from './dtypes.js';
import type { CheckpointIndex } from './types.js';

/** The last name of `policy._target_`. */
export function policyClass(config: PlainMap | undefined): string | undefined {
  const target = at(config, ['policy', '_target_']);
  return typeof target === 'string' ? target.slice(target.lastIndexOf('.') + 1) : undefined;
}

/** Of `shape_meta`, of LeRobot's features, or of a low-dim policy's `action_dim`; the first and the last are usually interpolations to the task's. */
export function actionDimension(config: PlainMap | undefined): number | undefined {
  return firstNumber(config, [
    ['shape_meta', 'action', 'shape', 0],
    ['task', 'shape_meta', 'action', 'shape', 0],
    ['policy', 'output_features', 'action', 'shape', 0],
    ['policy', 'action_dim'],
    ['action_dim'],
    ['task', 'action_dim'],
  ]);
}

/** Tensors with their shapes; those with an alias are counted once. */
export function contentText(
  tensors: readonly { readonly shape: readonly number[]; readonly alias?: string | undefined }[],
): string {
  const own = tensors.filter(({ alias }) => alias === undefined);
  const aliases = tensors.length - own.length;
  const more = aliases === 0 ? '' : `, ${countText(aliases)} ${aliases === 1 ? 'alias' : 'aliases'}`;
  return `${counted(valuesIn(own), 'value')} in ${counted(own.length, 'tensor')}${more}`;
}

export function valuesIn(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** What is not in the headers. */
export interface CheckpointFacts {
  /** Of the whole file. */
  readonly bytes?: number | undefined;
  /** The size of the network, according to the policy's family. */
  readonly network?: string | undefined;
}

/** Name and value of what a reader wants to know first, in the order in which it is shown. */
export function checkpointFacts(
  index: CheckpointIndex,
  { bytes, network }: CheckpointFacts = {},
): [string, string][] {
  const { config, pickles } = index;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['file', bytes === undefined ? undefined : sizeText(bytes)],
    ['form', index.form?.text],
    ['policy', policyClass(config)],
    ['action', dimensionText(actionDimension(config))],
    ['horizon', horizonText(config)],
    ...policyFacts(config),
    ['network', network],
    ...['epoch', 'global_step'].map((name) => [name, numberText(asNumber(pickles[name]))] as const),
    ...Object.entries(index.stateDicts).map(([name, tensors]) => [name, contentText(tensors)] as const),
    ['trained', trainedText(index)],
  ];
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
}

function dimensionText(dimension: number | undefined): string | undefined {
  return dimension === undefined ? undefined : `${dimension}-D`;
}

function horizonText(config: PlainMap | undefined): string | undefined {
  const number = (...names: string[]) =>
    firstNumber(
      config,
      names.flatMap((name) => [[name], ['policy', name]]),
    );
  const [horizon, observed, executed] = [
    number('horizon', 'chunk_size'),
    number('n_obs_steps'),
    number('n_action_steps'),
  ];
  if (horizon === undefined) return undefined;
  const parts = [
    `${counted(horizon, 'step')}`,
    ...(observed === undefined ? [] : [`${observed} observed`]),
    ...(executed === undefined ? [] : [`${executed} executed`]),
  ];
  return parts.join(', ');
}

/** AdamW has moments of what it trains, and of nothing else. */
function trainedText({ optimizer }: CheckpointIndex): string | undefined {
  if (optimizer === undefined || optimizer.state.size === 0) return undefined;
  const moments = [...optimizer.state.values()].map(({ expAvg }) => expAvg);
  return `${counted(valuesIn(moments), 'parameter')}`;
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Interpolations are text here: the first place that holds a number counts. */
function firstNumber(
  config: PlainMap | undefined,
  paths: readonly (readonly (string | number)[])[],
): number | undefined {
  return paths.map((path) => asNumber(at(config, path))).find((value) => value !== undefined);
}

/** A counter or a path in full; a record of a training shortened. */
export function shortValue(value: Plain): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const text = valueText(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

const MAX_VALUE = 90;
