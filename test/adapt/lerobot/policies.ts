/** Small LeRobot policies with all their weights, without a camera, whose ResNet would be most of the test's time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { lerobotTraining } from '../../../engine/formats/lerobot/policyConfig.js';
import { readSafetensors } from '../../../engine/formats/safetensors.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { saveDataSet, vector, vectorStatistics } from '../../formats/lerobot/dataSet.js';
import { diffusionConfig, type PolicyParts, savePolicy } from '../../formats/lerobot/policy.js';

const INPUTS = {
  'observation.state': { type: 'STATE', shape: [7] },
  'observation.environment_state': { type: 'ENV', shape: [3] },
} as const;

export const MODES = { VISUAL: 'MEAN_STD', STATE: 'MIN_MAX', ENV: 'MEAN_STD', ACTION: 'MIN_MAX' };

/** A config.json; `more` replaces any key. */
export function smallConfig(more: Readonly<Record<string, unknown>> = {}) {
  return diffusionConfig(INPUTS, 7, { normalization_mapping: MODES, ...more });
}

export function smallAct() {
  const { device, use_amp, push_to_hub, repo_id, n_action_steps, ...rest } = smallConfig();
  const {
    input_features,
    output_features,
    normalization_mapping,
    vision_backbone,
    pretrained_backbone_weights,
  } = rest;
  const shared = { device, use_amp, push_to_hub, repo_id, n_action_steps, normalization_mapping };
  return {
    type: 'act',
    n_obs_steps: 1,
    input_features,
    output_features,
    ...shared,
    chunk_size: 8,
    vision_backbone,
    pretrained_backbone_weights,
    replace_final_stride_with_dilation: false,
    pre_norm: false,
    dim_model: 32,
    n_heads: 2,
    dim_feedforward: 64,
    feedforward_activation: 'relu',
    n_encoder_layers: 1,
    n_decoder_layers: 1,
    use_vae: true,
    latent_dim: 4,
    n_vae_encoder_layers: 1,
    temporal_ensemble_coeff: null,
    dropout: 0.1,
    kl_weight: 10,
  } as unknown as ReturnType<typeof diffusionConfig>;
}

/** Every key with values of its own. */
export function weightsOf(config: ReturnType<typeof diffusionConfig>): TensorSource[] {
  const { parameters } = policySpec(lerobotTraining(config as never));
  return parameters
    .filter(({ alias }) => alias === undefined)
    .map(({ key, shape, dtype }, number) => ({
      key,
      shape,
      dtype,
      read: () => {
        const size = shape.reduce((product, length) => product * length, 1);
        const values = Float32Array.from(
          { length: size },
          (_, index) => ((index * 37 + number * 11) % 101) / 50 - 1,
        );
        return new Uint8Array(values.buffer);
      },
    }));
}

export async function saveSmall(path: string, config = smallConfig(), more: PolicyParts = {}) {
  return savePolicy(path, { config, weights: weightsOf(config), ...more });
}

/** Its old dimensions have the statistics of the small policies; the eighth of both is new. */
export function smallDataSet(path: string, parts: Parameters<typeof saveDataSet>[1] = {}) {
  return saveDataSet(path, {
    features: {
      action: vector(8),
      'observation.state': vector(8),
      'observation.environment_state': { ...vector(3), names: null },
    },
    statistics: {
      action: vectorStatistics(8),
      'observation.state': vectorStatistics(8),
      'observation.environment_state': vectorStatistics(3),
    },
    ...parts,
  });
}

export async function json(...path: string[]) {
  return JSON.parse(await readFile(join(...path), 'utf8'));
}

/** float32 values of one tensor of a file. */
export async function tensor(path: string, key: string): Promise<number[]> {
  const { data } = (await readSafetensors(path)).get(key)!;
  return [...new Float32Array(data.slice().buffer)];
}
