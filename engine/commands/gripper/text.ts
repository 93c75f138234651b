/** Judged logs for a person: a table with a spark line per log, then the findings of each. */

import { basename } from 'node:path';
import { fixed } from '../../base/numberText.js';
import { onOneLine } from '../../base/shown.js';
import type { GripperReport } from '../../judge/gripper/report.js';
import type { ShownLog } from './shownLog.js';

interface Cell {
  readonly title: string;
  readonly text: (report: GripperReport) => string;
  readonly isNumber: boolean;
}

const CELLS: readonly Cell[] = [
  { title: 'log', text: ({ file }) => file, isNumber: false },
  { title: 'verdict', text: ({ verdict }) => verdict, isNumber: false },
  { title: 'steps', text: ({ steps }) => String(steps), isNumber: true },
  { title: 'min', text: ({ min }) => fixed(min, 4), isNumber: true },
  { title: 'max', text: ({ max }) => fixed(max, 4), isNumber: true },
  { title: 'values', text: ({ uniqueValues }) => String(uniqueValues), isNumber: true },
  { title: 'switches', text: ({ switches }) => String(switches), isNumber: true },
];

export function gripperText(logs: readonly ShownLog[]): string {
  const names = shortNames(logs.map(({ report }) => report.file));
  const rows = logs.map(({ report }, index) =>
    CELLS.map((cell) => cell.text({ ...report, file: names[index]! })),
  );
  const widths = CELLS.map(({ title }, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (texts: readonly string[], last: string) =>
    [
      ...texts.map((text, i) => (CELLS[i]!.isNumber ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))),
      last,
    ]
      .join('  ')
      .trimEnd();
  const head = line(
    CELLS.map(({ title }) => title),
    'gripper, first step to last',
  );
  const table = [head, ...rows.map((row, index) => line(row, logs[index]!.spark))].join('\n');
  return [table, ...logs.flatMap(findingsText), countText(logs)].join('\n\n');
}

/** File names only, where they distinguish the logs, and shortened so that the table's lines do not wrap. */
function shortNames(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file));
  const shown = (new Set(names).size === names.length ? names : files).map(onOneLine);
  return shown.map((name) => (name.length > MAX_NAME ? `…${name.slice(1 - MAX_NAME)}` : name));
}

const MAX_NAME = 48;

function findingsText({ report: { file, findings } }: ShownLog): string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ code, severity, step, message }) => {
    const place = step === null ? '' : ` at step ${step}`;
    return `  ${severity} ${code}${place}: ${message}`;
  });
  return [[file, ...lines].map(onOneLine).join('\n')];
}

function countText(logs: readonly ShownLog[]): string {
  const counts = new Map<string, number>();
  for (const { report } of logs) counts.set(report.verdict, (counts.get(report.verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${logs.length} ${logs.length === 1 ? 'log' : 'logs'}: ${parts.join(', ') || 'nothing to check'}`;
}

const BARS = '▁▂▃▄▅▆▇█';
const SPARK_WIDTH = 48;

/**
 * The values as bars from 0 to `top`. A bar stands for several steps of a long log; it shows the one that differs most from the bar
 * before, so that a short pulse stays visible and chatter looks like chatter. A dot stands for a missing number.
 */
export function sparkLine(values: Float64Array, top: number): string {
  const width = Math.min(SPARK_WIDTH, values.length);
  let shown = values.find(Number.isFinite) ?? 0;
  let line = '';
  for (let bar = 0; bar < width; bar++) {
    const from = Math.floor((bar * values.length) / width);
    const to = Math.floor(((bar + 1) * values.length) / width);
    const next = furthest(values.subarray(from, to), shown);
    if (next !== undefined) shown = next;
    line += next === undefined ? '·' : barOf(shown / top);
  }
  return line;
}

function furthest(values: Float64Array, from: number): number | undefined {
  let found: number | undefined;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (found === undefined || Math.abs(value - from) > Math.abs(found - from)) found = value;
  }
  return found;
}

function barOf(part: number): string {
  return BARS[Math.round(Math.min(1, Math.max(0, part)) * (BARS.length - 1))]!;
}
