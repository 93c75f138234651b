/** Where a shown value comes from: the place that holds it and, for an interpolation, the places that it leads through. */
import { at, type Plain, type PlainMap } from '../base/plain.js';
import type { Provenance } from './provenance.js';

/** What origins are looked up in: a composed config, or as much of one as could be composed. */
export interface Written {
  /** Interpolations are still text. */
  readonly unresolved: PlainMap;
  readonly provenance: ReadonlyMap<string, readonly Provenance[]>;
}

export interface OriginStep {
  /** The dotted path that is written. */
  readonly path: string;
  readonly place: Provenance;
  /** Places that it overrode, the nearest first. */
  readonly beaten: readonly Provenance[];
  /** The part of the requested path inside the written value, with a leading dot; '' where the value itself was requested. */
  readonly inside: string;
  /** The interpolation written there, if any; the next step is what it leads to. */
  readonly text: string | undefined;
}

/** Real configs have chains of a handful of interpolations. */
const MAX_CHAIN = 20;
/** An interpolation that is only a key: it takes its value from another place. */
const REFERENCE = /^\$\{(\.*)([^.${}:[\]][^${}:[\]]*)\}$/;

/** The steps from the value at `path` to where it is finally written; empty where it is not written anywhere. */
export function originOf(path: string, config: Written): OriginStep[] {
  const steps: OriginStep[] = [];
  let here: string | undefined = path;
  while (here !== undefined && steps.length <= MAX_CHAIN) {
    const holder = writtenHolder(here, config);
    if (holder === undefined) break;
    const [place, ...beaten] = config.provenance.get(holder)!;
    const text = interpolationAt(holder, config);
    const inside = here.slice(holder.length);
    steps.push({
      path: holder,
      place: place!,
      beaten: [...beaten, ...beatenByList(holder, config)],
      inside,
      text,
    });
    const target: string | undefined = text === undefined ? undefined : referenced(text, holder);
    here = target === undefined ? undefined : `${target}${inside}`;
  }
  return steps;
}

export function valueAt(config: PlainMap, path: string): Plain | undefined {
  return path
    .split('.')
    .reduce<Plain | undefined>((here, step) => at(here, [Array.isArray(here) ? Number(step) : step]), config);
}

/** The path that a plain reference leads to; leading dots count up from the container that holds it. */
export function referenced(text: string, holder: string): string | undefined {
  const [, dots, key] = REFERENCE.exec(text) ?? [];
  if (dots === undefined) return undefined;
  const above = dots === '' ? [] : holder.split('.').slice(0, -dots.length);
  return [...above, key!].join('.');
}

function interpolationAt(path: string, config: Written): string | undefined {
  const text = valueAt(config.unresolved, path);
  return typeof text === 'string' && text.includes('${') ? text : undefined;
}

/** A list is replaced as a whole: its entries override what it overrides. */
function beatenByList(path: string, config: Written): readonly Provenance[] {
  const list = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return Array.isArray(valueAt(config.unresolved, list)) ? (config.provenance.get(list)?.slice(1) ?? []) : [];
}

/** The path itself, or its nearest written ancestor: the interpolation that supplies the rest. */
function writtenHolder(path: string, config: Written): string | undefined {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.'))))
    if (config.provenance.has(here)) return here;
  return undefined;
}
