/** The whole page, in one file that loads nothing else: it contains styles, script and data, and a content security policy forbids others. */

import { createHash } from 'node:crypto';
import { counted } from '../../base/counted.js';
import { rounded } from '../../base/numberText.js';
import { withinBudget } from './budget.js';
import type { Chart } from './chart.js';
import { historyCharts } from './charts.js';
import { gripperCharts } from './gripperCharts.js';
import { html, jsonMarkup, Markup } from './markup.js';
import type { Run } from './run.js';
import { runCard } from './runCard.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { summaryTable } from './summary.js';
import { chartSvg } from './svg.js';

/** A point takes about 35 bytes, drawn and as data: the page stays below 2 MB. */
const CURVE_POINTS = 36_000;
const GRIPPER_POINTS = 14_000;

/** `now` appears in the footer. */
export function reportPage(runs: readonly Run[], now: Date): string {
  const history = withinBudget(historyCharts(runs), CURVE_POINTS);
  const { charts, left } = gripperCharts(runs);
  const gripper = withinBudget(charts, GRIPPER_POINTS);
  const title =
    runs.length === 1 ? `Training report: ${runs[0]!.name}` : `Training report: ${runs.length} runs`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<style>${new Markup(STYLE)}</style></head><body><main>
<h1>${title}</h1>
${switches(runs)}
${summaryTable(runs)}
<h2>Curves</h2><p class="soft small">Point at a chart to read its values. Steps count micro-batches; steps and epochs start at 0, as in the log. The lower row of an axis shows completed epochs.</p>
<div class="charts">${history.map((chart) => figure(chart, runs))}</div>
${gripperSection(gripper, left, runs)}
<h2>Runs</h2><div class="charts">${runs.map(runCard)}</div>
<footer>Written by Regrip on ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC from ${runs.length === 1 ? 'the run folder' : 'the run folders'}; the page is a snapshot and does not follow a run that continues.</footer>
</main>
<script type="application/json" id="data">${jsonMarkup(pageData([...history, ...gripper], runs))}</script>
<script>${new Markup(SCRIPT)}</script></body></html>
`.text;
}

/** The hashes allow exactly this style and this script, and nothing that a name or a value might smuggle in. */
function contentPolicy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

/** The style hides what is not ticked, so this works without scripts. */
function switches(runs: readonly Run[]): Markup {
  const boxes = runs.map(
    (run, i) =>
      html`<label><input type="checkbox" id="show-${i}" class="ink-${i}" checked autocomplete="off"><span>${run.name}</span></label>`,
  );
  return html`<nav class="runs" aria-label="What the charts show">${boxes}
<label><input type="checkbox" id="show-raw" checked autocomplete="off"><span>unsmoothed values</span></label></nav>`;
}

function figure(chart: Chart, runs: readonly Run[]): Markup {
  const words = `${chart.caption}${missing(chart, runs)}`;
  return html`<figure class="card"><figcaption><h3>${chart.title}</h3>${words === '' ? undefined : html`<p class="soft">${words}</p>`}</figcaption>
${chartSvg(chart)}</figure>`;
}

/** Names the runs that never logged a value, so that readers do not search for a missing curve. */
function missing({ lines }: Chart, runs: readonly Run[]): string {
  const drawn = new Set(lines.filter((line) => line.points.length > 0).map((line) => line.run));
  const absent = drawn.has(undefined) ? [] : runs.filter((_, i) => !drawn.has(i)).map((run) => run.name);
  return absent.length === 0 ? '' : ` Not recorded by ${absent.join(', ')}.`;
}

function gripperSection(charts: readonly Chart[], left: number, runs: readonly Run[]): Markup {
  const without = runs.filter((run) => run.gripper === undefined).map((run) => run.name);
  const absent = without.length === 0 ? '' : ` Not recorded by ${without.join(', ')}.`;
  const more = left === 0 ? '' : ` ${counted(left, 'more episode')} ${left === 1 ? 'is' : 'are'} not shown.`;
  if (charts.length === 0)
    return html`<h2>Gripper on validation episodes</h2><p class="soft">Not recorded: for policies with a gripper, regrip finetune saves the predicted gripper of its last validation in the run folder.</p>`;
  return html`<h2>Gripper on validation episodes</h2>
<p class="soft small">The executed steps of the last validation. Wide grey: recorded; coloured: predicted; between the dotted lines the gripper keeps its state.${absent}${more}</p>
<div class="charts">${charts.map((chart) => figure(chart, runs))}</div>`;
}

/** Longer lines carry seven digits; shorter ones, such as those per epoch, the log's exact number. */
const EXACT = 300;

/** What the script shows: the drawn points in the log's units. JSON has no NaN; null stands for it. */
function pageData(charts: readonly Chart[], runs: readonly Run[]): unknown {
  const entries = charts.map(({ id, title, xName, metric, lines }) => {
    const data = lines.map(({ run, label, points }) => ({
      run: run ?? null,
      label,
      x: points.map((point) => point.x),
      y: points.map(({ y }) => (points.length > EXACT ? Number(rounded(y, 7)) : y)),
      ...(points[0]?.epoch === undefined ? {} : { epoch: points.map((point) => point.epoch ?? null) }),
    }));
    return [id, { title, xName, ...metric, digits: metric.digits ?? null, lines: data }];
  });
  return { runs: runs.map((run) => run.name), charts: Object.fromEntries(entries) };
}
