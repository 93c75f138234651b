/** Reads the config of a UNet policy with a target: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { booleanAt, countAt, lastName, mapAt, optional, PolicyConfigError } from '../config.js';
import type { AxisSegment } from '../family.js';
import { fieldsOf } from '../normalizer.js';
import { featureSegments, featureWidths, readCrop, readEncoderNorm } from '../robomimicEncoder.js';
import { MAX_WIDTH, readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper, NormalizerField, ObservationSpec, PolicySpec } from '../spec.js';
import { policyParameters } from './keys.js';
import { EMBEDDED, ID, TARGET, type UnetTargetedSpec } from './spec.js';

const path = (name: string) => ['policy', name];

/** The project's defaults where a key is absent. */
export function readUnetTargeted(resolved: PlainMap): UnetTargetedSpec {
  const policy = mapAt(resolved, ['policy']);
  requireGlobalCondition(resolved);
  const seen = readObservations(resolved);
  const target = readTarget(resolved, seen);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const embedding = readEmbedding(resolved);
  const observations = [...seen, ...target];
  const globalCondition = [
    ...Array.from({ length: base.obsSteps }, (_, step) => stepSegments(seen, step, embedding)).flat(),
    ...oneHot(resolved),
    ...target.map(({ key, shape }) => ({ of: 'observation', key, width: shape[0]! }) as const),
  ];
  const hyper: Hyper<UnetTargetedSpec> = {
    family: ID,
    ...base,
    actionDim,
    observations,
    ...readCrop(resolved, policy.crop_shape, seen),
    obsFeatureDim: embedding ?? featureWidths(seen),
    normalizer: fields(resolved, fieldsOf(actionDim, observations)),
    ...columns(resolved),
    ...(embedding !== undefined && { embedding }),
    encoderNorm: readEncoderNorm(resolved),
    isPretrained: booleanAt(resolved, path('pretrained_encoder'), false),
    unet: { ...settings, input: [{ of: 'action', width: actionDim }], globalCondition },
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

function requireGlobalCondition(config: PlainMap): void {
  if (booleanAt(config, path('obs_as_global_cond'), true)) return;
  const reason = 'this policy inpaints no observations';
  throw new PolicyConfigError(path('obs_as_global_cond'), `is false, expected true: ${reason}`);
}

/** As an observation that is given once. */
function readTarget(config: PlainMap, seen: readonly ObservationSpec[]): ObservationSpec[] {
  const isUsed = booleanAt(config, path('use_target_cond'), false);
  if ((optional(config, path('target_dim')) ?? null) === null) {
    if (!isUsed) return [];
    throw new PolicyConfigError(path('target_dim'), 'is not given while policy.use_target_cond is true');
  }
  const width = countAt(config, path('target_dim'), { least: 1, most: MAX_WIDTH });
  if (!isUsed)
    throw new PolicyConfigError(
      path('use_target_cond'),
      'is false while policy.target_dim is given: the network would wait for a target that it does not get',
      'Set it to true, or policy.target_dim to null.',
    );
  if (seen.some(({ key }) => key === TARGET))
    throw new PolicyConfigError(
      ['policy', 'shape_meta', 'obs', TARGET],
      'is the name of the target: an observation of that name shares its normaliser',
    );
  return [{ key: TARGET, type: 'low_dim', shape: [width] }];
}

function readEmbedding(config: PlainMap): number | undefined {
  const name = path('obs_embedding_dim');
  if ((optional(config, name) ?? null) === null) return undefined;
  return countAt(config, name, { least: 1, most: MAX_WIDTH });
}

/** The condition's columns of one observed step. */
function stepSegments(
  seen: readonly ObservationSpec[],
  step: number,
  embedding: number | undefined,
): AxisSegment[] {
  if (embedding === undefined) return featureSegments(seen, step);
  return [{ of: 'other', name: `${EMBEDDED}, step ${step}`, width: embedding }];
}

/** Tells which of several data sets a window comes from. */
function oneHot(config: PlainMap): AxisSegment[] {
  const width = countAt(config, path('one_hot_encoding_dim'), { least: 0, most: MAX_WIDTH, otherwise: 0 });
  return width === 0 ? [] : [{ of: 'other', name: 'one-hot encoding', width }];
}

/** Which of the project's data set classes fits the normaliser; undefined where the config names none. */
function dataSetClass(config: PlainMap): string | undefined {
  const target = optional(config, ['task', 'dataset', '_target_']);
  return typeof target === 'string' ? lastName(target) : undefined;
}

/** The class for several data sets joins their ranges, and has neither mean nor deviation. */
function fields(config: PlainMap, all: readonly NormalizerField[]): NormalizerField[] {
  const joinsRanges = dataSetClass(config) === 'PlanarPushingDataset';
  return all.map((field) =>
    joinsRanges && field.range === 'fitted' ? { ...field, rangeOnly: true } : field,
  );
}

/** The project's data set classes take the robot's position from the array `state`. */
function columns(config: PlainMap): Pick<PolicySpec, 'columns'> {
  return /^(?:PlanarPushing|Drake)\w*Dataset$/.test(dataSetClass(config) ?? '')
    ? { columns: { agent_pos: 'state' } }
    : {};
}
