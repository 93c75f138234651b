/** `regrip report`: one HTML file about one run or several. */
import { access } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic.js';
import { RegripError, UsageError } from '../base/errors.js';
import { reportPage } from '../report/page.js';
import { readRuns } from '../report/run.js';
import { MAX_RUNS } from '../report/style.js';
import { runDocument } from '../report/summary.js';
import { type Io, type Register, report } from './command.js';

interface ReportCall {
  readonly output?: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

export const registerReport: Register = (program, io) => {
  program
    .command('report')
    .description('write one HTML file with the curves of a run, or of several overlaid')
    .argument('<run...>', "the runs' folders; they are only read")
    .option(
      '--output <file>',
      'where to write (default: report.html in the folder of a single run, else here)',
    )
    .option('--overwrite', 'replace an existing output once the new one is whole', false)
    .option('--json', 'print one JSON document', false)
    .action((folders: string[], call: ReportCall) => writeReport(folders, call, io));
};

async function writeReport(folders: readonly string[], call: ReportCall, io: Io): Promise<void> {
  const runs = await readRuns(folders.map((folder) => resolve(io.cwd, folder)));
  if (runs.length > MAX_RUNS)
    throw new UsageError(
      `${runs.length} runs are more than one page can tell apart (${MAX_RUNS})`,
      'name fewer runs',
    );
  const place = runs.length === 1 ? runs[0]!.path : io.cwd;
  const output = call.output === undefined ? join(place, 'report.html') : resolve(io.cwd, call.output);
  if (!call.overwrite) await refuseExisting(output);
  const page = reportPage(runs, new Date());
  await writeFileAtomic(output, (file) => file.writeFile(page));
  const document = { output, bytes: Buffer.byteLength(page), runs: runs.map(runDocument) };
  report(io, call.json, document, () => humanText(document, io.cwd));
}

async function refuseExisting(output: string): Promise<void> {
  const there = await access(output).then(
    () => true,
    () => false,
  );
  if (!there) return;
  throw new RegripError({
    code: 'report-exists',
    file: output,
    message: 'the file exists',
    hint: 'Choose another name, or add --overwrite.',
  });
}

type Document = {
  readonly output: string;
  readonly bytes: number;
  readonly runs: readonly ReturnType<typeof runDocument>[];
};

function humanText({ output, bytes, runs }: Document, cwd: string): string {
  const lines = runs.map(({ name, epochs, steps, state, notes }) =>
    [
      `${name}: ${epochs} epochs, ${steps} steps, ${state ?? 'state not recorded'}`,
      ...notes.map((note) => `  ${note}`),
    ].join('\n'),
  );
  return [
    ...lines,
    `Wrote ${relative(cwd, output) || output} (${Math.ceil(bytes / 1000)} kB); open it in a browser.`,
  ].join('\n');
}
