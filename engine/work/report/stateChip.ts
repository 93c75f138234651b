/** A run's state as a small badge. */
import { html, type Markup } from './markup.js';
import type { Run } from './run.js';

const KNOWN_STATES = ['running', 'paused', 'stopped', 'done', 'failed', 'killed'];

export function stateChip({ record }: Run): Markup {
  if (record === undefined) return html`<span class="chip">state not recorded</span>`;
  const known = KNOWN_STATES.includes(record.state) ? record.state : '';
  return html`<span class="chip ${known}">${record.state}</span>`;
}
