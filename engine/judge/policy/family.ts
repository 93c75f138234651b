/** A policy family: everything about one kind of policy that is judged from configs and headers, as pure functions and tables. */
import type { PlainMap } from '../../base/plain.js';
import type { CheckCode } from '../checks/codes.js';
import type { InitialRule } from './initial.js';
import type { KeyRole } from './keyRole.js';
import type { ParameterSpec, PolicySpec } from './spec.js';

/**
 * One folder below `judge/policy/` and one row in `families.ts`. A spec is handed only to the family that read it, so a family works
 * on a spec type of its own.
 */
export interface PolicyFamily<Spec extends PolicySpec = PolicySpec> {
  /** The name of its folder; every spec that it reads carries it. */
  readonly id: string;
  /** In the field's words, as a message continues after "the". */
  readonly name: string;
  /**
   * Last names of `policy._target_`; projects keep the class in modules of their own. A name that says too little alone has its module
   * before it: `modeling_act.ACTPolicy`.
   */
  readonly classes: readonly string[];
  /** Keys that its constructor and its optimizer read, beside those that every training has. */
  readonly configSections: readonly ConfigSection[];
  /** Counts that must divide a width, or PyTorch refuses to build the policy. */
  readonly divisions: readonly Division[];
  /** Dotted paths of the settings that tell the size of the network in a few words. */
  readonly sizeSettings: readonly string[];
  /** Dotted path of the size that images are cropped to; absent where the policy crops none. */
  readonly cropPath?: string;
  /** Where the config gives the widths of the action and the observations as numbers: dotted paths by name; absent where `policy.shape_meta` gives their shapes. */
  readonly columnWidths?: Readonly<Record<string, string>>;
  /** Dotted paths of the settings by which a data set class is told the names of arrays, by `action` and the observations. */
  readonly columnNames?: Readonly<Record<string, string>>;
  /** The data set class computes the action and the vectors of other arrays than those of their names (relative poses, 6-D rotations); only images are an array's rows. */
  readonly derivesColumns?: true;
  /** The observations of `shape_meta` that the policy sees where they are there; absent where it sees all. */
  readonly sees?: readonly string[];
  /** The policy resizes images, so that those of a data set may have another height and width than `shape_meta` says. */
  readonly resizesImages?: true;
  /** Arrays of its projects' data sets that may hold an observation, the usual one first; absent where each is in the array of its name. */
  readonly usualColumns?: PolicySpec['columns'];
  /** Dotted path of the setting by which upstream's training leaves the image encoder as it is; absent where it trains it always. */
  readonly freezePath?: string;
  /** What trains such a policy, as a hint of its own; absent where upstream's `train.py` does. */
  readonly trainedBy?: string;
  /** Dotted path of the setting by which this policy's image encoders have BatchNorm; undefined where they have none. Absent where no such policy has. */
  batchNormSetting?(spec: Spec): string | undefined;
  /** Upstream hands inpainted features over with their gradients, so that they train the encoders where they are known; absent where it does not. */
  readonly learnsByInpainting?: true;
  /** Layers that read or write actions, each with a weight and a bias. */
  readonly actionLayers: readonly string[];

  /**
   * What the policy's constructor would be called with, and the state dict that it would have. `resolved` is a whole resolved training
   * config. Throws `PolicyConfigError` naming the dotted path of what is missing or wrong.
   */
  readSpec(resolved: PlainMap): Spec;
  /** Told from the name; with the facts of a spec its dimensions are told exactly. Undefined for a key that no such policy has. */
  roleOf(key: string, facts: Partial<Spec>): KeyRole | undefined;
  /** What a key belongs to, told from its name, and exactly where the policy is known. */
  placeOf(key: string, spec?: Spec): KeyPlace;
  /** How the keys of this policy write an observation's name; absent where they write it as it is. */
  nameInKeys?(observation: string, spec: Spec): string;
  /** Which axis of a key follows the actions or the observations; undefined where none does. */
  axisOf(key: string, spec: Spec): FollowedAxis | undefined;
  /**
   * Of a layer that this policy does not have because its input is as wide as its output, and is passed on unchanged: what the input is,
   * along the second axis that the layer's weight (out, in, …) would have. Absent where no layer comes and goes with the widths.
   */
  passedOn?(key: string, spec: Spec): readonly AxisSegment[] | undefined;
  /** The weights of all such layers, whether the policy has them or not; asked of a policy where its observations name them. */
  readonly shortcuts?: readonly string[] | ((spec: Pick<PolicySpec, 'observations'>) => readonly string[]);
  /** What upstream's constructor puts into an entry that is not the normaliser's. Throws `PolicyConfigError` where that is not known here. */
  initialRule(entry: ParameterSpec, spec: Spec): InitialRule;
  /** Its checkpoints hold no EMA beside the policy, whatever `training.use_ema` says: the policy has an average of its own. Absent where none is so. */
  averagesItself?(spec: Spec): boolean;
  /** The optimizer's groups in the order of the file; indices of its state count through them. */
  parameterGroups(spec: Spec): readonly ParameterGroup[];
  /** What the config gives the optimizer. Throws `PolicyConfigError`. */
  optimizerSettings(resolved: PlainMap): OptimizerSettings;
  /**
   * Why a policy that is adapted to this spec does not begin as the old one although nothing of that is lost, each a whole sentence;
   * `added` are observations that the old policy did not have. Absent where what is new begins silent.
   */
  beginsOtherwise?(old: Spec, spec: Spec, added: readonly string[]): readonly string[];
  /** Settings that change what the same tensors mean: an adaptation refuses where they differ between the old policy and the new one. */
  comparedSettings(spec: Spec): readonly ComparedSetting[];
}

