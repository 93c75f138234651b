/** `TransformerObsEncoder` below `policy.obs_encoder`: timm's models as they are, and a projection of each observation to a token. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, optional, PolicyConfigError, textAt } from '../config.js';
import type { AxisSegment } from '../family.js';
import { requireClass } from '../multiImageRead.js';
import { cameraImage, readModel, readNorm, requireNoPooling } from '../timmEncoder/read.js';
import { modelWidth, type TimmModel, type TimmObservation, type TimmShape } from '../timmEncoder/shape.js';
import type { TransformerTimmSpec } from './spec.js';

const ENCODER = ['policy', 'obs_encoder'] as const;
const below = (name: string): readonly string[] => [...ENCODER, name];
const CLASS = 'TransformerObsEncoder';
const USUAL_MODEL = 'vit_base_patch16_clip_224.openai';

type Aggregation = TransformerTimmSpec['aggregation'];

/** Upstream's defaults where a key is absent. Throws `PolicyConfigError`. */
export function readEncoder(
  config: PlainMap,
  observations: readonly TimmObservation[],
  embedding: number,
): Pick<TransformerTimmSpec, 'encoder' | 'aggregation' | 'tokens'> {
  requireClass(config, ENCODER, CLASS);
  if (optional(config, below('global_pool')) !== undefined) requireNoPooling(config);
  requireEmbedding(config, embedding);
  const modelName = textAt(config, below('model_name'), USUAL_MODEL);
  const model = readModel(config, modelName);
  const aggregation = readAggregation(config, model);
  const isPretrained = booleanAt(config, below('pretrained'), false);
  const image = cameraImage(observations);
  const encoder: TimmShape = {
    ...{ modelName, model, isPretrained, learnsPositions: false, map: [0, 0] },
    norm: readNorm(config, isPretrained),
    isFrozen: booleanAt(config, below('frozen'), false),
    isShared: booleanAt(config, below('share_rgb_model'), false),
  };
  const perImage = aggregation === 'all' ? mapTokens(config, model, image) : 1;
  return { encoder, aggregation, tokens: tokensOf(observations, perImage) };
}

/** Upstream asserts it when it builds the policy. */
function requireEmbedding(config: PlainMap, embedding: number): void {
  const found = countAt(config, below('n_emb'), { least: 1, most: 1 << 20, otherwise: 768 });
  if (found === embedding) return;
  throw new PolicyConfigError(
    below('n_emb'),
    `is ${found}, but policy.n_emb is ${embedding}: both are the width of a token`,
  );
}

/** A vision transformer hands on its class token, whatever other aggregation is named. */
function readAggregation(config: PlainMap, model: TimmModel): Aggregation {
  const found = optional(config, below('feature_aggregation')) ?? null;
  if (found === null) return 'all';
  if (model.kind === 'vit') return 'cls';
  if (found === 'avg' || found === 'max') return found;
  throw new PolicyConfigError(
    below('feature_aggregation'),
    `is ${JSON.stringify(found)}, expected null, avg or max: ${CLASS} has no other that is known here`,
  );
}

/** Tokens of one image: a vision transformer's own, or the cells of the map. */
function mapTokens(config: PlainMap, model: TimmModel, [height, width]: readonly [number, number]): number {
  if (height !== width)
    throw new PolicyConfigError(
      ['policy', 'shape_meta', 'obs'],
      `has images of [${height}, ${width}]: ${CLASS} crops and scales them to squares, of which the tokens are not known here`,
    );
  if (model.kind === 'vit') {
    const { image, patch, registers } = model.layout;
    if (image !== height)
      throw new PolicyConfigError(below('model_name'), `takes images of ${image} pixels, not of ${height}`);
    return (image / patch) ** 2 + 1 + registers;
  }
  const ratio = countAt(config, below('downsample_ratio'), { least: 1, most: 1 << 10, otherwise: 32 });
  return Math.ceil(height / ratio) ** 2;
}

/** Cameras first, each kind in the order of the names; the tokens of one step lie together. */
function tokensOf(observations: readonly TimmObservation[], perImage: number): AxisSegment[] {
  const kinds = [true, false].map((isImage) =>
    observations.filter(({ type }) => (type === 'rgb') === isImage).sort((a, b) => (a.key < b.key ? -1 : 1)),
  );
  const seen = kinds.flat().flatMap(({ key, type, steps }): AxisSegment[] =>
    Array.from({ length: steps }, (_, step) => ({
      of: 'observation',
      key,
      width: type === 'rgb' ? perImage : 1,
      step: step - steps,
    })),
  );
  return [...seen, { of: 'other', name: 'diffusion step', width: 1 }];
}

/** What one step of an observation is projected from; undefined where it is as wide as a token already. */
export function projectedFrom(
  { type, shape }: TimmObservation,
  { encoder, embedding }: Pick<TransformerTimmSpec, 'encoder' | 'embedding'>,
): number | undefined {
  const width = type === 'rgb' ? modelWidth(encoder.model) : shape[0]!;
  return width === embedding ? undefined : width;
}
