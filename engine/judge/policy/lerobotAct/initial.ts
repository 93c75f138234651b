/** What LeRobot's constructor puts into an ACT policy: PyTorch's defaults, and Xavier's uniform in the transformer. */
import type { InitialRule } from '../initial.js';
import { lerobotResnetRule } from '../lerobot/resnet.js';
import type { ParameterSpec } from '../spec.js';
import { BACKBONE, VAE_POSITIONS } from './keys.js';
import type { LerobotActSpec } from './spec.js';

const NORM = /\.norm\d?\.(weight|bias)$/;
/** Embeddings of PyTorch. */
const EMBEDDING = /_embed\.weight$/;
const TRANSFORMER = /^model\.(?:encoder|decoder)\./;

export function actRule(entry: ParameterSpec, { backbone, parameters }: LerobotActSpec): InitialRule {
  const { key, shape } = entry;
  if (key.startsWith(`${BACKBONE}.`)) return lerobotResnetRule(key, shape, backbone!);
  if (key === VAE_POSITIONS) return { kind: 'computed', values: () => positions(shape[1]!, shape[2]!) };
  const norm = NORM.exec(key);
  if (norm !== null) return { kind: 'constant', value: norm[1] === 'weight' ? 1 : 0 };
  if (EMBEDDING.test(key)) return { kind: 'normal', std: 1 };
  if (/\.(?:in_proj_bias|out_proj\.bias)$/.test(key)) return { kind: 'constant', value: 0 };
  const isXavier = key.endsWith('.in_proj_weight') || (TRANSFORMER.test(key) && shape.length === 2);
  if (isXavier) return { kind: 'uniform', bound: Math.sqrt(6 / (shape[0]! + shape[1]!)) };
  const weight = parameters.find((each) => each.key === key.replace(/bias$/, 'weight'))!;
  return { kind: 'uniform', bound: 1 / Math.sqrt(weight.shape.slice(1).reduce((a, b) => a * b)) };
}

/** Sines at even places and cosines at odd ones, of the token's number at falling frequencies; (1, tokens, width). */
function positions(tokens: number, width: number): Float32Array {
  return new Float32Array(tokens * width).map((_, index) => {
    const [token, place] = [Math.floor(index / width), index % width];
    const angle = token / 10000 ** ((2 * Math.floor(place / 2)) / width);
    return place % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
