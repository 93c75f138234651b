/** Reads the config of iDP3's image policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { shownJson } from '../../../base/shown.js';
import { readBase } from '../baseSpec.js';
import { layersOf, readConditionType } from '../conditionalUnet1d/conditionTypes.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, mapAt, optional, PolicyConfigError, textAt } from '../config.js';
import { inEncoderOrder } from '../multiImageEncoder.js';
import { requireClass } from '../multiImageRead.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper, NormalizerField } from '../spec.js';
import { readTimmObservations } from '../timmEncoder/read.js';
import type { TimmObservation } from '../timmEncoder/shape.js';
import { COLUMNS } from './columns.js';
import { r3mSegments } from './encoder.js';
import { policyParameters } from './keys.js';
import { ID, type R3mEncoder, type UnetR3mSpec } from './spec.js';

const below = (name: string): readonly string[] => ['policy', 'obs_encoder', name];

/** Upstream's defaults where a key is absent. Throws `PolicyConfigError`. */
export function readUnetR3m(resolved: PlainMap): UnetR3mSpec {
  mapAt(resolved, ['policy']);
  requireFixed(
    resolved,
    ['policy', 'obs_as_global_cond'],
    true,
    'its network has no other place for observations',
  );
  requireFixed(resolved, ['policy', 'use_depth'], false, 'R3M’s ResNet has three input channels');
  const configured = readTimmObservations(resolved);
  const observations = inEncoderOrder(configured);
  const encoder = readEncoder(resolved, configured);
  const base = readBase(resolved);
  requireAllSteps(configured, base.obsSteps);
  const actionDim = readActionDim(resolved);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const conditionType = readConditionType(resolved, true);
  const features = r3mSegments(observations);
  const hyper: Hyper<UnetR3mSpec> = {
    family: ID,
    ...base,
    actionDim,
    observations,
    cropShape: [0, 0],
    obsFeatureDim: widthOf(features),
    normalizer: fieldsOf(actionDim, configured),
    normalizerBy: 'data set',
    columns: COLUMNS,
    encoder,
    conditionType,
    unet: {
      ...settings,
      ...layersOf(conditionType),
      input: [{ of: 'action', width: actionDim }],
      globalCondition: features,
    },
  };
  return { ...hyper, parameters: policyParameters(hyper, configured) };
}

function readEncoder(config: PlainMap, configured: readonly TimmObservation[]): R3mEncoder {
  requireClass(config, ['policy', 'obs_encoder'], 'TimmObsEncoder');
  const name = textAt(config, below('model_name'));
  if (name !== 'r3m')
    throw new PolicyConfigError(
      below('model_name'),
      `is ${name}, expected r3m: iDP3’s encoder builds no other model`,
    );
  refuseAggregation(config);
  const other = configured.find(({ type, shape }) => type === 'rgb' && shape[0] !== 3);
  if (other !== undefined)
    throw new PolicyConfigError(
      ['policy', 'shape_meta', 'obs', other.key, 'shape', '0'],
      `is ${other.shape[0]}, expected 3: R3M’s ResNet takes no other image`,
    );
  const isPretrained = booleanAt(config, below('pretrained'), false);
  const isReplaced = booleanAt(config, below('use_group_norm'), false) && !isPretrained;
  return {
    norm: isReplaced ? 'GroupNorm' : 'BatchNorm',
    isPretrained,
    isShared: booleanAt(config, below('share_rgb_model'), false),
  };
}

/** Layers that upstream builds and never uses with R3M. */
function refuseAggregation(config: PlainMap): void {
  const path = below('feature_aggregation');
  const found = optional(config, path);
  if (found === null || found === 'avg' || found === 'max') return;
  throw new PolicyConfigError(
    path,
    `is ${found === undefined ? 'absent (upstream’s default: spatial_embedding)' : shownJson(found)}, expected null: R3M hands one vector on, and nothing aggregates it`,
  );
}

function requireFixed(config: PlainMap, path: readonly string[], expected: boolean, why: string): void {
  const found = booleanAt(config, path, expected);
  if (found === expected) return;
  throw new PolicyConfigError(path, `is ${found}, expected ${expected}: ${why}`);
}

/** The encoder is sized by `horizon`, and fed `n_obs_steps`. */
function requireAllSteps(observations: readonly TimmObservation[], obsSteps: number): void {
  const other = observations.find(({ steps, isUsed }) => isUsed && steps !== obsSteps);
  if (other === undefined) return;
  throw new PolicyConfigError(
    ['policy', 'shape_meta', 'obs', other.key, 'horizon'],
    `is ${other.steps}, but policy.n_obs_steps is ${obsSteps}, so the first batch fails`,
  );
}

/** Upstream's data set class fits the action alone. */
function fieldsOf(actionDim: number, configured: readonly TimmObservation[]): NormalizerField[] {
  const ofType = (type: string) => configured.filter((obs) => obs.type === type);
  const unfitted = [...ofType('rgb'), ...ofType('low_dim')];
  return [
    { name: 'action', width: actionDim, range: 'fitted' },
    ...unfitted.map(({ key }): NormalizerField => ({ name: key, width: 1, range: 'identity' })),
  ];
}
