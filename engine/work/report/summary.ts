/** The numbers of a report: for the page's first table, and for the command's JSON. */
import { counted } from '../../base/counted.js';
import { METRICS, type Metric, shownValue } from '../../formats/run/metrics.js';
import { html, type Markup } from './markup.js';
import { type MetricSummary, otherMetrics, type Place, summarise } from './metrics.js';
import type { Run } from './run.js';
import { stateChip } from './stateChip.js';

/** More runs than this put the best value below the last, to stay narrow. */
const WIDE_RUNS = 2;

/** Metrics down, runs across; the best run of a row stands out. */
export function summaryTable(runs: readonly Run[]): Markup {
  const body = [...METRICS, ...otherMetrics(runs)].flatMap((metric) => rows(runs, metric));
  const heads = runs.map(
    (run, i) =>
      html`<th class="run-${i}" scope="col"><span class="swatch"></span>${run.name} ${run.record === undefined ? undefined : stateChip(run)}</th>`,
  );
  return html`<div class="card scroll"><table class="${runs.length > WIDE_RUNS ? 'many' : ''}"><thead><tr><th scope="col">Last value, and the best</th>${heads}</tr></thead>
<tbody>${lengthRow(runs)}${body}</tbody></table></div>`;
}

function lengthRow(runs: readonly Run[]): Markup {
  return html`<tr><th scope="row">Epochs and steps</th>${runs.map((run, i) => {
    const { epochs, steps } = lengthOf(run);
    const planned = run.record?.epochs === undefined ? '' : ` of ${run.record.epochs}`;
    return html`<td class="run-${i}"><small>${counted(steps, 'step')}</small>${epochs}${planned}</td>`;
  })}</tr>`;
}

/** Completed epochs and steps. */
function lengthOf({ history }: Run): { readonly epochs: number; readonly steps: number } {
  return { epochs: (history.epochEnds.at(-1)?.epoch ?? -1) + 1, steps: history.rows.at(-1)!.step + 1 };
}

function rows(runs: readonly Run[], metric: Metric): Markup[] {
  const own = row(runs, metric, metric.title);
  if (own === undefined || metric.baseline === undefined) return own === undefined ? [] : [own];
  const held = row(runs, { ...metric, key: metric.baseline, better: undefined }, '… holding the state');
  return held === undefined ? [own] : [own, held];
}

function row(runs: readonly Run[], metric: Metric, title: string): Markup | undefined {
  const summaries = runs.map((run) => summarise(run, metric));
  if (summaries.every((summary) => summary === undefined)) return undefined;
  const leader = leaderOf(summaries, metric);
  const cells = summaries.map((summary, i) => {
    if (summary === undefined) return html`<td class="run-${i} soft">not recorded</td>`;
    return html`<td class="run-${i}">${bestText(summary, metric)}<span class="${i === leader ? 'lead' : ''}">${number(summary.last, metric)}</span></td>`;
  });
  return html`<tr class="${title.startsWith('…') ? 'soft' : ''}"><th scope="row">${title}</th>${cells}</tr>`;
}

/** Shown in the reader's unit, with the log's own value attached. */
function number(place: Place, metric: Metric): Markup {
  return html`<data value="${place.value}">${shownValue(place.value, metric)}</data>`;
}

function bestText({ last, best }: MetricSummary, metric: Metric): Markup | undefined {
  if (best === undefined) return undefined;
  if (best.step === last.step) return html`<small>best</small>`;
  return html`<small>best ${number(best, metric)}, epoch ${best.epoch}</small>`;
}

/** The run with the best last value, where several have one. */
function leaderOf(summaries: readonly (MetricSummary | undefined)[], { better }: Metric): number | undefined {
  const lasts = summaries.map((summary) => summary?.last.value ?? Number.NaN);
  const finite = lasts.filter(Number.isFinite);
  if (better === undefined || finite.length < 2) return undefined;
  return lasts.indexOf(better === 'low' ? Math.min(...finite) : Math.max(...finite));
}

interface RunDocument {
  readonly name: string;
  readonly path: string;
  readonly state: string | null;
  readonly epochs: number;
  readonly steps: number;
  /** By key of the log, in its units. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  readonly notes: readonly string[];
}

export function runDocument(run: Run): RunDocument {
  const metrics = [...METRICS, ...otherMetrics([run])].flatMap((metric) => {
    const summary = summarise(run, metric);
    return summary === undefined ? [] : [[metric.key, summary] as const];
  });
  return {
    ...{ name: run.name, path: run.path, state: run.record?.state ?? null, ...lengthOf(run) },
    metrics: Object.fromEntries(metrics),
    notes: notesOf(run),
  };
}

/** What a reader should know about the log, and what the run is missing. */
export function notesOf(run: Run): string[] {
  const { restarts, redone, unreadable, epochEnds } = run.history;
  const logged = (key: string): boolean => epochEnds.some((row) => row.values[key] !== undefined);
  const lost = METRICS.flatMap((metric) => {
    const broken = epochEnds.filter(
      ({ values }) => values[metric.key] !== undefined && !Number.isFinite(values[metric.key]),
    ).length;
    return broken === 0
      ? []
      : [`${metric.title}: ${broken} of ${epochEnds.length} epochs did not log a finite number`];
  });
  const missing = [
    ...(logged('val_loss') ? [] : ['validation loss']),
    ...(logged('val_position_error_m') ? [] : ['pose error']),
    ...(logged('val_gripper_accuracy') ? [] : ['gripper accuracy and F1']),
    ...(run.gripper === undefined ? ['the predicted gripper of the validation episodes'] : []),
    ...(run.adaptation === undefined ? ['an adaptation'] : []),
    ...(run.record === undefined ? ['the state of the run (regrip.json)'] : []),
  ];
  return [
    ...lost,
    ...(restarts === 0
      ? []
      : [
          `the log restarts from an earlier step ${times(restarts)}: ${redone} rows were logged again, and the later ones are used`,
        ]),
    ...(unreadable === 0
      ? []
      : [`${unreadable} ${unreadable === 1 ? 'line' : 'lines'} of the log without a step were skipped`]),
    ...(missing.length === 0 ? [] : [`not recorded: ${missing.join(', ')}`]),
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
