/** LeRobot's image encoder: a ResNet, a spatial softmax over key points, a linear layer; its keys, its features, how it starts. */
import type { KeyPlace } from '../family.js';
import type { InitialRule } from '../initial.js';
import { addLerobotResnet, layoutOf, lerobotResnetRule } from '../lerobot/resnet.js';
import { KERNEL_2D, type ParameterListing } from '../listing.js';
import { resnetFeatures } from '../resnetKeys.js';
import { BACKBONE } from '../robomimicEncoder.js';
import type { ImageEncoder, LerobotDiffusionSpec } from './spec.js';

const ENCODER = 'diffusion.rgb_encoder.';

/** x and y of each key point. */
export function imageWidth({ keyPoints }: Pick<ImageEncoder, 'keyPoints'>): number {
  return 2 * keyPoints;
}

/** `cameras` in the order of the config. */
export function addEncoders(list: ParameterListing, encoder: ImageEncoder, cameras: readonly string[]): void {
  const names = encoder.isSeparate ? cameras.map((_, index) => `${ENCODER}${index}.`) : [ENCODER];
  for (const name of names) addEncoder(list, name, encoder);
}

function addEncoder(list: ParameterListing, name: string, encoder: ImageEncoder): void {
  const { resnet, keyPoints, cells } = encoder;
  const width = imageWidth(encoder);
  addLerobotResnet(list, `${name}backbone`, BACKBONE, resnet);
  list.add(`${name}pool.pos_grid`, [cells[0] * cells[1], 2], 'buffer');
  list.kernel(`${name}pool.nets.weight`, [keyPoints, resnetFeatures(layoutOf(resnet)), 1, 1], KERNEL_2D);
  list.add(`${name}pool.nets.bias`, [keyPoints]);
  list.layer(`${name}out`, width, width);
}

const SEPARATE = /^diffusion\.rgb_encoder\.(\d+)\./;

/** Undefined where the key is not an encoder's. Separate encoders are numbered, so only the policy tells their cameras. */
export function lerobotEncoderPlace(key: string, spec?: LerobotDiffusionSpec): KeyPlace | undefined {
  if (!key.startsWith(ENCODER)) return undefined;
  const number = SEPARATE.exec(key)?.[1];
  const camera = number === undefined || spec === undefined ? undefined : camerasOf(spec)[Number(number)];
  return { part: 'encoder', ...(camera && { of: { name: camera, at: ENCODER.length, written: number! } }) };
}

export function camerasOf({ observations }: Pick<LerobotDiffusionSpec, 'observations'>): string[] {
  return observations.flatMap(({ key, type }) => (type === 'rgb' ? [key] : []));
}

/** Of an encoder's key: PyTorch's defaults for the layers behind the ResNet. */
export function encoderRule(key: string, shape: readonly number[], encoder: ImageEncoder): InitialRule {
  const { resnet, cells } = encoder;
  if (key.endsWith('.pool.pos_grid')) return { kind: 'computed', values: () => positions(cells) };
  if (key.includes('.pool.nets.'))
    return { kind: 'uniform', bound: 1 / Math.sqrt(resnetFeatures(layoutOf(resnet))) };
  if (/\.out\.(?:weight|bias)$/.test(key))
    return { kind: 'uniform', bound: 1 / Math.sqrt(imageWidth(encoder)) };
  return lerobotResnetRule(key, shape, resnet);
}

/** x and y of the feature map's cells in -1 … 1, row by row, as NumPy's linspace spaces them: its end is exact. */
function positions([rows, columns]: readonly [number, number]): Float32Array {
  const spread = (index: number, count: number): number => {
    if (index === 0) return -1;
    return index === count - 1 ? 1 : index * (2 / (count - 1)) - 1;
  };
  return new Float32Array(rows * columns * 2).map((_, index) => {
    const cell = Math.floor(index / 2);
    return index % 2 === 0 ? spread(cell % columns, columns) : spread(Math.floor(cell / columns), rows);
  });
}
