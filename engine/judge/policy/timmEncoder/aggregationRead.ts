/** Reads what makes one vector of the map of features in a `TimmObsEncoder`, and refuses what does not fit the model or the image. */
import type { PlainMap } from '../../../base/plain.js';
import { shownJson } from '../../../base/shown.js';
import { optional, PolicyConfigError, textAt } from '../config.js';
import { AGGREGATIONS, type Aggregation, modelWidth, type TimmModel, type TimmShape } from './shape.js';

type Size = readonly [height: number, width: number];

interface Seen {
  readonly model: TimmModel;
  readonly modelName: string;
  /** Of the config, by which upstream counts the map. */
  readonly image: Size;
  /** Behind the augmentations. */
  readonly seen: Size;
}

const AGGREGATION = ['policy', 'obs_encoder', 'feature_aggregation'] as const;
const POSITIONS = ['policy', 'obs_encoder', 'position_encording'] as const; // upstream's spelling

type Aggregating = Pick<TimmShape, 'aggregation' | 'learnsPositions' | 'map'>;

/** Throws `PolicyConfigError`. */
export function readAggregation(config: PlainMap, facts: Seen): Aggregating {
  const { model, image, seen } = facts;
  if (model.kind === 'vit') {
    requireImage(seen, model.layout.image, facts.modelName);
    refuseAllTokens(config);
    return { learnsPositions: false, map: [0, 0] };
  }
  const aggregation = readName(config);
  const ratio = model.kind === 'resnet' && model.layout.blocks[3] === 0 ? 16 : 32;
  const map = [Math.floor(image[0] / ratio), Math.floor(image[1] / ratio)] as const;
  if (aggregation !== 'avg' && aggregation !== 'max') requireWidth(aggregation, ratio, facts);
  if (hasPlaces(aggregation)) requirePlaces(aggregation, map, ratio, facts);
  return { aggregation, learnsPositions: aggregation === 'transformer' && learnsPositions(config), map };
}

function readName(config: PlainMap): Aggregation {
  const found = optional(config, AGGREGATION);
  const name = found === undefined ? 'spatial_embedding' : AGGREGATIONS.find((each) => each === found);
  if (name !== undefined) return name;
  throw new PolicyConfigError(
    AGGREGATION,
    `is ${shownJson(found)}, expected one of ${AGGREGATIONS.join(', ')}: TimmObsEncoder makes no vector of the map otherwise, and ends with an AssertionError`,
  );
}

/** Every other value is ignored there: the class token is the vector. */
function refuseAllTokens(config: PlainMap): void {
  if (optional(config, AGGREGATION) !== 'all_tokens') return;
  throw new PolicyConfigError(
    AGGREGATION,
    'is all_tokens, by which TimmObsEncoder ends with an AssertionError: it makes one vector of each image',
    'Use null: a vision transformer then hands its class token on.',
  );
}

function requireImage([height, width]: Size, side: number, modelName: string): void {
  if (height === side && width === side) return;
  throw new PolicyConfigError(
    ['policy', 'obs_encoder', 'model_name'],
    `is ${modelName}, which takes images of [${side}, ${side}] alone, but sees [${height}, ${width}] behind policy.obs_encoder.transforms`,
    `Give the cameras images of [3, ${side}, ${side}], or choose a model of their size.`,
  );
}

/** Upstream builds these for as many channels as the smaller models have. */
function requireWidth(aggregation: Aggregation, ratio: number, { model, modelName }: Seen): void {
  const built = model.kind === 'convnext' ? 1024 : ratio === 32 ? 512 : 256;
  const width = modelWidth(model);
  if (width === built) return;
  throw new PolicyConfigError(
    AGGREGATION,
    `is ${aggregation}, which TimmObsEncoder builds for ${built} channels, but the map of ${modelName} has ${width}`,
    'Use avg or max, or a model of that many channels.',
  );
}

function hasPlaces(aggregation: Aggregation): boolean {
  return /^(?:spatial_embedding|transformer|attention_pool_2d)$/.test(aggregation);
}

/** Upstream counts the map's places by dividing; the model's strides round up (ResNet) or down. */
function requirePlaces(
  aggregation: Aggregation,
  map: Size,
  ratio: number,
  { model, modelName, seen }: Seen,
): void {
  const round = model.kind === 'resnet' ? Math.ceil : Math.floor;
  const [height, width] = seen.map((side) => round(side / ratio)) as [number, number];
  const counted = aggregation === 'attention_pool_2d' ? map[0] ** 2 : map[0] * map[1];
  if (counted === height * width) return;
  throw new PolicyConfigError(
    AGGREGATION,
    `is ${aggregation}, which TimmObsEncoder builds for ${counted} places, but ${modelName} makes a map of ${height} × ${width} of the images`,
    `Give square images whose side is a multiple of ${ratio}, or use avg or max.`,
  );
}

function learnsPositions(config: PlainMap): boolean {
  const found = textAt(config, POSITIONS, 'learnable');
  if (found === 'learnable' || found === 'sinusoidal') return found === 'learnable';
  throw new PolicyConfigError(POSITIONS, `is ${JSON.stringify(found)}, expected learnable or sinusoidal`);
}
