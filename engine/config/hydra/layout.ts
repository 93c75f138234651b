/** The layout of Hydra's own section: its keys and their types, what it refuses, and how values are converted. */
import { ConfigError } from '../configError.js';
import { type ConfigNode, isInterpolation, isMissing, lookup, type MapNode, placeText } from '../node.js';
import type { Override } from '../overrides/overrides.js';
import { pythonText } from '../python/value.js';
import { asInteger } from '../yaml/scalar.js';
import { BUILT_IN } from './builtinDefaults.js';

/** `?` allows null. An object has these keys and no others. */
type Kind = Simple | { readonly [key: string]: Kind };
type Simple =
  | ('text' | 'text?' | 'int' | 'int?' | 'bool?' | 'mode?' | 'texts')
  | ('any' | 'map' | 'textMap' | 'textMap?');

const LAYOUT: { readonly [key: string]: Kind } = {
  defaults: 'any',
  mode: 'mode?',
  searchpath: 'texts',
  run: { dir: 'text' },
  sweep: { dir: 'text', subdir: 'text' },
  hydra_logging: 'map',
  job_logging: 'map',
  sweeper: 'any',
  launcher: 'any',
  callbacks: 'map',
  env: 'map',
  help: { app_name: 'text', header: 'text', footer: 'text', template: 'text' },
  hydra_help: { hydra_help: 'text', template: 'text' },
  output_subdir: 'text?',
  overrides: { hydra: 'texts', task: 'texts' },
  job: {
    name: 'text',
    chdir: 'bool?',
    override_dirname: 'text',
    id: 'text',
    num: 'int',
    config_name: 'text?',
    env_set: 'textMap',
    env_copy: 'texts',
    config: { override_dirname: { kv_sep: 'text', item_sep: 'text', exclude_keys: 'texts' } },
  },
  runtime: {
    version: 'text',
    version_base: 'text',
    cwd: 'text',
    config_sources: 'any',
    output_dir: 'text',
    choices: 'map',
  },
  verbose: 'any',
};

/** For the launcher and sweeper that come with Hydra; those of plugins are unknown. */
const BASIC: { readonly [key: string]: Kind } = {
  launcher: { _target_: 'text' },
  sweeper: { _target_: 'text', max_batch_size: 'int?', params: 'textMap?' },
};

function layoutOf(section: ConfigNode): Kind {
  const isBasic = (key: string) =>
    isUsers(section, [key, '_target_']) === false && lookup(section, [key, '_target_']) !== undefined;
  return { ...LAYOUT, ...Object.fromEntries(Object.entries(BASIC).filter(([key]) => isBasic(key))) };
}

/** Throws on a key that Hydra does not have and on a value of the wrong type. Keys from the files `taken` are accepted unchecked. */
export function checkHydraSection(root: MapNode, taken: ReadonlySet<string> = new Set()): void {
  const section = root.entries.get('hydra');
  if (section === undefined) throw new ConfigError({ code: 'hydra-key', message: 'hydra cannot be deleted' });
  checked(section, layoutOf(section), 'hydra', taken);
}

/** A key of a part with a fixed set of keys cannot be deleted. */
export function refuseTypedDeletion({ kind, key, text }: Override): void {
  const steps = key.split('.');
  if (kind !== 'delete' || steps[0] !== 'hydra') return;
  const parent = steps.slice(1, -1).reduce<Kind | undefined>(kindAt, LAYOUT);
  if (typeof parent !== 'object') return;
  throw new ConfigError({
    code: 'override-refused',
    message: `the override '${text}': Hydra's own keys cannot be deleted`,
    hint: 'set it to another value',
  });
}

/** The section with its values as Hydra converts them to the types of their keys. */
export function typed(section: ConfigNode): ConfigNode {
  return converted(section, layoutOf(section));
}

/** Whether one of the user's files or an override set the value. */
export function isUsers(root: ConfigNode, path: readonly string[]): boolean {
  const place = lookup(root, path)?.place;
  return place !== undefined && !(place.kind === 'file' && place.file.startsWith(BUILT_IN));
}

