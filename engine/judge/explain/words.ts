/** The words of an explanation that its renderings share. Names of files stay as they are: a rendering escapes them. */
import type { Provenance } from '../../config/provenance.js';
import { shapeText } from '../adapt/text.js';
import type { AdaptFate, ConfigSource, FileTensor } from './types.js';

/** How a place in a config is told. */
export type PlaceWords = (place: Provenance) => string;

/** `[32, 7] float32` */
export function tensorText({ shape, dtype }: Pick<FileTensor, 'shape' | 'dtype'>): string {
  return dtype === undefined ? shapeText(shape) : `${shapeText(shape)} ${dtype}`;
}

/** `shape_meta.action.shape[0]` */
export function pathText(path: string): string {
  return path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}

/** The path under which the value is written, where it is another one. */
export function otherPath({ path, writtenAs }: ConfigSource): string | undefined {
  return writtenAs === undefined || writtenAs === path ? undefined : pathText(writtenAs);
}

/** `widened [32, 7] → [32, 8], new column 7: zero` */
export function fateText(fate: AdaptFate): string {
  const sizes = [fate.from, fate.to].flatMap((shape) => (shape === undefined ? [] : [shapeText(shape)]));
  const sameSize = sizes.length === 2 && sizes[0] === sizes[1];
  const parts = [
    [fate.fate, (sameSize ? sizes.slice(1) : sizes).join(' → ')].join(' ').trimEnd(),
    ...(fate.stateDict === undefined ? [] : [`from ${fate.stateDict}`]),
    ...(fate.renamedFrom === undefined ? [] : [`from ${fate.renamedFrom}`]),
    ...(fate.renamedTo === undefined ? [] : [`to ${fate.renamedTo}`]),
    ...(fate.gets === undefined ? [] : [fate.gets]),
  ];
  const why = fate.why === undefined ? '' : `: ${fate.why}`;
  const objection =
    fate.objection === undefined ? '' : `; refused unless --allow-drop is given: ${fate.objection}`;
  return `${parts.join(', ')}${why}${objection}`;
}
