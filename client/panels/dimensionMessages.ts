/** What the dimensions part of the adaptation's panel is told, and what it asks for. */
import * as v from 'valibot';
import { PICK_NAMES } from './dimensionPicks.js';
import { count, line, type Of } from './messageParts.js';

/** More fields, or wider ones, are not filled in by hand. */
export const MAX_FIELDS = 32;
export const MAX_WIDTH = 256;

const formRow = v.object({
  name: line,
  from: v.nullable(count),
  /** The old dimension that a suggestion would put here. */
  suggested: v.nullable(count),
});
const formRows = v.pipe(v.array(formRow), v.maxLength(MAX_WIDTH));

/** The action or an observation: what each new dimension continues. */
export const dimensions = v.object({
  field: line,
  /** Names of the old dimensions; empty where they have none. */
  old: v.pipe(v.array(line), v.maxLength(MAX_WIDTH)),
  rows: formRows,
  /** Old dimensions that nothing continues. */
  dropped: v.array(count),
  problems: v.array(v.object({ kind: v.picklist(['name', 'apart', 'scattered']), index: count, name: line })),
  picks: v.array(v.picklist(PICK_NAMES)),
  suggestions: v.array(v.object({ entry: line, why: line })),
  /** By hand, so that a map is needed. */
  isChanged: v.boolean(),
});
export type DimensionsView = Of<typeof dimensions>;

const field = line;
export const dimensionAction = v.variant('kind', [
  v.object({ kind: v.literal('continueFrom'), field, index: count, from: v.nullable(count) }),
  v.object({ kind: v.literal('nameDimension'), field, index: count, name: line }),
  v.object({ kind: v.literal('pickShape'), field, pick: v.picklist(PICK_NAMES) }),
  v.object({ kind: v.literal('useSuggestion'), field, entry: line }),
  /** Back to what is planned without a map. */
  v.object({ kind: v.literal('undoMap'), field }),
]);
export type DimensionAction = Of<typeof dimensionAction>;