function kindAt(kind: Kind | undefined, key: string): Kind | undefined {
  return typeof kind === 'object' && Object.hasOwn(kind, key) ? kind[key] : undefined;
}

function checked(node: ConfigNode, kind: Kind, path: string, taken: ReadonlySet<string>): void {
  if (isMissing(node) && typeof kind !== 'object') return;
  if (typeof kind === 'string' ? isOf(node, kind) : node.kind === 'map') {
    if (typeof kind !== 'object' || node.kind !== 'map') return;
    for (const [key, child] of node.entries) {
      const known = kindAt(kind, key);
      const { place } = child;
      if (known !== undefined) checked(child, known, `${path}.${key}`, taken);
      else if (place.kind !== 'override' && !(place.kind === 'file' && taken.has(place.file)))
        throw unknownKey(child, `${path}.${key}`, Object.keys(kind));
    }
    return;
  }
  const wanted = typeof kind === 'object' ? 'map' : kind.replace('?', '');
  const message = `${path} must be ${NAMES[wanted] ?? wanted}`;
  throw new ConfigError({ code: 'hydra-key', file: placeText(node.place), message });
}

const NAMES: Readonly<Record<string, string>> = {
  text: 'text',
  int: 'an integer',
  bool: 'true or false',
  map: 'a mapping',
  textMap: 'a mapping with text values',
  texts: 'a list of text',
  mode: 'RUN or MULTIRUN',
};

function unknownKey(node: ConfigNode, path: string, known: readonly string[]): ConfigError {
  return new ConfigError({
    code: 'hydra-key',
    file: placeText(node.place),
    message: `${path} is not a key of Hydra 1.3`,
    hint: `Hydra's keys here are ${known.join(', ')}`,
  });
}

function isOf(node: ConfigNode, kind: Simple): boolean {
  if (isInterpolation(node) || kind === 'any') return true;
  if (node.kind === 'map') return /map/i.test(kind);
  if (node.kind === 'list') return kind === 'texts';
  const { value } = node;
  if (value === null) return kind.endsWith('?');
  const text = String(value);
  switch (kind) {
    case 'int':
    case 'int?':
      return typeof value === 'bigint' || Number.isInteger(value) || /^\s*[-+]?\d+(?:_\d+)*\s*$/.test(text);
    case 'bool?':
      return /^(?:true|false|yes|no|on|off|y|n|-?\d+)$/i.test(text);
    case 'mode?':
      return ['RUN', 'MULTIRUN', '1', '2'].includes(text.replace(/^RunMode\./, ''));
    default:
      return kind === 'text' || kind === 'text?';
  }
}

function converted(node: ConfigNode, kind: Kind): ConfigNode {
  if (node.kind === 'map' && typeof kind === 'object') {
    const entries = [...node.entries].map(
      ([key, child]) => [key, converted(child, kindAt(kind, key) ?? 'any')] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'map' && (kind === 'textMap' || kind === 'textMap?')) {
    const entries = [...node.entries].map(([key, child]) => [key, converted(child, 'text?')] as const);
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'list' && kind === 'texts')
    return { ...node, items: node.items.map((item) => converted(item, 'text')) };
  if (node.kind !== 'scalar' || node.value === null || isMissing(node) || isInterpolation(node)) return node;
  const text = pythonText(node.value);
  if (kind === 'text' || kind === 'text?') return { ...node, value: text };
  if (kind === 'int' || kind === 'int?')
    return { ...node, value: asInteger(BigInt(text.trim().replaceAll('_', '').replace('+', ''))) };
  if (kind === 'bool?') return { ...node, value: /^(?:true|yes|on|y|-?0*[1-9]\d*)$/i.test(text) };
  return kind === 'mode?'
    ? { ...node, value: text === '1' ? 'RUN' : text === '2' ? 'MULTIRUN' : text }
    : node;
}
