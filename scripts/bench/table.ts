/** The results as a table of Markdown, which also reads well on a terminal. */
import type { BenchResult } from './result.js';

const HEADER = ['work', 'ours', 'peer', 'ratio', 'target', 'notes'];

/** Columns are padded to their widest cell; ratio is ours over the peer's, smaller is faster. */
export function resultTable(results: readonly BenchResult[]): string {
  const rows = [HEADER, ...results.map(resultRow)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEADER), rule, ...rows.slice(1).map(line)].join('\n');
}

function resultRow(result: BenchResult): string[] {
  const { oursSeconds, peerSeconds } = result;
  const ratio = peerSeconds === undefined ? '–' : (oursSeconds / peerSeconds).toFixed(2);
  const target = `≤ ${result.targetRatio.toFixed(2)}${verdict(result)}`;
  const peer = peerSeconds === undefined ? `– (${result.peer})` : `${seconds(peerSeconds)} (${result.peer})`;
  return [result.work, seconds(oursSeconds), peer, ratio, target, result.detail ?? ''];
}

function verdict({ oursSeconds, peerSeconds, targetRatio }: BenchResult): string {
  if (peerSeconds === undefined) return '';
  return oursSeconds / peerSeconds <= targetRatio ? ' met' : ' missed';
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

const BEGIN = '<!-- results: written by `npm run bench -- --write` -->';
const END = '<!-- end of results -->';

/** Replaces the marked part of docs/benchmarks.md. Throws when a mark is missing. */
export function replaceResults(page: string, machine: string, day: string, table: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/benchmarks.md has no part between '${BEGIN}' and '${END}'`);
  const part = `${BEGIN}\n\n${day}, on ${machine}.\n\n${table}\n\n`;
  return page.slice(0, begin) + part + page.slice(end);
}
