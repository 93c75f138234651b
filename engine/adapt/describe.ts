/** A plan as the command's JSON document and as text for a person, the important lines first. */
import { counted } from '../base/counted.js';
import { fixed, precise, rounded } from '../base/numberText.js';
import { asNumber } from '../base/plain.js';
import { onOneLine, shownName } from '../base/shown.js';
import type { CheckpointIndex } from '../formats/checkpoint/types.js';
import { namesInShort } from '../formats/pickle/globals.js';
import type { DimensionMap } from '../judge/adapt/dimensionMap.js';
import { namesDisagree } from '../judge/adapt/dimensions.js';
import {
  type DimensionsDocument,
  dimensionsDocument,
  dimensionsText,
  isPlain,
} from '../judge/adapt/dimensionText.js';
import { addedIndices, addedNames, fillText, ranges, shapeText, widenedText } from '../judge/adapt/text.js';
import type { AdaptPlan, KeyPlan } from '../judge/adapt/types.js';
import { runningOf } from '../judge/policy/batchNorm.js';
import { isNormalizerKey, normalizerPlace, statisticOf } from '../judge/policy/normalizer.js';
import type { NormalizerMode } from '../judge/policy/normalizerMode.js';
import type { AdaptResult } from './adapt.js';
import type { RangeShift } from './dataSet.js';

interface AdaptDocument {
  readonly copied: readonly string[];
  readonly widened: readonly {
    readonly key: string;
    readonly from: readonly number[];
    readonly to: readonly number[];
  }[];
  readonly initialised: readonly string[];
  readonly dropped: readonly string[];
  /** The action first, then the observations that go on. */
  readonly dimensions: readonly DimensionsDocument[];
}

/** The keys of the model; the EMA's are the same. */
export function adaptDocument(result: AdaptResult): AdaptDocument {
  const keys = result.plan.keys;
  const named = (fate: KeyPlan['fate']) => keys.filter((plan) => plan.fate === fate).map((plan) => plan.key);
  return {
    copied: named('copied'),
    widened: keys.flatMap((plan) =>
      plan.fate === 'widened' ? [{ key: plan.key, from: plan.source.shape, to: plan.shape }] : [],
    ),
    initialised: named('initialised'),
    dropped: result.plan.dropped,
    dimensions: result.plan.dimensions.map(dimensionsDocument),
  };
}

/** What a person should know before training; each a whole sentence. */
export function warnings(result: AdaptResult): string[] {
  const { plan, old, shifts, dataSetProblem, outputNote } = result;
  const found = plan.losses.map(({ key, what }) => `lost: ${key}: ${what}`);
  if (old.unexpectedGlobals.length > 0) found.unshift(globalsWarning(old));
  found.push(...(plan.remarks ?? []), ...dimensionWarnings(plan), ...pixelWarnings(result));
  if (outputNote !== undefined) found.push(outputNote);
  found.push(...(result.warnings ?? []));
  if (plan.derivedFields.length > 0) found.push(derivedWarning(plan));
  if (dataSetProblem !== undefined) found.push(`the data set was not compared: ${dataSetProblem}`);
  return shifts.length === 0 ? found : [...found, ...rangeWarnings(shifts)];
}

function pixelWarnings({ pixels = [] }: AdaptResult): string[] {
  const ends = ([none, full]: readonly [number, number]) => `${rounded(none, 4)} … ${rounded(full, 4)}`;
  return pixels.map(
    ({ field, kept, usual }) =>
      `the kept normaliser of ${shownName(field)} maps pixels to ${ends(kept)}, and this policy's trainings usually to ${ends(usual)}: a train.py that fits it anew shows the encoder other values than it has learnt on`,
  );
}

/** What the places of dimensions cannot say, and what holds where some are gone. */
function dimensionWarnings({ dimensions, losses }: AdaptPlan): string[] {
  const byPlace = dimensions
    .filter(namesDisagree)
    .map(
      ({ field }) =>
        `the old ${field} and the new one share no name of a dimension, so they were matched by their places; --map says otherwise`,
    );
  const isNarrowed = losses.length > 0 && dimensions.some(({ lost }) => lost.length > 0);
  const holds =
    'a dropped dimension is no longer seen: what is kept predicts what the old policy predicts where the dropped values are 0 behind its normaliser (mostly the middle of their range), not what it predicts for others';
  return [...byPlace, ...(isNarrowed ? [holds] : [])];
}

/** Names of code that a warning spells out. */
const MAX_GLOBALS = 5;

