/** How a place in a config is named to a person. */
import type { Provenance } from './types.js';

/** `file:line:column`, or the override as it was typed. */
export function placeName(place: Provenance): string {
  switch (place.kind) {
    case 'file':
      return `${place.file}:${place.line}:${place.column}`;
    case 'override':
      return `the override '${place.text}'`;
  }
}
