/** The roles of a `ConditionalUnet1D`'s keys. */
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import type { UnetSpec } from './shape.js';

type Facts = Partial<UnetSpec>;

/** What differs between the policies that have such a network. */
export interface UnetRoleContext {
  /** Dotted path of the mapping with the network's settings. */
  readonly path: string;
  /** Of the switch by which a condition scales a block's channels too; `cond_predict_scale` below `path` where it is absent. */
  readonly scalePath?: string;
  /** One step of the trajectory. */
  readonly input: (facts: Facts) => DimensionRole;
  /** Columns of the condition: the diffusion step's embedding and what follows it. */
  readonly condition: (facts: Facts) => DimensionRole;
  /** What conditions each step on its own, and the config values that bring it; absent where the policy has none. */
  readonly local?: { readonly width: (facts: Facts) => DimensionRole; readonly existsBy: string };
  /** Dotted path of the setting that says how a condition acts; absent where it is one layer, with `cond_predict_scale`. */
  readonly conditionType?: string;
}

const BLOCK = 'blocks\\.([01])\\.block\\.([01])\\.(weight|bias)';
const CONDITION = 'cond_encoder\\.(1)\\.(weight|bias)';
const CONDITION_OF_A_TYPE = 'cond_encoder\\.(1|3|query_proj|key_proj|value_proj)\\.(weight|bias)';
/** What asks, and what the condition answers with. */
const ATTENTION: Readonly<Record<string, string>> = {
  query_proj: 'query',
  key_proj: 'key',
  value_proj: 'value',
};
const SHORTCUT = 'residual_conv\\.(weight|bias)';

export function unetRoles(context: UnetRoleContext): readonly RoleRule<UnetSpec>[] {
  const roles = new UnetRoles(context);
  return [
    ...roles.blocks('mid_modules\\.([01])', middlePlace),
    ...roles.blocks('down_modules\\.(\\d+)\\.([01])', downPlace(context)),
    ...roles.shortcuts('down_modules\\.(\\d+)\\.(0)', downPlace(context)),
    ...roles.blocks('up_modules\\.(\\d+)\\.([01])', upPlace),
    ...roles.shortcuts('up_modules\\.(\\d+)\\.(0)', upPlace),
    ...localRoles(roles, context),
    ...roles.around(),
  ];
}

function localRoles(roles: UnetRoles, { local }: UnetRoleContext): RoleRule<UnetSpec>[] {
  if (local === undefined) return [];
  const name = 'local_cond_encoder\\.([01])';
  return [...roles.blocks(name, localPlace(local)), ...roles.shortcuts(name, localPlace(local))];
}

/** Where a block is: its name in words, the levels whose widths its channels have, what brings it. */
interface Place {
  readonly words: string;
  readonly into: (roles: UnetRoles) => DimensionRole;
  readonly out: (roles: UnetRoles) => DimensionRole;
  readonly existsBy: readonly string[];
}
type PlaceOf = (groups: readonly string[], facts: Facts, path: string) => Place;

const levelsOf = ({ unet }: Facts) => unet?.downDims.length;

const middlePlace: PlaceOf = ([index], facts) => {
  const coarsest = (roles: UnetRoles) => roles.channels(levelsOf(facts), -1);
  return {
    words: `block ${Number(index) + 1} in the middle of the UNet`,
    into: coarsest,
    out: coarsest,
    existsBy: [],
  };
};

const downPlace =
  ({ input }: UnetRoleContext): PlaceOf =>
  ([text, index], facts, path) => {
    const level = Number(text);
    const out = (roles: UnetRoles) => roles.level(level);
    const before = level === 0 ? () => input(facts) : (roles: UnetRoles) => roles.level(level - 1);
    return {
      words: `block ${Number(index) + 1} at level ${level + 1} of the UNet’s way down`,
      into: index === '0' ? before : out,
      out,
      existsBy: level === 0 ? [] : [`${path}.down_dims`],
    };
  };

