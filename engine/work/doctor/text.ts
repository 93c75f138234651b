/** The report as a table for a terminal. */
import type { DoctorReport, Row, State } from './report.js';

const COLOURS: Readonly<Record<State, number>> = { ok: 32, slow: 33, warning: 33, missing: 31 };

export function doctorText(report: DoctorReport, colour: boolean): string {
  const width = Math.max(...[...report.jobs, ...report.machine].map(({ name }) => name.length));
  const rows = (part: readonly Row[]): string[] => part.flatMap((row) => rowText(row, width, colour));
  const verdict = report.ok
    ? 'Every main job can run here.'
    : 'Not every main job can run here: see what is missing.';
  return [...rows(report.jobs), '', ...rows(report.machine), '', verdict].join('\n');
}

const STATE_WIDTH = 'missing'.length;

/** A second line says how to fix it. */
function rowText({ name, state, found, fix }: Row, width: number, colour: boolean): string[] {
  const padded = state.padEnd(STATE_WIDTH);
  const shown = colour ? `\x1b[${COLOURS[state]}m${padded}\x1b[0m` : padded;
  const indent = ' '.repeat(width + STATE_WIDTH + 4);
  const lines = [`${name.padEnd(width)}  ${shown}  ${found.replaceAll('\n', `\n${indent}`)}`];
  return fix === undefined ? lines : [...lines, `${indent}→ ${fix}`];
}
