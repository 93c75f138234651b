/** The state dict of LeRobot's ACT policy: the encoder of the actions, the backbone, the transformer, what leads into and out of it. */
import { addLerobotResnet, layoutOf } from '../lerobot/resnet.js';
import { KERNEL_2D, ParameterListing } from '../listing.js';
import { NAMES } from '../multiImageEncoder.js';
import { resnetFeatures } from '../resnetKeys.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import { type LerobotActSpec, tokensOf, vaeTokens } from './spec.js';

type Act = Hyper<LerobotActSpec>;

export const BACKBONE = 'model.backbone';
export const VAE_POSITIONS = 'model.vae_encoder_pos_enc';

export function policyParameters(act: Act): ParameterSpec[] {
  const list = new ParameterListing();
  if (act.vaeLayers !== undefined) addVae(list, act, act.vaeLayers);
  if (act.backbone !== undefined) addLerobotResnet(list, BACKBONE, NAMES, act.backbone);
  addEncoder(list, 'model.encoder', act.encoderLayers, act);
  addDecoder(list, act);
  addInputs(list, act);
  list.add('model.encoder_1d_feature_pos_embed.weight', [tokensOf(act).length, act.width]);
  list.add('model.decoder_pos_embed.weight', [act.horizon, act.width]);
  list.layer('model.action_head', act.actionDim, act.width);
  return list.entries;
}

/** The buffer stands first, as the policy's own. */
function addVae(list: ParameterListing, act: Act, layers: number): void {
  const { width, latent, actionDim } = act;
  list.add(VAE_POSITIONS, [1, vaeTokens(act), width], 'buffer');
  addEncoder(list, 'model.vae_encoder', layers, act);
  list.add('model.vae_encoder_cls_embed.weight', [1, width]);
  const state = widthOf(act, act.state);
  if (state !== undefined) list.layer('model.vae_encoder_robot_state_input_proj', width, state);
  list.layer('model.vae_encoder_action_input_proj', width, actionDim);
  list.layer('model.vae_encoder_latent_output_proj', 2 * latent, width);
}

function addInputs(list: ParameterListing, act: Act): void {
  const { width, latent, backbone } = act;
  const [state, environment] = [widthOf(act, act.state), widthOf(act, act.environment)];
  if (state !== undefined) list.layer('model.encoder_robot_state_input_proj', width, state);
  if (environment !== undefined) list.layer('model.encoder_env_state_input_proj', width, environment);
  list.layer('model.encoder_latent_input_proj', width, latent);
  if (backbone === undefined) return;
  const name = 'model.encoder_img_feat_input_proj';
  list.kernel(`${name}.weight`, [width, resnetFeatures(layoutOf(backbone)), 1, 1], KERNEL_2D);
  list.add(`${name}.bias`, [width]);
}

function widthOf({ observations }: Act, name: string | undefined): number | undefined {
  return observations.find(({ key }) => key === name)?.shape[0];
}

function addEncoder(list: ParameterListing, name: string, layers: number, act: Act): void {
  for (let index = 0; index < layers; index += 1) {
    const layer = `${name}.layers.${index}`;
    addAttention(list, `${layer}.self_attn`, act.width);
    addFeedForward(list, layer, 2, act);
  }
  if (act.normFirst) list.layer(`${name}.norm`, act.width);
}

function addDecoder(list: ParameterListing, act: Act): void {
  for (let index = 0; index < act.decoderLayers; index += 1) {
    const layer = `model.decoder.layers.${index}`;
    addAttention(list, `${layer}.self_attn`, act.width);
    addAttention(list, `${layer}.multihead_attn`, act.width);
    addFeedForward(list, layer, 3, act);
  }
  list.layer('model.decoder.norm', act.width);
}

function addAttention(list: ParameterListing, name: string, width: number): void {
  list.add(`${name}.in_proj_weight`, [3 * width, width]);
  list.add(`${name}.in_proj_bias`, [3 * width]);
  list.layer(`${name}.out_proj`, width, width);
}

function addFeedForward(list: ParameterListing, layer: string, norms: number, act: Act): void {
  list.layer(`${layer}.linear1`, act.feedForward, act.width);
  list.layer(`${layer}.linear2`, act.width, act.feedForward);
  for (let nth = 1; nth <= norms; nth += 1) list.layer(`${layer}.norm${nth}`, act.width);
}