/** Levels of the way up are counted from the coarsest. */
const upPlace: PlaceOf = ([text, index], facts, path) => {
  const level = Number(text);
  const count = levelsOf(facts);
  const out = (roles: UnetRoles) => roles.channels(count, -2 - level);
  const into = (roles: UnetRoles): DimensionRole => {
    const { paths } = roles.channels(count, -1 - level);
    return { meaning: 'channels from below, and as many from the way down', paths };
  };
  return {
    words: `block ${Number(index) + 1} at level ${level + 1} of the UNet’s way up`,
    into: index === '0' ? into : out,
    out,
    existsBy: [`${path}.down_dims`],
  };
};

const localPlace =
  ({ width, existsBy }: NonNullable<UnetRoleContext['local']>): PlaceOf =>
  ([index], facts) => ({
    words: `encoder of the local condition for the way ${index === '0' ? 'down' : 'up'}`,
    into: () => width(facts),
    out: (roles) => roles.level(0),
    existsBy: [existsBy],
  });

class UnetRoles {
  private readonly size: DimensionRole;

  constructor(private readonly context: UnetRoleContext) {
    this.size = setBy('kernel size', `${context.path}.kernel_size`);
  }

  /** Channels of a level, the finest being 0. */
  level(level: number): DimensionRole {
    return setBy(`channels of level ${level + 1}`, `${this.context.path}.down_dims.${level}`);
  }

  /** Counted from the coarsest level, which is -1. */
  channels(count: number | undefined, fromEnd: number): DimensionRole {
    if (count === undefined) return setBy('channels', `${this.context.path}.down_dims`);
    return this.level(count + fromEnd);
  }

  /** Everything in the blocks that `name` finds but their shortcuts. */
  blocks(name: string, placeOf: PlaceOf): RoleRule<UnetSpec>[] {
    const condition = this.context.conditionType === undefined ? CONDITION : CONDITION_OF_A_TYPE;
    return [
      this.rule(name, BLOCK, placeOf, (place, groups) => this.convolved(place, groups.slice(-3))),
      this.rule(name, condition, placeOf, (place, groups, facts) =>
        this.conditioned(place, groups.slice(-2), facts),
      ),
    ];
  }

  /** Of the blocks whose two widths may differ. */
  shortcuts(name: string, placeOf: PlaceOf): RoleRule<UnetSpec>[] {
    return [this.rule(name, SHORTCUT, placeOf, (place, groups) => this.shortcut(place, groups.at(-1)!))];
  }

  private rule(
    name: string,
    tail: string,
    placeOf: PlaceOf,
    roleIn: (place: Place, groups: readonly string[], facts: Facts) => KeyRole,
  ): RoleRule<UnetSpec> {
    return [
      new RegExp(`^model\\.${name}\\.${tail}$`),
      (groups, facts) => {
        const place = placeOf(groups, facts, this.context.path);
        const role = roleIn(place, groups, facts);
        return { ...role, existsBy: [...new Set([...place.existsBy, ...role.existsBy])] };
      },
    ];
  }