export interface ConfigSection {
  /** Dotted path of the mapping. */
  readonly path: string;
  /** Last name of the class that takes these keys; absent where the path alone says what reads it. */
  readonly target?: string;
  readonly keys: readonly string[];
}

/** A quotient that must be whole: as many heads as divide the width of the attention. */
export interface Division {
  readonly code: CheckCode;
  /** Dotted paths. */
  readonly count: string;
  readonly width: string;
  /** What is counted: `heads`. */
  readonly what: string;
}

export interface KeyPlace {
  readonly part: 'denoiser' | 'encoder' | 'normalizer' | 'other';
  /** The observation (or field of the normaliser) that the key names, where it names one. */
  readonly of?: NamedInKey;
}

interface NamedInKey {
  readonly name: string;
  /** Where the name begins in the key. */
  readonly at: number;
  /** What stands there instead of the name, such as the camera's number. */
  readonly written?: string;
}

export interface FollowedAxis {
  /** Of PyTorch's tensor. */
  readonly axis: number;
  /** What the entries along it stand for, in their order; as many as the axis is long. */
  readonly segments: readonly AxisSegment[];
  /** New entries start at zero, so that the widened policy predicts as before until it is trained. */
  readonly startsSilent: boolean;
}

/** A run of entries along an axis. Those of an old policy are continued by those of the new one that stand for the same. */
export type AxisSegment =
  | { readonly of: 'action'; readonly width: number }
  /** Values or features of one observation; where each observed step has entries of its own, `step` counts from the first, or down to -1, the present one. */
  | { readonly of: 'observation'; readonly key: string; readonly width: number; readonly step?: number }
  /** Follows neither: the embedding of the diffusion step, for example. */
  | { readonly of: 'other'; readonly name: string; readonly width: number };

export interface ParameterGroup {
  /** `OptimizerSettings.weightDecay` has one value for each name. */
  readonly name: string;
  /** In torch's order, with the empty ones, which count; the normaliser's are not there yet when upstream builds its optimizer. */
  readonly parameters: readonly ParameterSpec[];
}

export interface OptimizerSettings {
  readonly learningRate: number;
  /** By the name of the group, where its rate is that many times the others'. */
  readonly rateFactors?: Readonly<Record<string, number>>;
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** By the name of the group. */
  readonly weightDecay: Readonly<Record<string, number>>;
}

export interface ComparedSetting {
  /** As a message names it, mostly its dotted path. */
  readonly name: string;
  readonly value: string | number | boolean;
}

/** The names of a text that blanks and line ends part, for the long lists of a family. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Of a key that is neither the normaliser's nor an encoder's: every family of upstream's calls its denoiser `model`. */
export function denoiserPlace(key: string): KeyPlace {
  return { part: key.startsWith('model.') ? 'denoiser' : 'other' };
}

/** The name behind `prefix` up to the next dot; undefined where the key does not begin with it. */
export function namedBehind(prefix: string, key: string): NamedInKey | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const end = key.indexOf('.', prefix.length);
  return end <= prefix.length ? undefined : { name: key.slice(prefix.length, end), at: prefix.length };
}

/** The key with another observation in the place of the one that it names. */
export function renamedKey(key: string, { name, at, written = name }: NamedInKey, to: string): string {
  return `${key.slice(0, at)}${to}${key.slice(at + written.length)}`;
}
