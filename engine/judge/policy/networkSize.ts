/** The size of a policy's network in a few words, from a config whose interpolations may still be text. */
import { asNumber, at, type PlainMap } from '../../base/plain.js';
import { familiesFor } from './families.js';

/** The family's settings of size with their values; undefined where the config gives none. */
export function networkSize(config: PlainMap | undefined): string | undefined {
  const names = new Set(familiesFor(config).flatMap(({ sizeSettings }) => sizeSettings));
  const parts = [...names].flatMap((name) => {
    const value = asNumber(at(config, ['policy', name]));
    return value === undefined ? [] : [`${name} ${value}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}
