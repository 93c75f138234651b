/** The size of a policy's network in a few words, from a config whose interpolations may still be text. */
import { asNumber, at, type Plain, type PlainMap } from '../../base/plain.js';
import { familiesFor } from './families.js';

/** The family's settings of size with their values, `name 8, other [16, 32]`; undefined where the config gives none. */
export function networkSize(config: PlainMap | undefined): string | undefined {
  const paths = new Set(familiesFor(config).flatMap(({ sizeSettings }) => sizeSettings));
  const parts = [...paths].flatMap((path) => {
    const text = sizeText(at(config, path.split('.')));
    return text === undefined ? [] : [`${path.slice(path.lastIndexOf('.') + 1)} ${text}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Far above real networks; a crafted config tells no more. */
const MAX_SIZES = 16;

/** Of a number or a list of some. */
function sizeText(value: Plain | undefined): string | undefined {
  if (!Array.isArray(value)) return asNumber(value)?.toString();
  const sizes = value.slice(0, MAX_SIZES).map((each: Plain) => asNumber(each));
  return sizes.includes(undefined) ? undefined : `[${sizes.join(', ')}]`;
}
