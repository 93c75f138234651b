/** Reads a config.json of LeRobot's diffusion policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { readUnet } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, countAt, mapAt, numberAt, optional, PolicyConfigError, shapeAt } from '../config.js';
import type { AxisSegment } from '../family.js';
import { INPUTS, type LerobotFeatures, readFeatures, readModes, STATE } from '../lerobot/features.js';
import { requireGiven, withoutNull } from '../lerobot/given.js';
import { cellsOf, readResnet } from '../lerobot/resnet.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { CameraView, Hyper, ImageSize, ObservationSpec } from '../spec.js';
import { seenIn } from '../view.js';
import { imageWidth } from './encoder.js';
import { policyParameters } from './keys.js';
import { readNoise } from './noise.js';
import { ID, type ImageEncoder, type LerobotDiffusionSpec } from './spec.js';

const USUAL_MODES = { VISUAL: 'MEAN_STD', STATE: 'MIN_MAX', ACTION: 'MIN_MAX' };
const MAX_KEY_POINTS = 1 << 16;

/** LeRobot's defaults where a key is absent. */
export function readLerobotDiffusion(resolved: PlainMap): LerobotDiffusionSpec {
  const config = withoutNull(resolved);
  const features = readFeatures(config);
  const observations = inOrder(features);
  const view = readView(config, features);
  const encoder = view && readEncoder(config, view);
  const asUpstream = { policy: { ...mapAt(config, ['policy']), ...upstreamSettings(config) } };
  const base = readBase(asUpstream);
  const settings = readUnet(asUpstream, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const segments = (step: number) => observations.map((obs) => segmentOf(obs, step, encoder));
  const globalCondition = Array.from({ length: base.obsSteps }, (_, step) => segments(step)).flat();
  const hyper: Hyper<LerobotDiffusionSpec> = {
    family: ID,
    ...base,
    actionDim: features.actionDim,
    observations,
    ...seenIn(features.images.map(({ key }) => ({ key, ...view! }))),
    obsFeatureDim: widthOf(segments(0)),
    normalizer: [],
    ...(encoder && { encoder }),
    isCompiled: booleanAt(config, ['policy', 'compile_model'], false),
    modes: readModes(config, USUAL_MODES),
    unet: { ...settings, input: [{ of: 'action', width: features.actionDim }], globalCondition },
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

/** As the condition joins them. Throws `PolicyConfigError` without the robot's state, which LeRobot's constructor asks for. */
function inOrder({ state, images, environment }: LerobotFeatures): ObservationSpec[] {
  if (state !== undefined) return [state, ...images, ...(environment ? [environment] : [])];
  throw new PolicyConfigError(
    INPUTS,
    `has no ${STATE} of type STATE, without which LeRobot's diffusion policy cannot be built`,
  );
}

function segmentOf(obs: ObservationSpec, step: number, encoder: ImageEncoder | undefined): AxisSegment {
  const width = obs.type === 'rgb' ? imageWidth(encoder!) : obs.shape[0]!;
  return { of: 'observation', key: obs.key, width, step };
}

function readEncoder(config: PlainMap, { size }: Pick<CameraView, 'size'>): ImageEncoder {
  const switched = (name: string) => {
    requireGiven(config, name);
    return booleanAt(config, ['policy', name], false);
  };
  const norm = switched('use_group_norm') ? 'GroupNorm' : 'BatchNorm';
  const cells: ImageSize = [cellsOf(size[0]), cellsOf(size[1])];
  if (norm === 'BatchNorm' && cells[0] * cells[1] === 1)
    throw new PolicyConfigError(
      ['policy', 'use_group_norm'],
      `is false, but of images of [${size.join(', ')}] a single cell is left: PyTorch refuses to normalise one value, and LeRobot's constructor shows one image`,
      'Use larger images, or GroupNorm.',
    );
  return {
    resnet: readResnet(config, norm),
    isSeparate: switched('use_separate_rgb_encoder_per_camera'),
    keyPoints: countAt(config, ['policy', 'spatial_softmax_num_keypoints'], {
      least: 1,
      most: MAX_KEY_POINTS,
      otherwise: 32,
    }),
    cells,
  };
}

/** What the encoder sees of every camera, (height, width): resized first, then cropped. Undefined without cameras. */
function readView(config: PlainMap, { images }: LerobotFeatures): Omit<CameraView, 'key'> | undefined {
  const [first, ...others] = images;
  if (first === undefined) return undefined;
  const other = others.find(({ shape }) => String(shape) !== String(first.shape));
  if (other !== undefined)
    throw new PolicyConfigError(
      [...INPUTS, other.key, 'shape'],
      `is [${other.shape.join(', ')}], but ${first.key} is [${first.shape.join(', ')}]: LeRobot's diffusion policy takes images of one size`,
    );
  const whole: ImageSize = [first.shape[1]!, first.shape[2]!];
  const resized = readSize(config, 'resize_shape');
  return resized === undefined
    ? { size: readCrop(config, whole) ?? whole }
    : { size: croppedBy(config, resized), resized };
}

/** Behind a resize LeRobot takes the crop from the ratio alone. */
function croppedBy(config: PlainMap, resized: ImageSize): ImageSize {
  const path = ['policy', 'crop_ratio'];
  const ratio = numberAt(config, path, 1);
  if (!(ratio > 0 && ratio <= 1))
    throw new PolicyConfigError(path, `is ${ratio}, expected a number above 0 and up to 1`);
  if (ratio === 1) return resized;
  const [height, width] = [Math.trunc(resized[0] * ratio), Math.trunc(resized[1] * ratio)];
  if (height > 0 && width > 0) return [height, width];
  throw new PolicyConfigError(path, `is ${ratio}, which leaves nothing of policy.resize_shape`);
}

function readCrop(config: PlainMap, whole: ImageSize): ImageSize | undefined {
  const crop = readSize(config, 'crop_shape');
  if (crop === undefined || (crop[0] <= whole[0] && crop[1] <= whole[1])) return crop;
  throw new PolicyConfigError(
    ['policy', 'crop_shape'],
    `is [${crop.join(', ')}], larger than the images of [${whole.join(', ')}] (height, width)`,
  );
}

function readSize(config: PlainMap, name: string): ImageSize | undefined {
  const path = ['policy', name];
  if (optional(config, path) === undefined) return undefined;
  const [height, width] = shapeAt(config, path, 2, MAX_WIDTH);
  return [height!, width!];
}

/** Settings that LeRobot calls otherwise than upstream, or has another default for. */
function upstreamSettings(config: PlainMap): PlainMap {
  for (const name of ['horizon', 'n_action_steps']) requireGiven(config, name);
  return {
    n_obs_steps: optional(config, ['policy', 'n_obs_steps']) ?? 2,
    down_dims: optional(config, ['policy', 'down_dims']) ?? [512, 1024, 2048],
    diffusion_step_embed_dim: optional(config, ['policy', 'diffusion_step_embed_dim']) ?? 128,
    cond_predict_scale: booleanAt(config, ['policy', 'use_film_scale_modulation'], true),
    noise_scheduler: readNoise(config),
  };
}

/** LeRobot asks for one halving more than its UNet makes. */
function requireWholeSteps(horizon: number, downDims: readonly number[]): void {
  const factor = 2 ** downDims.length;
  if (horizon % factor === 0) return;
  throw new PolicyConfigError(
    ['policy', 'horizon'],
    `is ${horizon}, expected a multiple of ${factor}: LeRobot asks for 2 to the number of policy.down_dims (${downDims.length})`,
  );
}
