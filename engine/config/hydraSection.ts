/** Hydra's own section of a config: it says how a run is started and is taken out of what the training sees. */
import { RegripError } from '../base/errors.js';
import { lookup, type MapNode, placeText } from './node.js';
import type { Override } from './overrides.js';

/** The keys that Hydra 1.3 knows below `hydra`. */
const KEYS: ReadonlySet<string> = new Set(
  'callbacks defaults env help hydra_help hydra_logging job job_logging launcher mode output_subdir overrides run runtime searchpath sweep sweeper verbose'.split(
    ' ',
  ),
);

/** Hydra fills its section from its own defaults, so a known key may be changed although no file here writes it. */
export function asHydraWouldTake(override: Override): Override {
  const [top, key] = override.key.split('.');
  if (top !== 'hydra' || override.kind !== 'change' || key === undefined || !KEYS.has(key)) return override;
  return { ...override, kind: 'force' };
}

/** The keys of its parts that have a fixed set. */
const PARTS: Readonly<Record<string, ReadonlySet<string>>> = {
  job: new Set('chdir config config_name env_copy env_set id name num override_dirname'.split(' ')),
  overrides: new Set(['hydra', 'task']),
  run: new Set(['dir']),
  sweep: new Set(['dir', 'subdir']),
};

/** Throws on a key that Hydra does not have, and on a search path, which would add files from elsewhere. */
export function checkHydraSection(root: MapNode): void {
  const section = root.entries.get('hydra');
  if (section?.kind !== 'map') return;
  checkKeys(section, 'hydra', KEYS);
  for (const [name, keys] of Object.entries(PARTS)) {
    const part = section.entries.get(name);
    if (part?.kind === 'map') checkKeys(part, `hydra.${name}`, keys);
  }
  const path = lookup(section, ['searchpath']);
  if (path?.kind === 'list' && path.items.length > 0) {
    throw new RegripError({
      code: 'unsupported',
      message: `${placeText(path.place)}: hydra.searchpath is not supported`,
      hint: 'put the configs below the folder of the primary config',
    });
  }
}

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'hydra/env': ['default'],
  'hydra/help': ['default'],
  'hydra/hydra_help': ['default'],
  'hydra/hydra_logging': ['default', 'disabled', 'hydra_debug', 'none'],
  'hydra/job_logging': ['default', 'disabled', 'none', 'stdout'],
  'hydra/launcher': ['basic'],
  'hydra/output': ['default'],
  'hydra/sweeper': ['basic'],
};

/** Whether Hydra brings the option itself; it looks there first. */
export function isHydrasOption(group: string, option: string): boolean {
  return OPTIONS[group]?.includes(option) ?? false;
}

function checkKeys(part: MapNode, name: string, known: ReadonlySet<string>): void {
  for (const [key, node] of part.entries) {
    if (known.has(key) || node.place.kind === 'override') continue;
    throw new RegripError({
      code: 'hydra-key',
      message: `${placeText(node.place)}: ${name}.${key} is no key of Hydra 1.3`,
      hint: `Hydra knows ${[...known].join(', ')}`,
    });
  }
}

/** Hydra's own groups: they change how a run is started, never what the training sees. */
export function isHydraGroup(group: string): boolean {
  return /^hydra\/(?:env|help|hydra_help|hydra_logging|job_logging|launcher|output|sweeper)$/.test(group);
}
