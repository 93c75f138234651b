/** `regrip compose`: the config that a training will really see, and where each value comes from. */
import { dirname, relative, resolve } from 'node:path';
import { at, isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
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
      const document = call.provenance ? { config: shown, provenance: places(config, shown) } : shown;
      const origin = (path: string) => originText(path, config);
      report(io, call.json, document, () => toYaml(shown, call.provenance ? origin : undefined).trimEnd());
    });
};

/** Where a value comes from, and the places it beat, the nearest first. */
interface Origin {
  readonly winner: string;
  readonly beaten: readonly string[];
}

/** Chains of interpolations in real configs have a handful. */
const MAX_CHAIN = 20;
/** An interpolation that is nothing but a key: the value is that of another place. */
const REFERENCE = /^\$\{(\.*)([^.${}:[\]][^${}:[\]]*)\}$/;

/** By dotted path, the winner first: what is written, and each shown value behind an interpolation. */
function places(config: ComposedConfig, shown: PlainMap): Record<string, string[]> {
  const paths = new Set([...config.provenance.keys(), ...leaves(shown, '')]);
  const all = [...paths].map((path) => [path, originOf(path, config)] as const);
  return Object.fromEntries(
    all.flatMap(([path, found]) => (found ? [[path, [found.winner, ...found.beaten]]] : [])),
  );
}

function leaves(value: Plain, path: string): string[] {
  const children = Array.isArray(value) || isPlainMap(value) ? Object.entries(value) : undefined;
  if (children === undefined) return [path];
  return children.flatMap(([key, child]) => leaves(child as Plain, path === '' ? key : `${path}.${key}`));
}

function originText(path: string, config: ComposedConfig): string | undefined {
  const origin = originOf(path, config);
  if (origin === undefined || origin.beaten.length === 0) return origin?.winner;
  return `${origin.winner}, beats ${origin.beaten.join(', ')}`;
}

/** Where the value was written; behind an interpolation also that, and where the value that it leads to was written. */
function originOf(path: string, config: ComposedConfig, chain = 0): Origin | undefined {
  const holder = writtenHolder(path, config);
  if (holder === undefined || chain > MAX_CHAIN) return undefined;
  const [winner, ...own] = config.provenance.get(holder)!;
  const beaten = [...own, ...beatenByList(holder, config)].map((place) => placeText(place, config));
  const text = valueAt(config.unresolved, holder);
  if (typeof text !== 'string' || !text.includes('${')) return { winner: placeText(winner!, config), beaten };
  const target = referenced(text, holder);
  const behind =
    target === undefined ? undefined : originOf(`${target}${path.slice(holder.length)}`, config, chain + 1);
  const written = `${placeText(winner!, config)}: ${text}`;
  if (behind === undefined) return { winner: written, beaten };
  return { winner: `${written} → ${behind.winner}`, beaten: [...beaten, ...behind.beaten] };
}

/** A list is replaced as a whole: its entries beat what it beat. */
function beatenByList(path: string, config: ComposedConfig): readonly Provenance[] {
  const list = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return Array.isArray(valueAt(config.unresolved, list)) ? (config.provenance.get(list)?.slice(1) ?? []) : [];
}

/** The path itself, or the nearest one above it that is written: the interpolation that brings the rest. */
function writtenHolder(path: string, config: ComposedConfig): string | undefined {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.'))))
    if (config.provenance.has(here)) return here;
  return undefined;
}

/** The path that a plain reference leads to; leading dots count up from the container that holds it. */
function referenced(text: string, holder: string): string | undefined {
  const [, dots, key] = REFERENCE.exec(text) ?? [];
  if (dots === undefined) return undefined;
  const above = dots === '' ? [] : holder.split('.').slice(0, -dots.length);
  return [...above, key!].join('.');
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
