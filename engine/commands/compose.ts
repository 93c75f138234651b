/** `regrip compose`: the config that a training will really see, and where each value comes from. */
import { dirname, relative, resolve } from 'node:path';
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { compose } from '../config/compose.js';
import { originOf } from '../config/origin.js';
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
      const document = call.provenance ? { config: shown, provenance: places(config, shown) } : shown;
      const origin = (path: string) => originText(path, config);
      report(io, call.json, document, () => toYaml(shown, call.provenance ? origin : undefined).trimEnd());
    });
};

/** By dotted path, the winner first: what is written, and each shown value behind an interpolation. */
function places(config: ComposedConfig, shown: PlainMap): Record<string, string[]> {
  const paths = new Set([...config.provenance.keys(), ...leaves(shown, '')]);
  const all = [...paths].map((path) => [path, shownOrigin(path, config)] as const);
  return Object.fromEntries(all.filter(([, found]) => found.length > 0));
}

function leaves(value: Plain, path: string): string[] {
  const children = Array.isArray(value) || isPlainMap(value) ? Object.entries(value) : undefined;
  if (children === undefined) return [path];
  return children.flatMap(([key, child]) => leaves(child as Plain, path === '' ? key : `${path}.${key}`));
}

function originText(path: string, config: ComposedConfig): string | undefined {
  const [winner, ...beaten] = shownOrigin(path, config);
  return beaten.length === 0 ? winner : `${winner}, beats ${beaten.join(', ')}`;
}

/** The way to the winner as one text, then the places that were beaten on it; empty where nothing is written. */
function shownOrigin(path: string, config: ComposedConfig): string[] {
  const steps = originOf(path, config);
  if (steps.length === 0) return [];
  const way = steps.map(({ place, text }) => {
    const where = placeText(place, config);
    return text === undefined ? where : `${where}: ${text}`;
  });
  return [way.join(' → '), ...steps.flatMap(({ beaten }) => beaten.map((place) => placeText(place, config)))];
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
