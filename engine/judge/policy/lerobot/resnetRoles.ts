/** The roles of a ResNet's keys in LeRobot's policies, whose stem and stages two classes of module call differently. */
import { NORM_PARTS, type NormKind, normRole, runningOf } from '../batchNorm.js';
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
import { BACKBONE_PATH } from './resnet.js';

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
  /** All norms are frozen BatchNorms; else `norm` tells them. */
  readonly isFrozen?: true;
  readonly norm?: (facts: Facts) => NormKind | undefined;
  /** Config values that decide whether there is such an encoder, and whether its norms hold statistics. */
  readonly existsBy: readonly string[];
  readonly normPath?: string;
}

export function resnetRoles<Spec extends PolicySpec>(
  context: ResnetRoleContext<Partial<Spec>>,
): readonly RoleRule<Spec>[] {
  const roles = new ResnetRoles<Spec>(context);
  return [...roles.stem(), ...roles.blocks(), ...roles.shortcuts()];
}

type RoleIn<Facts> = (encoder: string, groups: readonly string[], facts: Facts) => KeyRole;

class ResnetRoles<Spec extends PolicySpec> {
  private readonly block: string;
  private readonly parts: string;

  constructor(private readonly context: ResnetRoleContext<Partial<Spec>>) {
    this.block = `${context.names.stage}\\.(\\d+)`;
    this.parts = context.isFrozen ? `(${Object.keys(FROZEN_PARTS).join('|')})` : NORM_PARTS;
  }

  stem(): RoleRule<Spec>[] {
    const { stem, stemNorm } = this.context.names;
    return [
      this.rule(`${stem}\\.weight`, (encoder) =>
        always(`first convolution of ${encoder}`, STEM_CHANNELS, IMAGE_CHANNELS, HEIGHT, WIDTH),
      ),
      this.rule(`${stemNorm}\\.${this.parts}`, (encoder, [part], facts) =>
        this.norm(`after the first convolution of ${encoder}`, part!, STEM_CHANNELS, facts),
      ),
    ];
  }

  blocks(): RoleRule<Spec>[] {
    return [
      this.rule(`${this.block}\\.conv([1-3])\\.weight`, (encoder, [stage, at, nth]) => {
        const where = this.placeOf(encoder, stage!, at!, nth!);
        return onlyBy(RESNET, always(where, CHANNELS_OUT, CHANNELS_IN, ...KERNEL));
      }),
      this.rule(`${this.block}\\.bn([1-3])\\.${this.parts}`, (encoder, [stage, at, nth, part], facts) => {
        const where = `after ${this.placeOf(encoder, stage!, at!, nth!)}`;
        return onlyBy(RESNET, this.norm(where, part!, CHANNELS_OUT, facts));
      }),
    ];
  }

  shortcuts(): RoleRule<Spec>[] {
    const placeIn = (encoder: string, stage: string): string =>
      `in the shortcut of stage ${this.stageOf(stage)} of ${encoder}`;
    return [
      this.rule(`${this.block}\\.downsample\\.0\\.weight`, (encoder, [stage]) => {
        const where = `convolution ${placeIn(encoder, stage!)}`;
        return onlyBy(RESNET, always(where, CHANNELS_OUT, CHANNELS_IN, HEIGHT, WIDTH));
      }),
      this.rule(`${this.block}\\.downsample\\.1\\.${this.parts}`, (encoder, [stage, , part], facts) =>
        onlyBy(RESNET, this.norm(placeIn(encoder, stage!), part!, CHANNELS_OUT, facts)),
      ),
    ];
  }

  private rule(tail: string, roleIn: RoleIn<Partial<Spec>>): RoleRule<Spec> {
    const { prefix, groups, encoder, existsBy } = this.context;
    return [
      new RegExp(`^${prefix}${tail}$`),
      (all, facts) => {
        const role = roleIn(encoder(all.slice(0, groups), facts), all.slice(groups), facts);
        return existsBy.reduce((found, path) => onlyBy(path, found), role);
      },
    ];
  }

  private norm(place: string, part: string, channels: DimensionRole, facts: Partial<Spec>): KeyRole {
    const { isFrozen, norm, normPath } = this.context;
    if (isFrozen)
      return always(`${FROZEN_PARTS[part]} of the frozen BatchNorm ${place} (not trained)`, channels);
    const role = normRole(norm?.(facts), place, part, channels);
    return runningOf(`.${part}`) === undefined || normPath === undefined ? role : onlyBy(normPath, role);
  }

  private placeOf(encoder: string, stage: string, at: string, nth: string): string {
    return `convolution ${nth} in block ${Number(at) + 1} of stage ${this.stageOf(stage)} of ${encoder}`;
  }

  private stageOf(text: string): number {
    return Number(text) - this.context.firstStage + 1;
  }
}

/** What a frozen BatchNorm has. */
const FROZEN_PARTS: Readonly<Record<string, string>> = {
  weight: 'scale',
  bias: 'shift',
  running_mean: 'mean',
  running_var: 'variance',
};
