/** One override on both sides: what the real Hydra made of it, and what `compose` does. */
import { join } from 'node:path';
import { RegripError } from '../../engine/base/errors.js';
import type { PlainMap } from '../../engine/base/plain.js';
import { compose } from '../../engine/config/compose.js';
import { UNKNOWN_ORDER } from '../../engine/config/resolve/resolvers.js';
import { difference, type Tagged, tagged } from './compare.js';

export type Answer =
  | { readonly changed: Readonly<Record<string, Tagged | { readonly deleted: true }>> }
  | { readonly shuffled: true }
  | { readonly error: 'sweep' | 'refused' };

export type Outcome =
  | { readonly kind: 'same' | 'both sweep' | 'both refuse' | 'shuffled' }
  | { readonly kind: 'refused by name' | 'differs'; readonly what: string };

const plain = new Map<string, Promise<PlainMap>>();

/** `folder` holds the config `train.yaml`. */
export async function outcomeOf(folder: string, override: string, theirs: Answer): Promise<Outcome> {
  const base = plain.get(folder) ?? composed(folder, []);
  plain.set(folder, base);
  try {
    const config = await composed(folder, [override]);
    if ('error' in theirs) return { kind: 'differs', what: `Hydra: ${theirs.error}; ours composes` };
    if ('shuffled' in theirs) {
      const isKnown = JSON.stringify(tagged(config)).includes(UNKNOWN_ORDER);
      return isKnown ? { kind: 'shuffled' } : { kind: 'differs', what: 'Hydra shuffles it' };
    }
    const expected = { ...tops(await base), ...theirs.changed };
    const left = Object.entries(expected).filter(([, value]) => !isDeleted(value));
    const what = difference(
      { map: Object.entries(tops(config)) },
      { map: left as [string, Tagged][] },
      'config',
    );
    return what === undefined ? { kind: 'same' } : { kind: 'differs', what };
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    return refused(error, theirs);
  }
}

function refused({ code, message }: RegripError, theirs: Answer): Outcome {
  if (message.includes('sorts what is not a number'))
    return { kind: 'refused by name', what: `ours: ${message}` };
  if (!('error' in theirs))
    return { kind: code === 'unsupported' ? 'refused by name' : 'differs', what: `ours: ${message}` };
  const isSweep = code === 'override-sweep';
  if (isSweep !== (theirs.error === 'sweep'))
    return { kind: 'differs', what: `Hydra: ${theirs.error}; ours: ${message}` };
  return { kind: isSweep ? 'both sweep' : 'both refuse' };
}

async function composed(folder: string, overrides: readonly string[]): Promise<PlainMap> {
  return (await compose(join(folder, 'train.yaml'), overrides, { configRoot: folder })).unresolved;
}

function tops(config: PlainMap): Record<string, Tagged> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, tagged(value)]));
}

function isDeleted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'deleted' in value;
}
