/** The policy that an old checkpoint holds: its config, from the file or from the user, and its tensors under that policy's names. */

import { counted } from '../../base/counted.js';
import { RegripError, UsageError } from '../../base/errors.js';
import type { PlainMap } from '../../base/plain.js';
import { shownLine, shownName } from '../../base/shown.js';
import type { CheckpointIndex, TensorInfo } from '../../formats/checkpoint/types.js';
import { JudgeError } from '../judgeError.js';
import { findIncompatibilities } from '../policy/compatibility.js';
import { policySpec } from '../policy/families.js';
import { foreignKeys } from '../policy/foreignKeys.js';
import { likelyWrappings, type Wrapping, wrappings, wrappingText } from '../policy/prefixes.js';
import { asSaved } from '../policy/savedNormalizer.js';
import type { PolicySpec } from '../policy/spec.js';
import { oldConfig } from './oldConfig.js';
import type { Weights } from './types.js';

/** What to do with a prefix of the old keys; without `prefix` the one that fits. */
export interface PrefixChoice {
  readonly kind: 'strip' | 'keep';
  readonly prefix?: string;
}

export interface OldPolicyRequest {
  readonly index: CheckpointIndex;
  readonly weights: Weights;
  /** Of the old training, resolved, and the file that it is from; the checkpoint's own counts otherwise. */
  readonly config?: { readonly resolved: PlainMap; readonly file: string };
  readonly prefix?: PrefixChoice;
  /** The user's call with more options, for what an error proposes. */
  readonly callWith?: (options: readonly string[]) => string;
}

interface OldPolicy {
  /** Its chosen state dict has the policy's own names. */
  readonly index: CheckpointIndex;
  readonly spec: PolicySpec;
  readonly weights: Weights;
  /** What stood around the names, where something did. */
  readonly wrapping: Wrapping | undefined;
  /** How the file was read; each a whole sentence. */
  readonly notes: readonly string[];
}

/** Throws when no config is known, when it describes no known policy or another one, or when a prefix waits for a choice. */
export function oldPolicy(request: OldPolicyRequest): OldPolicy {
  const configured = readSpec(request);
  const { index } = request;
  const weights = weightsIn(index, request.weights);
  const dict = weights === 'ema' ? 'ema_model' : 'model';
  const tensors = index.stateDicts[dict] ?? [];
  const wrapping = chosenWrapping(tensors, configured, request);
  const own = wrapping === undefined ? tensors : unwrapped(tensors, wrapping);
  const spec = asSaved(configured, own);
  const named = withCanonicalKeys(own, spec);
  requireSamePolicy(named, spec, request);
  return {
    index: { ...index, stateDicts: { ...index.stateDicts, ...(tensors.length > 0 && { [dict]: named }) } },
    spec,
    weights,
    wrapping,
    notes: [...formNotes(request), ...wrappingNotes(tensors, wrapping, request)],
  };
}

/** Files of other layouts mostly hold one copy, whatever it is called. */
function weightsIn({ form, stateDicts }: CheckpointIndex, asked: Weights): Weights {
  if (form === undefined || stateDicts[asked === 'ema' ? 'ema_model' : 'model'] !== undefined) return asked;
  return asked === 'ema' ? 'model' : 'ema';
}

