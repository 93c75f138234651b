/** What a policy of consistency-policy has beside what every policy has. */
import type { UnetShape, UnetSpec } from '../conditionalUnet1d/shape.js';
import type { RobomimicShape } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'consistency';

/** How the network learnt to denoise, in Karras' time: nothing of it is computed here. */
export interface KarrasSpec {
  readonly timeMin: number;
  readonly timeMax: number;
  readonly rho: number;
  readonly dataStd: number;
  readonly scaling: string;
}

export interface ConsistencySpec extends UnetSpec, RobomimicShape {
  readonly family: typeof ID;
  readonly karras: KarrasSpec;
  /** Of the UNet that a student is taught by; absent in a teacher's own checkpoint. */
  readonly teacher?: UnetShape;
}

/** Below which names a student holds UNets: its own, the average of it, and its teacher. */
export const NETWORKS = ['model', 'model_ema', 'teacher'] as const;
type Network = (typeof NETWORKS)[number];

/** A key of one of the UNets as that UNet's own key; undefined for a key of another part. */
export function ownKey(key: string): { readonly network: Network; readonly key: string } | undefined {
  const network = NETWORKS.find((name) => key.startsWith(`${name}.`));
  return network && { network, key: `model${key.slice(network.length)}` };
}

export function shapeOf({ unet, teacher }: ConsistencySpec, network: Network): UnetShape {
  return network === 'teacher' && teacher !== undefined ? teacher : unet;
}

/** The spec of one who works on this family alone. */
export function asConsistency(spec: PolicySpec): ConsistencySpec {
  if (isConsistency(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isConsistency(spec: PolicySpec): spec is ConsistencySpec {
  return spec.family === ID;
}
