/** A card about one run: where it is, how it ended, what it inherited, and what its log is missing. */
import { counted } from '../../base/counted.js';
import type { AdaptationSummary } from '../../formats/run/adaptation.js';
import { html, type Markup } from './markup.js';
import type { Run } from './run.js';
import { stateChip } from './stateChip.js';
import { notesOf } from './summary.js';

export function runCard(run: Run, index: number): Markup {
  const { record, overrides } = run;
  const notes = notesOf(run);
  return html`<section class="card run-${index}"><h3><span class="swatch"></span> ${run.name} ${stateChip(run)}</h3>
<dl><dt>Folder</dt><dd><code>${run.path}</code></dd>
${record?.reason === undefined ? undefined : html`<dt>Failed with</dt><dd>${record.reason}</dd>`}
${record?.best === undefined ? undefined : html`<dt>Best checkpoint</dt><dd><code>${record.best}</code></dd>`}
${record?.updated === undefined ? undefined : html`<dt>Last change</dt><dd>${record.updated}</dd>`}
${run.adaptation === undefined ? undefined : adaptation(run.adaptation)}</dl>
${overrides === undefined || overrides.length === 0 ? undefined : html`<details><summary>${overrides.length} overrides</summary><ul>${overrides.map((one) => html`<li><code>${one}</code></li>`)}</ul></details>`}
${notes.length === 0 ? undefined : html`<ul class="soft small">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}</section>`;
}

function adaptation({
  from,
  strategy,
  weights,
  oldActionDim,
  newActionDim,
  widened,
}: AdaptationSummary): Markup {
  const rows = widened.map(
    ({ key, from: old, to }) => html`<li><code>${key}</code> ${shape(old)} → ${shape(to)}</li>`,
  );
  return html`<dt>Adaptation</dt><dd>${oldActionDim}-D → ${newActionDim}-D by ${strategy}, from the ${weights} weights</dd>
<dt>Started from</dt><dd><code>${from}</code></dd>
<dt>Widened</dt><dd><details><summary>${counted(widened.length, 'tensor')}</summary><ul>${rows}</ul></details></dd>`;
}

function shape(sizes: readonly number[]): string {
  return `[${sizes.join(', ')}]`;
}
