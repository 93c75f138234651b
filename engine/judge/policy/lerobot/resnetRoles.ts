/** The roles of a ResNet's keys in LeRobot's policies, whose stem and stages two classes of module call differently. */
import { NORM_PARTS, normRole, runningOf } from '../batchNorm.js';
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import type { PolicySpec } from '../spec.js';
import { BACKBONE_PATH, FROZEN, type ResnetNorm } from './resnet.js';

const RESNET = BACKBONE_PATH.join('.');
const STEM_CHANNELS = unsettable('output channels');
const IMAGE_CHANNELS = unsettable('image channels');
const HEIGHT = unsettable('kernel height');
const WIDTH = unsettable('kernel width');
/** A bottleneck's are others. */
const CHANNELS_IN = setBy('input channels', RESNET);
const CHANNELS_OUT = setBy('output channels', RESNET);
const KERNEL: readonly DimensionRole[] = [setBy('kernel height', RESNET), setBy('kernel width', RESNET)];

export interface ResnetRoleContext<Facts> {
  /** Pattern before the backbone's own names, with its last dot; what its groups catch goes to `encoder`. */
  readonly prefix: string;
  readonly groups: number;
  /** Patterns of the stem, its norm, and a stage whose number it catches. */
  readonly names: { readonly stem: string; readonly stemNorm: string; readonly stage: string };
  /** Number of the first stage in the keys. */
  readonly firstStage: number;
  /** In words, as a meaning continues after "of". */
  readonly encoder: (groups: readonly string[], facts: Facts) => string;
  readonly norm: (facts: Facts) => ResnetNorm | undefined;
  /** Config values that decide whether there is such an encoder, and whether its norms hold statistics. */
  readonly existsBy: readonly string[];
  readonly normPath?: string;
}

export function resnetRoles<Spec extends PolicySpec>(
  context: ResnetRoleContext<Partial<Spec>>,
): readonly RoleRule<Spec>[] {
  type Facts = Partial<Spec>;
  const { names, prefix, firstStage } = context;
  const stageOf = (text: string): number => Number(text) - firstStage + 1;
  const block = `${names.stage}\\.(\\d+)`;
  const rule = (
    tail: string,
    roleIn: (encoder: string, groups: readonly string[], facts: Facts) => KeyRole,
  ) =>
    [
      new RegExp(`^${prefix}${tail}$`),
      (all: readonly string[], facts: Facts): KeyRole => {
        const own = all.slice(context.groups);
        const role = roleIn(context.encoder(all.slice(0, context.groups), facts), own, facts);
        return context.existsBy.reduce((found, path) => onlyBy(path, found), role);
      },
    ] as const;
  const norm = (place: string, part: string, channels: DimensionRole, facts: Facts): KeyRole => {
    const role = anyNormRole(context.norm(facts), place, part, channels);
    const isStatistic = runningOf(`.${part}`) !== undefined;
    return isStatistic && context.normPath !== undefined ? onlyBy(context.normPath, role) : role;
  };
  const placeOf = (encoder: string, stage: string, at: string, nth: string): string =>
    `convolution ${nth} in block ${Number(at) + 1} of stage ${stageOf(stage)} of ${encoder}`;
  return [
    rule(`${names.stem}\\.weight`, (encoder) =>
      always(`first convolution of ${encoder}`, STEM_CHANNELS, IMAGE_CHANNELS, HEIGHT, WIDTH),
    ),
    rule(`${names.stemNorm}\\.${NORM_PARTS}`, (encoder, [part], facts) =>
      norm(`after the first convolution of ${encoder}`, part!, STEM_CHANNELS, facts),
    ),
    rule(`${block}\\.conv([1-3])\\.weight`, (encoder, [stage, at, nth]) =>
      onlyBy(RESNET, always(placeOf(encoder, stage!, at!, nth!), CHANNELS_OUT, CHANNELS_IN, ...KERNEL)),
    ),
    rule(`${block}\\.bn([1-3])\\.${NORM_PARTS}`, (encoder, [stage, at, nth, part], facts) =>
      onlyBy(RESNET, norm(`after ${placeOf(encoder, stage!, at!, nth!)}`, part!, CHANNELS_OUT, facts)),
    ),
    rule(`${block}\\.downsample\\.0\\.weight`, (encoder, [stage]) =>
      onlyBy(
        RESNET,
        always(
          `convolution in the shortcut of stage ${stageOf(stage!)} of ${encoder}`,
          CHANNELS_OUT,
          CHANNELS_IN,
          HEIGHT,
          WIDTH,
        ),
      ),
    ),
    rule(`${block}\\.downsample\\.1\\.${NORM_PARTS}`, (encoder, [stage, , part], facts) =>
      onlyBy(
        RESNET,
        norm(`in the shortcut of stage ${stageOf(stage!)} of ${encoder}`, part!, CHANNELS_OUT, facts),
      ),
    ),
  ];
}

function anyNormRole(
  kind: ResnetNorm | undefined,
  place: string,
  part: string,
  channels: DimensionRole,
): KeyRole {
  if (kind !== FROZEN) return normRole(kind, place, part, channels);
  const what = FROZEN_PARTS[part] ?? part;
  return always(`${what} of the frozen BatchNorm ${place} (not trained)`, channels);
}

const FROZEN_PARTS: Readonly<Record<string, string>> = {
  weight: 'scale',
  bias: 'shift',
  running_mean: 'mean',
  running_var: 'variance',
};
