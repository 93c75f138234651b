/** Names that wrappers put before a policy's keys, or between their parts, recognised by what fits behind them. */

/** How the keys of a file become those of the policy. */
export interface Wrapping {
  /** What stands before each key, with its last dot; empty where a wrapper stands only further in. */
  readonly prefix: string;
  /** By the policy's module, the wrappers behind its name in the file: `model` → `_orig_mod`. */
  readonly inner: ReadonlyMap<string, string>;
  /** The file's key by the policy's. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Segments that wrappers of PyTorch add, and who does. */
const WRAPPERS: Readonly<Record<string, string>> = {
  module: 'DataParallel or DistributedDataParallel',
  _orig_mod: 'torch.compile',
  _fsdp_wrapped_module: 'FullyShardedDataParallel',
  _checkpoint_wrapped_module: 'activation checkpointing',
};

/** Far above real keys; crafted ones cost no more than these. */
const MAX_KEY = 512;
const MAX_SEGMENTS = 32;
const MAX_PREFIXES = 8;

/** Every prefix behind which some of the policy's keys stand, those that fit best first. */
export function wrappings(fileKeys: readonly string[], policyKeys: ReadonlySet<string>): Wrapping[] {
  const counts = new Map<string, number>();
  for (const fileKey of fileKeys) {
    const prefix = prefixOf(fileKey, policyKeys);
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_PREFIXES)
    .map(([prefix]) => wrappingBy(prefix, fileKeys, policyKeys))
    .sort((a, b) => b.keys.size - a.keys.size);
}

/** One name of the policy may be the end of another, so keys are matched anew once the prefix is known. */
function wrappingBy(prefix: string, fileKeys: readonly string[], policyKeys: ReadonlySet<string>): Wrapping {
  const inner = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const fileKey of fileKeys) {
    const rest = fileKey.startsWith(prefix) ? fileKey.slice(prefix.length) : '';
    const found = policyKeys.has(rest) ? { key: rest, inner: NONE } : unwrapped(rest.split('.'));
    if (!policyKeys.has(found.key) || keys.has(found.key)) continue;
    keys.set(found.key, fileKey);
    for (const [module, wrappers] of found.inner) inner.set(module, wrappers);
  }
  return { prefix, inner, keys };
}

/**
 * The wrappings by which the file is this policy: at least half of its keys fit. Empty where the file's own names are the
 * policy's, or nothing fits; more than one where it holds several copies, such as the weights and their average.
 */
export function likelyWrappings(fileKeys: readonly string[], policyKeys: ReadonlySet<string>): Wrapping[] {
  const likely = wrappings(fileKeys, policyKeys).filter(({ keys }) => keys.size * 2 >= policyKeys.size);
  return likely.some(({ prefix, inner }) => prefix === '' && inner.size === 0) ? [] : likely;
}

/** The name in the file of a key of the policy, which the file need not have yet. */
export function wrappedKey(key: string, { prefix, inner }: Pick<Wrapping, 'prefix' | 'inner'>): string {
  const segments = key.split('.').map((segment, at, all) => {
    const wrappers = inner.get(all.slice(0, at + 1).join('.'));
    return wrappers === undefined ? segment : `${segment}.${wrappers}`;
  });
  return `${prefix}${segments.join('.')}`;
}

/** `module._orig_mod. before them (DistributedDataParallel, torch.compile)`, as a message goes on after "its keys have". */
export function wrappingText({ prefix, inner }: Wrapping): string {
  const within = [...inner].map(([module, wrappers]) => `${wrappers} behind ${module}`).slice(0, 3);
  const parts = [...(prefix === '' ? [] : [`the prefix ${prefix}`]), ...within];
  const segments = [prefix, ...inner.values()].join('.').split('.');
  const named = [...new Set(segments)].flatMap((segment) =>
    Object.hasOwn(WRAPPERS, segment) ? [WRAPPERS[segment]!] : [],
  );
  return `${parts.join(' and ')}${named.length === 0 ? '' : ` (${named.join(', ')})`}`;
}

/** What stands before the longest end of the file's key that is one of the policy's, wrappers within it left out. */
function prefixOf(fileKey: string, policyKeys: ReadonlySet<string>): string | undefined {
  if (policyKeys.has(fileKey)) return '';
  if (fileKey.length > MAX_KEY) return undefined;
  const segments = fileKey.split('.');
  if (segments.length > MAX_SEGMENTS) return undefined;
  const at = segments.findIndex((segment, from) => {
    const rest = segments.slice(from);
    if (policyKeys.has(rest.join('.'))) return true;
    return !Object.hasOwn(WRAPPERS, segment) && policyKeys.has(unwrapped(rest).key);
  });
  const before = segments.slice(0, at).map((segment) => `${segment}.`);
  return at < 0 ? undefined : before.join('');
}

/** Without what wrappers put between its parts. */
export function bareKey(key: string): string {
  return unwrapped(key.split('.')).key;
}

const NONE: ReadonlyMap<string, string> = new Map();

function unwrapped(segments: readonly string[]): { key: string; inner: Map<string, string> } {
  const inner = new Map<string, string>();
  const kept: string[] = [];
  for (const segment of segments) {
    if (!Object.hasOwn(WRAPPERS, segment)) {
      kept.push(segment);
      continue;
    }
    const module = kept.join('.');
    const before = inner.get(module);
    inner.set(module, before === undefined ? segment : `${before}.${segment}`);
  }
  return { key: kept.join('.'), inner };
}
