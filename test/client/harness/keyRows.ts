/** Rows of a checkpoint's keys, for what shows them. */
import type { KeyRowView } from '../../../client/editors/checkpointMessages.js';

export function keyRow(name: string, change: Partial<KeyRowView> = {}): KeyRowView {
  return {
    name,
    shape: [32, 7],
    dtype: 'float32',
    alias: null,
    verdict: 'same',
    expected: [32, 7],
    fate: null,
    gets: null,
    ...change,
  };
}
