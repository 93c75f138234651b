/** `regrip report`: one HTML file about one run or several. */

import { extname, join, relative, resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic.js';
import { counted } from '../base/counted.js';
import { UsageError } from '../base/errors.js';
import { checkOutputFile } from '../base/outputFile.js';
import { whileHolding } from '../base/outputLock.js';
import { liesIn } from '../base/places.js';
import { onOneLine } from '../base/shown.js';
import { reportPage } from '../work/report/page.js';
import { readRuns } from '../work/report/run.js';
import { MAX_RUNS } from '../work/report/style.js';
import { runDocument } from '../work/report/summary.js';
import { type Io, note, type Register, report } from './command.js';

interface ReportCall {
  readonly output?: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

export const registerReport: Register = (program, io) => {
  program
    .command('report')
    .description('write one HTML file with the curves of a run, or of several overlaid')
    .argument('<run...>', 'the run folders (never changed)')
    .option(
      '--output <file>',
      'where to write (default: report.html in the run folder, or here for several runs)',
    )
    .option('--overwrite', 'replace an existing output once the new one is complete', false)
    .option('--json', 'print one JSON document', false)
    .action((folders: string[], call: ReportCall) => writeReport(folders, call, io));
};

async function writeReport(folders: readonly string[], call: ReportCall, io: Io): Promise<void> {
  const runs = await readRuns(folders.map((folder) => resolve(io.cwd, folder)));
  if (runs.length > MAX_RUNS)
    throw new UsageError(
      `${runs.length} runs are more than one page can distinguish (${MAX_RUNS})`,
      'name fewer runs',
    );
  const place = runs.length === 1 ? runs[0]!.path : io.cwd;
  const output = call.output === undefined ? join(place, 'report.html') : resolve(io.cwd, call.output);
  const rules = { overwrite: call.overwrite, existsCode: 'report-exists' };
  for (const { path } of runs) await refuseRunFile(output, path);
  await checkOutputFile(output, rules);
  const page = reportPage(runs, new Date());
  await whileHolding(output, 'regrip report', async () => {
    const known = await checkOutputFile(output, rules); // another process may have written it meanwhile
    if (known !== undefined) note(io, `note: ${known}`);
    await writeFileAtomic(output, (file) => file.writeFile(page));
  });
  const document = { output, bytes: Buffer.byteLength(page), runs: runs.map(runDocument) };
  report(io, call.json, document, () => humanText(document, io.cwd));
}

/** A run's own files must not be changed: `--output RUN/logs.json.txt --overwrite` would lose its log. */
async function refuseRunFile(output: string, run: string): Promise<void> {
  if (/^\.html?$/i.test(extname(output)) || !(await liesIn(output, run))) return;
  throw new UsageError(
    `${output} lies in the folder of the run ${run}, whose files must not be changed`,
    'Inside a run folder, give the report a name that ends in .html; or choose an output elsewhere.',
  );
}

type Document = {
  readonly output: string;
  readonly bytes: number;
  readonly runs: readonly ReturnType<typeof runDocument>[];
};

function humanText({ output, bytes, runs }: Document, cwd: string): string {
  const lines = runs.map(({ name, epochs, steps, state, notes }) =>
    [
      `${onOneLine(name)}: ${counted(epochs, 'epoch')}, ${counted(steps, 'step')}, ${onOneLine(state ?? 'state not recorded')}`,
      ...notes.map((told) => `  ${onOneLine(told)}`),
    ].join('\n'),
  );
  return [
    ...lines,
    `Wrote ${onOneLine(relative(cwd, output) || output)} (${Math.ceil(bytes / 1000)} kB); open it in a browser.`,
  ].join('\n');
}
