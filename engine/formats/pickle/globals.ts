/** The globals that a pickle names, and which of them a checkpoint or recording never needs. */

import { isDangerous } from './dangerous.js';
import type { PickleValue } from './model.js';

/** How many merely unknown names are listed; all dangerous ones come before them. */
const MAX_NAMES = 1000;
/** Names that are told apart; a crafted file may have more, which are one case then. */
const MAX_COUNTED = 100_000;

/** How many different names a checkpoint never needs. */
export interface GlobalCounts {
  /** Those that run commands or code, load more of it, write files or reach the network. */
  readonly dangerous: number;
  /** With the dangerous ones. */
  readonly all: number;
}

/** What torch, OmegaConf, NumPy and the standard containers need to rebuild data; none of it runs code of the file's choice. */
const EXPECTED: readonly RegExp[] = [
  /^torch\.\w+Storage$/,
  /^torch\.storage\.(Untyped|Typed)Storage$/,
  /^torch\._utils\._rebuild_(tensor|tensor_v2|tensor_v3|qtensor|parameter|parameter_with_state)$/,
  /^torch\._tensor\._rebuild_from_type_v2$/,
  /^torch\.(nn\.parameter\.)?(Parameter|Tensor|Size|device|dtype)$/,
  /^torch\.(b?float|complex|q?u?int)\d+\w*$/,
  /^torch\.bool$/,
  /^torch\.(per_tensor_affine|per_channel_affine)$/,
  /^collections\.(OrderedDict|defaultdict|deque)$/,
  /^omegaconf\.(dictconfig\.DictConfig|listconfig\.ListConfig|base\.(ContainerMetadata|Metadata)|nodes\.\w+Node)$/,
  /^typing\.(Any|Union|Optional|Dict|List|Tuple)$/,
  /^builtins\.(dict|list|tuple|set|frozenset|int|float|bool|str|bytes|bytearray|complex|object|slice|range)$/,
  /^copyreg\._reconstructor$/,
  /^_codecs\.encode$/,
  /^pathlib(\._local)?\.(Pure)?(Posix|Windows)?Path$/,
  /^datetime\.(datetime|date|time|timedelta)$/,
  /^dill\._dill\._load_type$/,
  /^numpy\.(ndarray|dtype|_?core\.multiarray\.(_reconstruct|scalar)|_?core\.numeric\._frombuffer)$/,
];

/** `dill._load_type` looks its argument up in a table that has the constructors of functions and code, too. */
const DILL_TYPES = [
  'dict',
  'list',
  'tuple',
  'set',
  'frozenset',
  'int',
  'float',
  'bool',
  'str',
  'bytes',
  'object',
];

/** Collects the globals of one file, each once, in the order of their first mention. */
export class GlobalNames {
  private readonly dangerous = new Set<string>();
  private readonly unknown = new Set<string>();
  private last = '';

  /** `name` is `module.name`, or `extension N` for an entry of copyreg's registry. */
  add(name: string): void {
    if (name === this.last) return;
    this.last = name;
    if (this.dangerous.has(name) || this.unknown.has(name)) return;
    if (EXPECTED.some((pattern) => pattern.test(name))) return;
    const names = isDangerous(name) ? this.dangerous : this.unknown;
    if (names.size < MAX_COUNTED) names.add(name);
  }

  /** The call of a global that is expected with some arguments only. */
  addCall(name: string, args: readonly PickleValue[]): void {
    if (name !== 'dill._dill._load_type') return;
    const [type] = args;
    if (args.length !== 1 || typeof type !== 'string' || !DILL_TYPES.includes(type)) {
      this.add(`${name} of ${typeof type === 'string' ? type : 'a computed name'}`);
    }
  }

  /** Those that a checkpoint never needs: loading the file in Python would import or call them. Dangerous ones first, and all of those. */
  get unexpected(): readonly string[] {
    return [...this.dangerous, ...[...this.unknown].slice(0, MAX_NAMES)];
  }

  get counts(): GlobalCounts {
    return { dangerous: this.dangerous.size, all: this.dangerous.size + this.unknown.size };
  }
}

/** `os.system, lab.a and 998 more`, the dangerous ones first; each name passes through `show`. */
export function namesInShort(
  names: readonly string[],
  all: number,
  most: number,
  show: (name: string) => string,
): string {
  const more = all > most ? ` and ${all - Math.min(most, names.length)} more` : '';
  return `${names.slice(0, most).map(show).join(', ')}${more}`;
}

/** `3 names that can run code, 1,000 others`; empty where there is nothing to tell apart. */
export function countsText({ dangerous, all }: GlobalCounts): string {
  const others = all - dangerous;
  const parts = [
    ...(dangerous > 0 ? [`${dangerous} that can run code, write files or reach the network`] : []),
    ...(others > 0 ? [`${others} unknown`] : []),
  ];
  return parts.join(', ');
}