  /** Everything that is not a residual block. */
  around(): RoleRule<UnetSpec>[] {
    const { path } = this.context;
    const embedding = setBy('embedding of the diffusion step', `${path}.diffusion_step_embed_dim`);
    const fourfold = setBy('four times that embedding', `${path}.diffusion_step_embed_dim`);
    return [
      [
        /^model\.diffusion_step_encoder\.([13])\.(weight|bias)$/,
        ([place, part]) => {
          const [nth, out, into] =
            place === '1'
              ? (['first', fourfold, embedding] as const)
              : (['second', embedding, fourfold] as const);
          return parted(`${nth} layer of the diffusion step’s encoder (an MLP)`, part!, out, into);
        },
      ],
      [
        /^model\.down_modules\.(\d+)\.[12]\.conv\.(weight|bias)$/,
        ([level, part]) => {
          const channels = this.level(Number(level));
          const meaning = `convolution that halves the steps after level ${Number(level) + 1} of the UNet’s way down`;
          return onlyBy(
            `${path}.down_dims`,
            parted(meaning, part!, channels, channels, unsettable('kernel size')),
          );
        },
      ],
      [
        /^model\.up_modules\.(\d+)\.[12]\.conv\.(weight|bias)$/,
        ([level, part], facts) => {
          const channels = this.channels(levelsOf(facts), -2 - Number(level));
          const meaning = `transposed convolution that doubles the steps after level ${Number(level) + 1} of the UNet’s way up`;
          return onlyBy(
            `${path}.down_dims`,
            parted(meaning, part!, channels, channels, unsettable('kernel size')),
          );
        },
      ],
      [
        /^model\.final_conv\.0\.block\.([01])\.(weight|bias)$/,
        ([place, part]) => {
          const channels = this.level(0);
          return place === '0'
            ? parted('last convolution before the output layer', part!, channels, channels, this.size)
            : norm('last convolution before the output layer', part!, channels);
        },
      ],
      [
        /^model\.final_conv\.1\.(weight|bias)$/,
        ([part], facts) =>
          parted(
            'output layer of the UNet: channels to prediction',
            part!,
            this.context.input(facts),
            this.level(0),
            unsettable('kernel size'),
          ),
      ],
    ];
  }

  private convolved(place: Place, [nth, kind, part]: readonly string[]): KeyRole {
    const where = `${nth === '0' ? 'first' : 'second'} convolution in ${place.words}`;
    const [out, into] = [place.out(this), nth === '0' ? place.into(this) : place.out(this)];
    return kind === '0' ? parted(where, part!, out, into, this.size) : norm(where, part!, out);
  }

  private conditioned(place: Place, [layer, part]: readonly string[], facts: Facts): KeyRole {
    const { conditionType, path, scalePath } = this.context;
    const by = conditionType ?? scalePath ?? `${path}.cond_predict_scale`;
    const { meaning, paths } = place.out(this);
    const rows = setBy(`scale and shift of ${meaning}, or the shift alone`, ...paths, by);
    const role = this.conditionLayer(layer!, part!, { place, rows, facts });
    return conditionType === undefined ? role : onlyBy(conditionType, role);
  }

  private conditionLayer(
    layer: string,
    part: string,
    { place, rows, facts }: { place: Place; rows: DimensionRole; facts: Facts },
  ): KeyRole {
    const condition = this.context.condition(facts);
    const attended = ATTENTION[layer];
    if (attended !== undefined) {
      const into = layer === 'query_proj' ? place.into(this) : condition;
      return parted(`${attended} of the cross-attention in ${place.words}`, part, rows, into);
    }
    if (layer === '3')
      return parted(`second layer of the condition’s MLP in ${place.words}`, part, rows, condition);
    return facts.unet?.conditionedBy === 'mlp'
      ? parted(`first layer of the condition’s MLP in ${place.words}`, part, condition, condition)
      : parted(`projection of the condition in ${place.words}`, part, rows, condition);
  }

  private shortcut(place: Place, part: string): KeyRole {
    const [out, into] = [place.out(this), place.into(this)];
    const role = parted(
      `1×1 convolution in the shortcut of ${place.words}`,
      part,
      out,
      into,
      unsettable('kernel size'),
    );
    const paths = [...new Set([...out.paths, ...into.paths])]; // it is left out where the two widths agree
    return { ...role, existsBy: paths };
  }
}

/** A weight (out, in, …) or its bias (out). */
function parted(meaning: string, part: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return part === 'weight'
    ? always(meaning, ...dimensions)
    : always(`bias of the ${meaning}`, dimensions[0]!);
}

function norm(where: string, part: string, channels: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the GroupNorm after the ${where}`, channels);
}
