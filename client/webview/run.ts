/** The run panel's page: passes the extension's messages to the parts that show them. */
import type { RunHeader } from '../panels/panelMessages.js';
import { Host } from './host.js';
import { Page } from './page.js';
import { RunCharts } from './run/charts.js';
import { RunHead } from './run/head.js';
import { RunLegend } from './run/legend.js';

const page = new Page();
let parts: { readonly head: RunHead; readonly legend: RunLegend; readonly charts: RunCharts } | undefined;

const host = new Host('run', {
  open: () => {
    const kept = keptView(host.kept());
    const charts = new RunCharts(kept, { zoom: (range) => void host.act({ kind: 'zoom', range }) });
    const legend = new RunLegend(kept.hidden, {
      hide: (hidden) => {
        charts.hide(hidden);
        host.keep({ hidden: [...hidden] });
      },
      remove: (run) => host.act({ kind: 'removeRun', run }),
    });
    parts = { head: new RunHead(page, (action) => host.act(action)), legend, charts };
    page.mount(...parts.head.elements, legend.element, charts.element, parts.head.notes);
  },
  tell: (message) => {
    if (parts === undefined) return;
    if (message.type === 'curves') parts.charts.take(message);
    else showHeader(message.header, parts);
  },
  problem: (text) => page.problem(text),
});

function showHeader(header: RunHeader, { head, legend, charts }: NonNullable<typeof parts>): void {
  head.show(header);
  legend.show(header.runs);
  charts.name(header.runs);
}

/** What an earlier version kept may be anything. */
function keptView(value: unknown): { readonly hidden: ReadonlySet<number> } {
  const hidden = (value as { hidden?: unknown } | null | undefined)?.hidden;
  return { hidden: new Set(Array.isArray(hidden) ? hidden.filter((one) => typeof one === 'number') : []) };
}
