/** Values, places and names as hovers show them: short, and never interpreted as markup. */
import { basename } from 'node:path';
import { code } from '../../engine/base/markdown.js';
import { isPlainMap, type Plain, PyFloat } from '../../engine/base/plain.js';
import type { Provenance } from '../../engine/config/provenance.js';
import { uriOf } from './uris.js';

const MAX_SHOWN = 200;

/** As Python would print it, shortened. */
export function shownValue(value: Plain): string {
  const text = valueText(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

function valueText(value: Plain): string {
  if (value === null) return 'null';
  if (value instanceof PyFloat) return `${value.value}.0`;
  if (Array.isArray(value)) return `[${value.map((item: Plain) => valueText(item)).join(', ')}]`;
  if (isPlainMap(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${valueText(item)}`)
      .join(', ')}}`;
  return String(value);
}

/** A link to the place, by the file's name and line; an override is quoted. */
export function placeLink(place: Provenance): string {
  if (place.kind === 'override') return `the override ${code(place.text)}`;
  const name = `${basename(place.file)}:${place.line}`.replaceAll(/[\\[\]<>`*_]/g, '\\$&');
  return `[${name}](${uriOf(place.file)}#${place.line})`;
}
