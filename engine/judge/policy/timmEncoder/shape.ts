/** What UMI's `TimmObsEncoder` is built from: a model of timm for the cameras, what makes one vector of its map, and the observed steps. */
import type { NormKind } from '../batchNorm.js';
import type { AxisSegment } from '../family.js';
import type { ResnetLayout } from '../resnetKeys.js';
import type { ObservationSpec } from '../spec.js';
import { CONVNEXTS, type ConvNextLayout } from './convnext.js';
import { cut, type Downsampling, mapChannels, TIMM_RESNETS } from './resnet.js';
import { VITS, type VitLayout } from './vit.js';

export type TimmModel =
  | { readonly kind: 'vit'; readonly layout: VitLayout }
  | { readonly kind: 'resnet'; readonly layout: ResnetLayout }
  | { readonly kind: 'convnext'; readonly layout: ConvNextLayout };

/** How a map of features becomes one vector; a vision transformer hands its class token on. */
export const AGGREGATIONS = [
  'avg',
  'max',
  'soft_attention',
  'spatial_embedding',
  'transformer',
  'attention_pool_2d',
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export interface TimmShape {
  /** As the config gives it, with the tag of the weights. */
  readonly modelName: string;
  readonly model: TimmModel;
  /** Of a ResNet; the other models have layer norms. */
  readonly norm: NormKind;
  /** Starts from weights that timm downloads, and learns at a tenth of the rate. */
  readonly isPretrained: boolean;
  /** The cameras' models are not trained. */
  readonly isFrozen: boolean;
  /** All cameras go through one model. */
  readonly isShared: boolean;
  /** Absent for a vision transformer. */
  readonly aggregation?: Aggregation;
  /** The aggregating transformer learns its positions; else they are computed, and in no state dict. */
  readonly learnsPositions: boolean;
  /** Upstream's count of the map's (height, width), which sizes what aggregates it. */
  readonly map: readonly [height: number, width: number];
}

export interface TimmObservation extends ObservationSpec {
  /** Observed steps; the last is the present one. */
  readonly steps: number;
  /** False where the normaliser alone knows it. */
  readonly isUsed: boolean;
}

/** By timm's name with or without the tag of the weights; undefined for one that is not known here. */
export function timmModel(name: string, downsampling: Downsampling): TimmModel | undefined {
  const plain = name.split('.', 1)[0]!;
  const [vit, resnet, convnext] = [VITS.get(plain), TIMM_RESNETS.get(plain), CONVNEXTS.get(plain)];
  if (vit !== undefined) return { kind: 'vit', layout: vit };
  if (resnet !== undefined) return { kind: 'resnet', layout: cut(resnet, downsampling) };
  return convnext && { kind: 'convnext', layout: convnext };
}

export const MODEL_NAMES: readonly string[] = [VITS, TIMM_RESNETS, CONVNEXTS].flatMap((names) => [
  ...names.keys(),
]);

/** Of one image. */
export function modelWidth(model: TimmModel): number {
  switch (model.kind) {
    case 'vit':
      return model.layout.width;
    case 'resnet':
      return mapChannels(model.layout);
    case 'convnext':
      return model.layout.widths.at(-1)!;
    default:
      return model satisfies never;
  }
}

/** Columns that one step of an observation takes in the encoder's output. */
export function stepWidth({ type, shape }: TimmObservation, { model }: Pick<TimmShape, 'model'>): number {
  return type === 'rgb' ? modelWidth(model) : shape[0]!;
}

/** The encoder's output: cameras first, the steps of each observation one after the other. The present step is -1, however many are seen. */
export function timmSegments(
  observations: readonly TimmObservation[],
  encoder: Pick<TimmShape, 'model'>,
): AxisSegment[] {
  return observations.flatMap((observation): AxisSegment[] => {
    const { key, steps, isUsed } = observation;
    const width = stepWidth(observation, encoder);
    return Array.from({ length: isUsed ? steps : 0 }, (_, step) => ({
      of: 'observation',
      key,
      width,
      step: step - steps,
    }));
  });
}