function readSpec({ index: { config: own, path, form }, config, callWith }: OldPolicyRequest): PolicySpec {
  if (config === undefined && own === undefined) {
    const options = ['--old-config', 'OLD.yaml'];
    const what =
      form === undefined ? 'has no training config (cfg)' : `is ${form.text}, without a training config`;
    throw new JudgeError({
      code: 'old-config',
      file: path,
      message: `${what}, so the sizes of the old policy are not known`,
      hint: `Give the config that it was trained with (its primary config, or .hydra/config.yaml of its run): ${callWith?.(options) ?? `regrip adapt … ${options.join(' ')}`}`,
    });
  }
  try {
    return policySpec(config === undefined ? oldConfig(own!) : config.resolved);
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    throw new JudgeError({
      code: 'old-config',
      file: config?.file ?? path,
      message: `${config === undefined ? 'its own config' : 'this config'} does not describe a policy that can be adapted: ${error.message}`,
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

function chosenWrapping(
  tensors: readonly TensorInfo[],
  spec: PolicySpec,
  request: OldPolicyRequest,
): Wrapping | undefined {
  const fileKeys = tensors.map(({ key }) => key);
  const policyKeys = new Set(spec.parameters.map(({ key }) => key));
  const { prefix: asked } = request;
  if (asked?.prefix !== undefined) {
    const wanted = asked.prefix === '' || asked.prefix.endsWith('.') ? asked.prefix : `${asked.prefix}.`;
    const all = wrappings(fileKeys, policyKeys);
    const found = all.find(({ prefix }) => prefix === wanted);
    if (found !== undefined) return found;
    throw new UsageError(
      `--${asked.kind}-prefix ${asked.prefix}: no key of the old policy has this prefix in ${request.index.path}`,
      all.length === 0 ? undefined : knownPrefixes(all),
    );
  }
  const likely = likelyWrappings(fileKeys, policyKeys);
  if (likely.length > 1) throw severalCopies(likely, request);
  if (likely.length === 1 && asked === undefined) throw wrapped(likely[0]!, policyKeys.size, request);
  return likely[0];
}

function knownPrefixes(all: readonly Wrapping[]): string {
  const known = all.map(({ prefix }) => (prefix === '' ? 'none' : shownName(prefix))).slice(0, 5);
  return known.join() === 'none'
    ? 'Its keys have no prefix: leave the option out.'
    : `Prefixes of the policy's keys there: ${known.join(', ')}.`;
}

function wrapped(wrapping: Wrapping, all: number, { index, callWith }: OldPolicyRequest): RegripError {
  const call = callWith?.(['--strip-prefix']) ?? 'regrip adapt … --strip-prefix';
  return new JudgeError({
    code: 'key-prefix',
    file: index.path,
    message: `its keys have ${shownLine(wrappingText(wrapping))}; without it ${wrapping.keys.size} of the ${counted(all, 'key')} of the old policy fit`,
    hint: `Remove it: ${call}. Or give --keep-prefix instead if your train.py wraps the policy in the same way.`,
  });
}

function severalCopies(likely: readonly Wrapping[], { index, callWith }: OldPolicyRequest): RegripError {
  const named = likely.map((each) => `${shownLine(wrappingText(each))}, ${counted(each.keys.size, 'key')}`);
  const calls = likely.map(
    ({ prefix }) => callWith?.(['--strip-prefix', prefix]) ?? `--strip-prefix ${prefix}`,
  );
  return new JudgeError({
    code: 'key-prefix',
    file: index.path,
    message: `it holds the old policy ${likely.length} times: ${named.join('; ')}`,
    hint: `Choose one (an average of the weights is often called ema): ${calls.join(' or ')}`,
  });
}

/** The tensors of this copy under the policy's names; others keep theirs out of it. */
function unwrapped(tensors: readonly TensorInfo[], { keys }: Wrapping): TensorInfo[] {
  const names = new Map([...keys].map(([policyKey, fileKey]) => [fileKey, policyKey]));
  return tensors.flatMap(({ alias, ...tensor }) => {
    const key = names.get(tensor.key);
    if (key === undefined) return [];
    const original = alias === undefined ? undefined : names.get(alias);
    return [{ ...tensor, key, ...(original !== undefined && { alias: original }) }];
  });
}

/** Of tensors that are one, safetensors keeps one name, which need not be the first. */
function withCanonicalKeys(
  tensors: readonly TensorInfo[],
  { parameters }: PolicySpec,
): readonly TensorInfo[] {
  const byKey = new Map(tensors.map((tensor) => [tensor.key, tensor]));
  const added = parameters.flatMap(({ key, alias }) => {
    const kept = alias === undefined || byKey.has(alias) ? undefined : byKey.get(key);
    return kept === undefined ? [] : [[alias!, { ...kept, key: alias! }] as const];
  });
  return added.length === 0 ? tensors : [...tensors, ...new Map(added).values()];
}

function requireSamePolicy(
  tensors: readonly TensorInfo[],
  spec: PolicySpec,
  { index, config }: OldPolicyRequest,
): void {
  const problems = findIncompatibilities(spec, tensors);
  const whose = config === undefined ? 'its own config' : config.file;
  const foreign = foreignKeys(tensors, spec);
  if (foreign !== undefined) throw otherFamily(index.path, whose, foreign.text);
  const wrong = problems.find(({ kind }) => kind === 'shape');
  if (wrong?.kind === 'shape') {
    const hint =
      config === undefined
        ? 'The checkpoint was put together from two trainings. Adapt the checkpoint that the old training saved.'
        : 'Give the config that the old policy was trained with; --old-override KEY=VALUE changes it.';
    const message = `${whose} expects ${wrong.key} of shape [${wrong.expected.join(', ')}], but it has [${wrong.found.join(', ')}]`;
    throw new JudgeError({ code: 'old-config', file: index.path, message, hint });
  }
  const missing = problems.filter(({ kind }) => kind === 'missing').length;
  if (tensors.length === 0 || missing < spec.parameters.length) return;
  const first = tensors.slice(0, 3).map(({ key }) => shownName(key));
  throw new JudgeError({
    code: 'old-config',
    file: index.path,
    message: `none of its keys (${first.join(', ')} …) belongs to the policy that ${whose} describes`,
    hint: 'It holds another policy, or a part of one: adapt the checkpoint that the old training saved.',
  });
}

function otherFamily(file: string, whose: string, foreign: string): RegripError {
  const hint =
    'Give the config that its weights were trained with (--old-config OLD.yaml), or the checkpoint of that config.';
  return new JudgeError({ code: 'other-family', file, message: `${whose} ${foreign}`, hint });
}

function formNotes({ index: { form, optimizer }, config }: OldPolicyRequest): string[] {
  if (form?.kind === 'lerobot') return []; // that is how such policies are kept
  const read = form === undefined ? [] : [`the file is ${form.text}`];
  const known = config === undefined ? [] : [`${config.file} describes the old policy`];
  const fresh =
    form === undefined || optimizer !== undefined
      ? []
      : ['the optimizer state of such a file is not used: the moments start fresh'];
  return [...read, ...known, ...fresh];
}

function wrappingNotes(
  tensors: readonly TensorInfo[],
  wrapping: Wrapping | undefined,
  { prefix: asked }: OldPolicyRequest,
): string[] {
  if (wrapping === undefined)
    return asked === undefined ? [] : [`the old keys have no prefix: there was nothing to ${asked.kind}`];
  const what = shownLine(wrappingText(wrapping)) || 'their own names';
  const done = asked?.kind === 'keep' ? 'the new keys keep it' : 'it was removed';
  const left = tensors.length - wrapping.keys.size;
  const others =
    left === 0
      ? ''
      : `; ${counted(left, 'key')} that ${left === 1 ? 'does' : 'do'} not belong to it were left out`;
  return [`the old keys have ${what}: ${done}${others}`];
}
