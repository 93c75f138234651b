/** The size of the images that a `TimmObsEncoder`'s model sees, behind the augmentations that the config lists. */
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../../base/plain.js';
import { lastName, optional, PolicyConfigError } from '../config.js';

type Size = readonly [height: number, width: number];

const PATH = ['policy', 'obs_encoder', 'transforms'] as const;

/** Without a list, or with null, the images stay as they are. Throws `PolicyConfigError`. */
export function readSeenSize(config: PlainMap, image: Size): Size {
  const found = optional(config, PATH) ?? null;
  if (found === null) return image;
  if (!Array.isArray(found) || found.length === 0)
    throw new PolicyConfigError(
      PATH,
      'is not a list with an entry, expected a list of augmentations, or null for none',
    );
  const [first, ...rest] = found as Plain[];
  const isModule = isPlainMap(first) && first['_target_'] !== undefined;
  return (isModule ? [first, ...rest] : rest).reduce(resized, isModule ? image : cropped(first!, image));
}

/** Upstream's own entry: a square crop, scaled to the image's height again. */
function cropped(entry: Plain, [height, width]: Size): Size {
  const path = [...PATH, '0'];
  if (!isPlainMap(entry) || entry['type'] !== 'RandomCrop')
    throw new PolicyConfigError(
      path,
      'has neither _target_ nor type: RandomCrop, and TimmObsEncoder asserts that the first entry has one of them',
    );
  const ratio = asNumber(entry['ratio']);
  const side = Math.trunc(height * (ratio ?? 0));
  if (ratio !== undefined && side >= 1 && side <= Math.min(height, width)) return [height, height];
  throw new PolicyConfigError(
    [...path, 'ratio'],
    `is ${ratio ?? 'not a number'}, expected one above 0 and up to 1 by which a square of ${height} × ratio pixels lies within [${height}, ${width}]`,
  );
}

/** torchvision's transforms that give images another size; what is not known here is taken to leave it. */
function resized(size: Size, entry: Plain): Size {
  if (!isPlainMap(entry) || typeof entry['_target_'] !== 'string') return size;
  const name = lastName(entry['_target_']);
  if (!/^(?:Resize|CenterCrop|RandomCrop|RandomResizedCrop)$/.test(name)) return size;
  const wanted = entry['size'];
  const pair = (Array.isArray(wanted) ? wanted : [wanted]).map((each: Plain) => asNumber(each));
  if (pair.length > 2 || pair.some((side) => side === undefined || side < 1)) return size;
  const [first, second] = pair as number[];
  if (second !== undefined) return [first!, second];
  return name === 'Resize' ? scaled(size, first!) : [first!, first!];
}

/** One number scales the shorter side. */
function scaled([height, width]: Size, short: number): Size {
  return height <= width
    ? [short, Math.trunc((short * width) / height)]
    : [Math.trunc((short * height) / width), short];
}
