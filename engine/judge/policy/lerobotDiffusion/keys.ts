/** The state dict of LeRobot's diffusion policy: image encoders, UNet; statistics are not a part of it. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import { addEncoders, camerasOf } from './encoder.js';
import { lerobotName } from './names.js';
import type { LerobotDiffusionSpec } from './spec.js';

export function policyParameters(hyper: Hyper<LerobotDiffusionSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  if (hyper.encoder !== undefined) addEncoders(list, hyper.encoder, camerasOf(hyper));
  return [...list.entries, ...unetParameters(hyper)];
}

/** In the order in which LeRobot creates the parts. */
const PARTS = ['diffusion_step_encoder', 'down_modules', 'mid_modules', 'up_modules', 'final_conv'];
/** Within a block, behind its name. */
const IN_BLOCK = ['conv1', 'cond_encoder', 'conv2', 'residual_conv'];

/** Upstream's tensors in LeRobot's order and by LeRobot's names. */
function unetParameters({ unet, isCompiled }: Hyper<LerobotDiffusionSpec>): ParameterSpec[] {
  const upstream = new ParameterListing();
  addUnet(upstream, unet);
  const parts = PARTS.map((part) => upstream.entries.filter(({ key }) => key.startsWith(`model.${part}.`)));
  const named = (entry: ParameterSpec) => ({ ...entry, key: lerobotName(entry.key, isCompiled) });
  return parts.flatMap((entries) => [...grouped(entries.map(named)).values()].flatMap(inBlockOrder));
}

/** The tensors of one block stand together already. */
function grouped(entries: readonly ParameterSpec[]): Map<string, ParameterSpec[]> {
  const groups = new Map<string, ParameterSpec[]>();
  for (const entry of entries) {
    const at = entry.key.split('.').findIndex((step) => IN_BLOCK.includes(step));
    const name = at < 0 ? entry.key : entry.key.split('.').slice(0, at).join('.');
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return groups;
}

function inBlockOrder(entries: readonly ParameterSpec[]): ParameterSpec[] {
  if (entries.length === 1) return [...entries];
  return IN_BLOCK.flatMap((part) => entries.filter(({ key }) => key.includes(`.${part}.`)));
}
