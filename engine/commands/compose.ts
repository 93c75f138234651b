/** `regrip compose`: the config that a training will really see, and where each value comes from. */
import { dirname, relative, resolve } from 'node:path';
import { at, type Plain, type PlainMap } from '../base/plain.js';
import { compose } from '../config/compose.js';
import type { ComposedConfig, Provenance } from '../config/types.js';
import { toYaml } from '../config/yamlText.js';
import { type Register, report } from './command.js';

interface ComposeCall {
  readonly provenance: boolean;
  readonly unresolved: boolean;
  readonly json: boolean;
}

export const registerCompose: Register = (program, io) => {
  program
    .command('compose')
    .description('show the config as Hydra composes it, with every interpolation resolved')
    .argument('<config>', 'the primary config')
    .argument(
      '[overrides...]',
      'overrides, as train.py takes them; write -- before one that begins with a dash',
    )
    .option('--provenance', 'say behind each value where it was written and what it beat', false)
    .option('--unresolved', 'leave the interpolations as they stand', false)
    .option('--json', 'print one JSON document', false)
    .action(async (primary: string, overrides: string[], call: ComposeCall) => {
      const config = await compose(resolve(io.cwd, primary), overrides, { env: io.env });
      const shown = call.unresolved ? config.unresolved : config.resolved;
      const document = call.provenance ? { config: shown, provenance: places(config) } : shown;
      const origin = (path: string) => originText(path, config);
      report(io, call.json, document, () => toYaml(shown, call.provenance ? origin : undefined).trimEnd());
    });
};

/** By dotted path, the winner first. */
function places(config: ComposedConfig): Record<string, string[]> {
  const shown = (all: readonly Provenance[]) => all.map((place) => placeText(place, config));
  return Object.fromEntries([...config.provenance].map(([path, all]) => [path, shown(all)]));
}

/** Where the value was written; behind an interpolation, where that was written. */
function originText(path: string, config: ComposedConfig): string | undefined {
  const all = config.provenance.get(path);
  if (all !== undefined) {
    const [winner, ...beaten] = all.map((place) => placeText(place, config));
    return beaten.length === 0 ? winner : `${winner}, beats ${beaten.join(', ')}`;
  }
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  if (parent === '') return undefined;
  const text = valueAt(config.unresolved, parent);
  return typeof text === 'string' ? `${originText(parent, config)}: ${text}` : originText(parent, config);
}

function valueAt(config: PlainMap, path: string): Plain | undefined {
  return path
    .split('.')
    .reduce<Plain | undefined>((here, step) => at(here, [Array.isArray(here) ? Number(step) : step]), config);
}

/** Files are named from the config root, as Hydra names them. */
function placeText(place: Provenance, config: ComposedConfig): string {
  switch (place.kind) {
    case 'file':
      return `${relative(dirname(config.files[0]!), place.file)}:${place.line}`;
    case 'override':
      return `override ${place.text}`;
  }
}
