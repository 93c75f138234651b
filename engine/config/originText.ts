/** Where the values of a config come from, as text: files are named relative to the config root, as Hydra does. */
import { dirname, relative } from 'node:path';
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { originOf, type Written } from './origin.js';
import type { Provenance } from './provenance.js';

/** A config with its values and, first, the primary file. */
interface Traced extends Written {
  readonly primary: string;
}

/** By dotted path, the winner first: what is written, and each shown value that comes through an interpolation. */
export function originTexts(config: Traced, shown: PlainMap): Record<string, string[]> {
  const paths = new Set([...config.provenance.keys(), ...leaves(shown, '')]);
  const all = [...paths].map((path) => [path, shownOrigin(path, config)] as const);
  return Object.fromEntries(all.filter(([, found]) => found.length > 0));
}

function leaves(value: Plain, path: string): string[] {
  const children = Array.isArray(value) || isPlainMap(value) ? Object.entries(value) : undefined;
  if (children === undefined) return [path];
  return children.flatMap(([key, child]) => leaves(child as Plain, path === '' ? key : `${path}.${key}`));
}

/** One line about the value at a path; undefined where it is not written anywhere. */
export function originText(path: string, config: Traced): string | undefined {
  const [winner, ...beaten] = shownOrigin(path, config);
  return beaten.length === 0 ? winner : `${winner}, overrides ${beaten.join(', ')}`;
}

/** The chain to the winner as one text, then the places that were overridden; empty where it is not written anywhere. */
function shownOrigin(path: string, config: Traced): string[] {
  const steps = originOf(path, config);
  if (steps.length === 0) return [];
  const way = steps.map(({ place, text }) => {
    const where = placeText(place, config);
    return text === undefined ? where : `${where}: ${text}`;
  });
  return [way.join(' → '), ...steps.flatMap(({ beaten }) => beaten.map((place) => placeText(place, config)))];
}

/** Files are named relative to the config root, as Hydra does. */
function placeText(place: Provenance, config: Traced): string {
  switch (place.kind) {
    case 'file':
      return `${relative(dirname(config.primary), place.file)}:${place.line}`;
    case 'override':
      return `override ${place.text}`;
  }
}
