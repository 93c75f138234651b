/** Rotations in a map: numbers of one form mean nothing in another, and a part of a rotation means nothing alone. */
import { type DimensionRange, type RotationForm, rangeAt } from '../policy/dimensions.js';
import type { MappedField, Placed } from './placed.js';

/** By the old index: why nothing continues it. */
type Refused = Map<number, string>;

/** What continues a rotation of another form starts anew instead, also where a map says so. */
export function refuseOtherForms({ old, now }: MappedField, placed: Placed, refused: Refused): void {
  placed.sources().forEach((from, to) => {
    if (from === null) return;
    const [before, after] = [rangeAt(old, from)?.rotation, rangeAt(now, to)?.rotation];
    if (before === undefined || after === undefined || before === after) return;
    refused.set(from, otherForm(before, after));
    placed.clear(to);
  });
}

/** What only its place makes the continuation of a rotation is none where not all of that rotation has one. */
export function refuseParts(field: MappedField, placed: Placed, refused: Refused): void {
  for (const range of field.now) {
    if (range.rotation === undefined || range.width === 1) continue;
    const sources = placed.sources().slice(range.start, range.start + range.width);
    const [first] = sources;
    const isWhole = sources.every((from, at) => from !== null && from === first! + at);
    const byPlace = indices(range).filter((to) => placed.isByPlace(to) && placed.at(to) !== null);
    if (isWhole || byPlace.length === 0) continue;
    const why = `the new policy has a rotation as ${range.rotation} in its place, which the old one has not`;
    for (const to of byPlace) {
      refused.set(placed.at(to)!, why);
      placed.clear(to);
    }
  }
}

/** Of an old rotation that has no place: the new policy may write it in another form. */
export function formReason({ old, now }: MappedField, index: number): string | undefined {
  const before = rangeAt(old, index)?.rotation;
  const after = now.find(({ rotation }) => rotation !== undefined && rotation !== before)?.rotation;
  const isGone = !now.some(({ rotation }) => rotation === before);
  return before !== undefined && after !== undefined && isGone ? otherForm(before, after) : undefined;
}

function otherForm(before: RotationForm, after: RotationForm): string {
  return `a rotation as ${before} in the old policy and as ${after} in the new one, whose numbers mean something else`;
}

function indices({ start, width }: DimensionRange): number[] {
  return Array.from({ length: width }, (_, step) => start + step);
}