/** Names such as `os.system` in the old file's pickles. */
function globalsWarning({ unexpectedGlobals: names, unexpectedCounts }: CheckpointIndex): string {
  const shown = namesInShort(names, unexpectedCounts?.all ?? names.length, MAX_GLOBALS, shownName);
  return `the old checkpoint names ${shown}: loading it in Python may run code; nothing was run here, and the new file holds none of it`;
}

/** Fields that a warning spells out; two arms have about a dozen. */
const MAX_FIELDS = 4;

function derivedWarning({ derivedFields }: AdaptPlan): string {
  const more = derivedFields.length - MAX_FIELDS;
  const fields = `${derivedFields.slice(0, MAX_FIELDS).map(shownName).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return (
    `the normaliser of ${fields} was not compared with the data set, whose class computes these values (relative poses, 6-D rotations). ` +
    "train.py fits it anew on every start, the old dimensions too: where the data differ, the adapted policy will not begin with the old policy's behaviour"
  );
}

function rangeWarnings(shifts: readonly RangeShift[]): string[] {
  const lines = shifts.map((shift) => {
    const { field, dimension, name, old, now, reach } = shift;
    const beyond = isBeyond(shift)
      ? `; it reaches ${fixed(reach, 3)} where the kept normaliser ends at 1`
      : '';
    const what =
      name === undefined ? `${field}[${dimension}]` : `${field}[${dimension}] (${shownName(name)})`;
    return `${what} is ${range(now)} in the new data set and was ${range(old)}${beyond}`;
  });
  const clipped = shifts.some((shift) => shift.field === 'action' && isBeyond(shift));
  const refit =
    "the ranges differ, and upstream's own trainer refits the normaliser on every start: with it the adapted policy will not " +
    "begin with the old policy's behaviour (finetune's builtin and torch runners keep the normaliser, of policies that they train)";
  const clip =
    "the new data set's actions leave the kept range: a sampler with clip_sample cannot reach them";
  return [...lines, refit, ...(clipped ? [clip] : [])];
}

/** A normaliser by mean and deviation has no end. */
function isBeyond({ reach, mode = 'limits' }: RangeShift): boolean {
  return reach > 1 + 1e-4 && (mode === 'limits' || mode === 'identity');
}

const range = ([least, most]: readonly [number, number]) => `${precise(least, 5)} … ${precise(most, 5)}`;

/** The human report; `output` is undefined when nothing was written. */
export function adaptText(result: AdaptResult, output: string | undefined): string {
  const { plan } = result;
  const lines = [
    `${plan.oldActionDim}-D → ${plan.newActionDim}-D by ${plan.strategy}, from the ${plan.weights} weights of ${result.old.path}${age(result)}`,
    ...result.notes.map((note) => `read         ${note}`),
    ...dimensionLines(plan),
    '',
    ...keyLines(plan),
    `optimizer    ${optimizerLine(plan)}`,
    'counters     global_step 0, epoch 0; the config is the new one',
    ...nameLines(result),
    ...modeLines(result),
    ...sameRanges(result),
    ...warnings(result).map((line) => `warning      ${line}`),
    '',
    output === undefined
      ? 'Nothing was written (dry run). Whether the old weights hold NaN is checked when they are written, or by regrip inspect --values.'
      : `Wrote ${output}`,
  ];
  return lines.map(onOneLine).join('\n');
}

/** Who trains with a train.py of their own has them in later checkpoints only if their config says them. */
function nameLines({ learnt = [] }: AdaptResult): string[] {
  return learnt.map(
    (names) => `names        ${names} is in the new checkpoint's config; put it into the training's own too`,
  );
}

const MODES: Readonly<Record<NormalizerMode, string>> = {
  limits: 'to -1 … 1',
  gaussian: 'by mean and deviation',
  identity: 'unchanged',
  other: 'in a way of its own',
};

/** Fields whose kept dimensions are not all mapped to -1 … 1, as upstream's trainings usually do. */
function modeLines({ kept = [] }: AdaptResult): string[] {
  return kept.flatMap(({ field, modes }) => {
    const used = (Object.keys(MODES) as NormalizerMode[]).filter((mode) => modes.includes(mode));
    if (used.length === 0 || used.join() === 'limits') return [];
    const parts = used.map((mode) => {
      const at = modes.flatMap((each, index) => (each === mode ? [index] : []));
      return `${ranges(at)} ${MODES[mode]}`;
    });
    const isNew = modes.includes(null);
    const fitted = used.join() === 'gaussian' ? 'likewise' : MODES.limits;
    return [
      `normaliser   ${field} is kept: ${parts.join(', ')}${isNew ? `; new dimensions are fitted ${fitted}` : ''}`,
    ];
  });
}

/** The fate of every key, those that are copied as a number. */
export function keyLines(plan: AdaptPlan): string[] {
  return [
    ...plan.keys.filter((key) => key.alias === undefined && !isNormalizerKey(key.key)).flatMap(keyLine),
    ...normalizerLines(plan),
    summaryLine('copied', plan.keys.filter((key) => key.fate === 'copied').length, 'keys, bit for bit'),
    summaryLine(
      'dropped',
      plan.dropped.length,
      plan.dropped.length === 0
        ? 'keys'
        : `keys: ${plan.dropped.slice(0, 8).join(', ')}${plan.dropped.length > 8 ? ' …' : ''}`,
    ),
    ...dtypeLine(plan),
  ];
}

const HOW = { map: 'by --map', names: 'by name', position: 'by position' } as const;

/** Where each entry of the action and of the observations is from, but where they just go on. */
export function dimensionLines({ dimensions }: AdaptPlan): string[] {
  return dimensions.filter((map) => !isPlain(map)).map(dimensionsLine);
}

function dimensionsLine(map: DimensionMap): string {
  return `dimensions   ${map.field} (${HOW[map.by]}): ${dimensionsText(map)}`;
}

/** The good news, which upstream's own trainer depends on. */
function sameRanges({ plan, shifts, dataSetProblem }: AdaptResult): string[] {
  if (shifts.length > 0 || dataSetProblem !== undefined || plan.keptFields.length === 0) return [];
  return [
    `data set     ${plan.keptFields.join(', ')}: the kept dimensions have the range of the old normaliser`,
  ];
}

function age({ old }: AdaptResult): string {
  const { epoch, global_step: step } = old.pickles;
  return typeof epoch === 'number' ? ` (epoch ${epoch}, step ${String(step)})` : '';
}

function keyLine(plan: KeyPlan): string[] {
  switch (plan.fate) {
    case 'copied':
      return [];
    case 'widened': {
      const sizes = `${shapeText(plan.source.shape)} → ${shapeText(plan.shape)}`;
      return [`widened      ${plan.key}  ${sizes}, ${widenedText(plan)}`];
    }
    case 'initialised':
      return [`initialised  ${plan.key}  ${shapeText(plan.shape)}: ${fillText(plan.fill)} (${plan.why})`];
    default:
      return plan satisfies never;
  }
}

/** One line per field instead of six keys. */
function normalizerLines({ keys }: AdaptPlan): string[] {
  return keys.flatMap((plan) => {
    const field = normalizerPlace(plan.key)?.of?.name;
    if (field === undefined || statisticOf(plan.key) !== 'scale' || plan.fate === 'copied') return [];
    if (plan.fate !== 'widened') return `initialised  normaliser of ${field} (6 keys)`;
    return `widened      normaliser of ${field} (6 keys): ${normalizerText(plan)}`;
  });
}

function normalizerText(plan: Extract<KeyPlan, { fate: 'widened' }>): string {
  const added = addedIndices(plan);
  const kept =
    plan.from.length - added.length < plan.source.shape[0]!
      ? 'the old dimensions that go on are kept'
      : 'old dimensions kept';
  if (added.length === 0) return kept;
  const filled =
    plan.fill.kind === 'fitted' ? 'fitted on the new data set' : 'not scaled until the training fits it';
  return `${kept}, ${ranges(added)}${addedNames(plan)} ${filled}`;
}

/** Where it is not float32 throughout, as upstream's trainings have it. */
function dtypeLine({ keys }: AdaptPlan): string[] {
  const counts = new Map<string, number>();
  for (const { key, dtype, fate } of keys)
    if (fate !== 'initialised' && dtype !== 'float32' && runningOf(key) !== 'num_batches_tracked')
      counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  const named = [...counts].map(([dtype, keys]) => `${dtype} (${counted(keys, 'key')})`);
  if (named.length === 0) return [];
  return [
    `dtypes       ${named.join(', ')}: written back as they are; old entries bit for bit, new ones rounded`,
  ];
}

/** One line on the optimizer's moments and rates. */
export function optimizerLine({ optimizer }: AdaptPlan): string {
  const [rate, ...others] = new Set(optimizer.paramGroups.map(({ lr }) => rounded(asNumber(lr!), 12)));
  const rates = others.length === 0 ? `rate ${rate}` : `rates ${[rate, ...others].join(' and ')}`;
  const moments =
    optimizer.moments.length === 0
      ? 'no moments (fresh state)'
      : `moments of ${counted(optimizer.moments.length, 'parameter')} kept, zero where new`;
  return `${moments}; learning ${rates} and weight decay of the new config`;
}

const summaryLine = (name: string, count: number, what: string) => `${name.padEnd(12)} ${count} ${what}`;
