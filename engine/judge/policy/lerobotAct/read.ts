/** Reads a config.json of LeRobot's ACT policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, optional, PolicyConfigError, textAt } from '../config.js';
import { type LerobotFeatures, readFeatures, readModes } from '../lerobot/features.js';
import { withoutNull } from '../lerobot/given.js';
import { FROZEN, readResnet } from '../lerobot/resnet.js';
import { readScheduler } from '../scheduler.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { seenIn } from '../view.js';
import { policyParameters } from './keys.js';
import { ID, type LerobotActSpec } from './spec.js';

const USUAL_MODES = { VISUAL: 'MEAN_STD', STATE: 'MEAN_STD', ACTION: 'MEAN_STD' };
const USUAL_WEIGHTS = 'ResNet18_Weights.IMAGENET1K_V1';
const ACTIVATIONS = ['relu', 'gelu', 'glu'];
/** ACT does not denoise: as a schedule it has one step, in which the network predicts the actions themselves. */
const ONE_PASS = readScheduler({
  policy: {
    noise_scheduler: {
      _target_: 'DDIMScheduler',
      num_train_timesteps: 1,
      prediction_type: 'sample',
      clip_sample: false,
    },
  },
});
/** Far above real policies; a typing slip must not become a million keys. */
const MAX_LAYERS = 1 << 10;
const MAX_STEPS = 1 << 16;

/** LeRobot's defaults where a key is absent. */
export function readLerobotAct(resolved: PlainMap): LerobotActSpec {
  // Null says of this setting alone that there is nothing: without it ImageNet's weights are meant.
  const config = withoutNull(resolved, 'pretrained_backbone_weights');
  const features = readFeatures(config);
  const { state, environment, images, actionDim } = features;
  const network = readNetwork(config, features);
  const steps = readSteps(config);
  const hyper: Hyper<LerobotActSpec> = {
    family: ID,
    ...steps,
    actionDim,
    observations: [...(state ? [state] : []), ...(environment ? [environment] : []), ...images],
    inferenceSteps: 1,
    scheduler: ONE_PASS,
    trajectory: { from: 0, steps: steps.horizon, executedFrom: 0, inpaintedSteps: 0 },
    ...seenIn(images.map(({ key, shape }) => ({ key, size: [shape[1]!, shape[2]!] as const }))),
    obsFeatureDim: network.width,
    normalizer: [],
    ...(state && { state: state.key }),
    ...(environment && { environment: environment.key }),
    ...(images.length > 0 && { backbone: readResnet(config, FROZEN, USUAL_WEIGHTS) }),
    ...network,
    modes: readModes(config, USUAL_MODES),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

function readNetwork(config: PlainMap, { images }: LerobotFeatures) {
  const count = (name: string, otherwise: number, most: number, least = 1): number =>
    countAt(config, ['policy', name], { least, most, otherwise });
  const layers = (name: string, otherwise: number): number => count(name, otherwise, MAX_LAYERS, 0);
  const hasVae = booleanAt(config, ['policy', 'use_vae'], true);
  const network = {
    width: count('dim_model', 512, MAX_WIDTH),
    feedForward: count('dim_feedforward', 3200, MAX_WIDTH),
    heads: count('n_heads', 8, MAX_WIDTH),
    activation: readActivation(config),
    normFirst: booleanAt(config, ['policy', 'pre_norm'], false),
    encoderLayers: layers('n_encoder_layers', 4),
    decoderLayers: layers('n_decoder_layers', 1),
    latent: count('latent_dim', 32, MAX_WIDTH),
    ...(hasVae && { vaeLayers: layers('n_vae_encoder_layers', 4) }),
  };
  requireWidth(network, images.length > 0);
  return network;
}

function requireWidth({ width, heads }: { width: number; heads: number }, hasImages: boolean): void {
  if (width % heads !== 0)
    throw new PolicyConfigError(
      ['policy', 'n_heads'],
      `is ${heads}, which does not divide policy.dim_model ${width}`,
    );
  if (!hasImages || width % 4 === 0) return;
  const message = `is ${width}, expected a multiple of 4: sines and cosines of a pixel's row and column share it`;
  throw new PolicyConfigError(['policy', 'dim_model'], message);
}

function readActivation(config: PlainMap): string {
  const path = ['policy', 'feedforward_activation'];
  const found = textAt(config, path, 'relu');
  if (ACTIVATIONS.includes(found)) return found;
  throw new PolicyConfigError(path, `is ${found}, expected ${ACTIVATIONS.join(', ')}`);
}

/** What LeRobot's config asserts. */
function readSteps(config: PlainMap): Pick<LerobotActSpec, 'horizon' | 'obsSteps' | 'actionSteps'> {
  const count = (name: string, otherwise: number): number =>
    countAt(config, ['policy', name], { least: 1, most: MAX_STEPS, otherwise });
  const [horizon, actionSteps, obsSteps] = [
    count('chunk_size', 100),
    count('n_action_steps', 100),
    count('n_obs_steps', 1),
  ];
  const refuse = (name: string, found: string): never => {
    throw new PolicyConfigError(['policy', name], found);
  };
  if (obsSteps !== 1) refuse('n_obs_steps', `is ${obsSteps}, expected 1: ACT sees one step`);
  if (actionSteps > horizon)
    refuse('n_action_steps', `is ${actionSteps}, more than policy.chunk_size ${horizon}`);
  if (optional(config, ['policy', 'temporal_ensemble_coeff']) !== undefined && actionSteps > 1)
    refuse('n_action_steps', `is ${actionSteps}, expected 1 with policy.temporal_ensemble_coeff`);
  return { horizon, obsSteps, actionSteps };
}
