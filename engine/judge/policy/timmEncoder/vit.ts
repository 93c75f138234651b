/** timm's plain vision transformers: the names that are known, the sizes behind them, their keys, and what they start from. */
import type { InitialRule } from '../initial.js';
import { KERNEL_2D, type ParameterListing } from '../listing.js';

export interface VitLayout {
  readonly width: number;
  readonly depth: number;
  /** Width of a block's hidden layer. */
  readonly hidden: number;
  /** Pixels on a side of a patch. */
  readonly patch: number;
  /** Pixels on a side of the image, which is fixed: each patch has a position of its own. */
  readonly image: number;
  /** CLIP's: a norm before the blocks takes the place of the patches' bias. */
  readonly normFirst: boolean;
  /** DINOv2's: each branch of a block is scaled by a vector. */
  readonly isScaled: boolean;
  /** Tokens beside the class token that stand for no patch. */
  readonly registers: number;
}

type Size = Pick<VitLayout, 'width' | 'depth' | 'hidden'>;

const SIZES: Readonly<Record<string, Size>> = {
  tiny: { width: 192, depth: 12, hidden: 768 },
  small: { width: 384, depth: 12, hidden: 1536 },
  medium: { width: 512, depth: 12, hidden: 2048 },
  base: { width: 768, depth: 12, hidden: 3072 },
  large: { width: 1024, depth: 24, hidden: 4096 },
  huge: { width: 1280, depth: 32, hidden: 5120 },
  giant: { width: 1408, depth: 40, hidden: 6144 },
  gigantic: { width: 1664, depth: 48, hidden: 8192 },
};

/** What differs between the kinds of a name. */
const KINDS: Readonly<Record<string, Pick<VitLayout, 'normFirst' | 'isScaled' | 'registers'>>> = {
  '': { normFirst: false, isScaled: false, registers: 0 },
  clip: { normFirst: true, isScaled: false, registers: 0 },
  clip_quickgelu: { normFirst: true, isScaled: false, registers: 0 },
  dinov2: { normFirst: false, isScaled: true, registers: 0 },
  reg4_dinov2: { normFirst: false, isScaled: true, registers: 4 },
};

/** Patch and image of each size, `16_224`, as timm has them. */
const KNOWN: readonly (readonly [kind: string, size: string, patches: string])[] = [
  ['', 'tiny', '16_224 16_384'],
  ['', 'small', '8_224 16_224 16_384 32_224 32_384'],
  ['', 'base', '8_224 16_224 16_384 32_224 32_384'],
  ['', 'large', '14_224 16_224 16_384 32_224 32_384'],
  ['', 'huge', '14_224'],
  ['', 'giant', '14_224'],
  ['', 'gigantic', '14_224'],
  ['clip', 'medium', '16_224 32_224'],
  ['clip', 'base', '16_224 16_384 32_224 32_256 32_384 32_448'],
  ['clip', 'large', '14_224 14_336'],
  ['clip', 'huge', '14_224 14_336 14_378'],
  ['clip', 'giant', '14_224'],
  ['clip', 'gigantic', '14_224 14_378'],
  ['clip_quickgelu', 'base', '16_224 32_224'],
  ['clip_quickgelu', 'large', '14_224 14_336'],
  ['clip_quickgelu', 'huge', '14_224 14_378'],
  ['clip_quickgelu', 'gigantic', '14_224'],
  ['dinov2', 'small', '14_518'],
  ['dinov2', 'base', '14_518'],
  ['dinov2', 'large', '14_518'],
  ['reg4_dinov2', 'small', '14_518'],
  ['reg4_dinov2', 'base', '14_518'],
  ['reg4_dinov2', 'large', '14_518'],
];

/** By timm's name without the tag of its weights. */
export const VITS: ReadonlyMap<string, VitLayout> = new Map(
  KNOWN.flatMap(([kind, size, patches]) =>
    patches.split(' ').map((text) => {
      const [patch, image] = text.split('_').map(Number) as [number, number];
      return [nameOf(kind, size, patch, image), { ...SIZES[size]!, ...KINDS[kind]!, patch, image }] as const;
    }),
  ),
);

/** DINOv2's names do not say the size of the image. */
function nameOf(kind: string, size: string, patch: number, image: number): string {
  const ends = kind.endsWith('dinov2') ? [kind] : [kind, image].filter((part) => part !== '');
  return [`vit_${size}_patch${patch}`, ...ends].join('_');
}

/** In timm's order; the layer of the classes is not there. */
export function addVit(list: ParameterListing, name: string, channels: number, layout: VitLayout): void {
  const { width, patch, image, registers, normFirst, depth } = layout;
  list.add(`${name}.cls_token`, [1, 1, width]);
  if (registers > 0) list.add(`${name}.reg_token`, [1, registers, width]);
  // With registers, neither they nor the class token have a position.
  const positions = (image / patch) ** 2 + (registers > 0 ? 0 : 1);
  list.add(`${name}.pos_embed`, [1, positions, width]);
  list.kernel(`${name}.patch_embed.proj.weight`, [width, channels, patch, patch], KERNEL_2D);
  if (normFirst) list.layer(`${name}.norm_pre`, width);
  else list.add(`${name}.patch_embed.proj.bias`, [width]);
  for (let block = 0; block < depth; block += 1) addBlock(list, `${name}.blocks.${block}`, layout);
  list.layer(`${name}.norm`, width);
}

function addBlock(list: ParameterListing, name: string, { width, hidden, isScaled }: VitLayout): void {
  list.layer(`${name}.norm1`, width);
  list.layer(`${name}.attn.qkv`, 3 * width, width);
  list.layer(`${name}.attn.proj`, width, width);
  if (isScaled) list.add(`${name}.ls1.gamma`, [width]);
  list.layer(`${name}.norm2`, width);
  list.layer(`${name}.mlp.fc1`, hidden, width);
  list.layer(`${name}.mlp.fc2`, width, hidden);
  if (isScaled) list.add(`${name}.ls2.gamma`, [width]);
}

/** timm's: linear weights and positions near zero, their biases zero; the patches as PyTorch starts a convolution. */
export function vitRule(key: string, { patch }: VitLayout): InitialRule {
  if (key.endsWith('.gamma')) return { kind: 'constant', value: 1e-5 };
  if (/\.(?:cls|reg)_token$/.test(key)) return { kind: 'normal', std: 1e-6 };
  if (key.includes('.patch_embed.')) return { kind: 'uniform', bound: 1 / Math.sqrt(3 * patch ** 2) };
  if (/norm(?:_pre|[12])?\.weight$/.test(key)) return { kind: 'constant', value: 1 };
  if (key.endsWith('.bias')) return { kind: 'constant', value: 0 };
  return { kind: 'normal', std: 0.02 };
}
