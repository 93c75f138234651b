/** The globals that a pickle names, and which of them a checkpoint or recording has no reason to name. */

import type { PickleValue } from './model.js';

/** Kept by name: the rest is only counted in the file. */
const MAX_NAMES = 1000;

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
  private readonly seen = new Set<string>();
  private last = '';

  /** `name` is `module.name`, or `extension N` for an entry of copyreg's registry. */
  add(name: string): void {
    if (name === this.last) return;
    this.last = name;
    if (this.seen.size < MAX_NAMES && !EXPECTED.some((pattern) => pattern.test(name))) this.seen.add(name);
  }

  /** The call of a global that is expected with some arguments only. */
  addCall(name: string, args: readonly PickleValue[]): void {
    if (name !== 'dill._dill._load_type') return;
    const [type] = args;
    if (args.length !== 1 || typeof type !== 'string' || !DILL_TYPES.includes(type)) {
      this.add(`${name} of ${typeof type === 'string' ? type : 'a computed name'}`);
    }
  }

  /** Those that no checkpoint needs: loading the file in Python would import or call them. */
  get unexpected(): readonly string[] {
    return [...this.seen];
  }
}
