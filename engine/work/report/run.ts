/** What a report knows about one run: its log and, where it was recorded, state, adaptation, overrides and gripper. */

import { readFile, realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { withoutMark } from '../../base/byteOrderMark.js';
import type { RegripError } from '../../base/errors.js';
import { parseJson } from '../../base/jsonText.js';
import { asNumber, at, type Plain } from '../../base/plain.js';
import { isAlive } from '../../base/process.js';
import { type AdaptationSummary, parseAdaptation } from '../../formats/run/adaptation.js';
import { type GripperValidation, parseGripperValidation } from '../../formats/run/gripperValidation.js';
import { WorkError } from '../workError.js';
import { type History, readHistory } from './history.js';

export interface Run {
  /** Absolute. */
  readonly path: string;
  /** Short, and different from the other runs' names. */
  readonly name: string;
  readonly history: History;
  readonly record: RecordedState | undefined;
  readonly adaptation: AdaptationSummary | undefined;
  readonly gripper: GripperValidation | undefined;
  readonly overrides: readonly string[] | undefined;
}

/** From `regrip.json`. */
interface RecordedState {
  readonly state: string;
  readonly reason: string | undefined;
  readonly epochs: number | undefined;
  readonly updated: string | undefined;
  readonly best: string | undefined;
}

/** `validation/gripper.json` of a hundred thousand windows stays below this; anything larger is not from a run. */
const MAX_JSON_BYTES = 64 * 1024 ** 2;

/** Reads the run folders, each once however often it is named. Throws `no-run` on a folder without a logged step. */
export async function readRuns(folders: readonly string[]): Promise<Run[]> {
  const paths = new Set<string>();
  for (const folder of folders) paths.add(await realpath(folder).catch(() => folder));
  const names = runNames([...paths]);
  const runs: Run[] = [];
  for (const [index, path] of [...paths].entries()) runs.push(await readRun(path, names[index]!));
  return runs;
}

async function readRun(path: string, name: string): Promise<Run> {
  const record = stateOf(await readJson(join(path, 'regrip.json')));
  const history = await readHistory(join(path, 'logs.json.txt')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw noRun(path, record, cause);
    throw cause;
  });
  if (history.rows.length === 0) throw noSteps(path, record);
  return {
    path,
    name,
    history,
    record,
    adaptation: parseAdaptation(await readJson(join(path, 'adaptation.json'))),
    gripper: parseGripperValidation(await readJson(join(path, 'validation', 'gripper.json'))),
    overrides: await readOverrides(join(path, '.hydra', 'overrides.yaml')),
  };
}

/** Null where the file is missing or not JSON: the report then says that it was not recorded. */
async function readJson(path: string): Promise<Plain> {
  try {
    return parseJson(await readBounded(path)) as Plain;
  } catch {
    return null;
  }
}

async function readOverrides(path: string): Promise<string[] | undefined> {
  try {
    const list: unknown = parse(await readBounded(path), { schema: 'failsafe', maxAliasCount: 0 });
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}

async function readBounded(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_JSON_BYTES)
    throw new WorkError({ code: 'file-too-large', file: path, message: `${size} bytes` });
  return withoutMark(await readFile(path, 'utf8'));
}

function stateOf(value: Plain): RecordedState | undefined {
  const text = (...path: string[]): string | undefined => {
    const found = at(value, path);
    return typeof found === 'string' ? found : undefined;
  };
  const state = text('state');
  if (state === undefined) return undefined;
  const pid = asNumber(at(value, ['pid'])) ?? 0;
  const killed = state === 'running' && text('host') === hostname() && pid > 0 && !isAlive(pid);
  return {
    state: killed ? 'killed' : state,
    reason: text('reason'),
    epochs: asNumber(at(value, ['progress', 'epochs'])),
    updated: text('updated'),
    best: text('best', 'checkpoint'),
  };
}

/** The last parts of the paths, as many as needed to distinguish them. */
export function runNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ''));
  const longest = Math.max(...parts.map((list) => list.length));
  for (let count = 1; count <= longest; count++) {
    const names = parts.map((list) => list.slice(-count).join('/'));
    if (new Set(names).size === names.length) return names;
  }
  return [...paths];
}

function noRun(path: string, record: RecordedState | undefined, cause: Error): RegripError {
  return new WorkError({
    code: 'no-run',
    file: path,
    message: `holds no logs.json.txt${failure(record)}`,
    hint: 'give a run folder, such as data/outputs/<date>/<time>_<name>; regrip finetune and train.py print it',
    cause,
  });
}

function noSteps(path: string, record: RecordedState | undefined): RegripError {
  return new WorkError({
    code: 'no-run',
    file: join(path, 'logs.json.txt'),
    message: `does not contain a logged step yet${failure(record)}`,
    hint: 'a step is logged as soon as it completes; try again later',
  });
}

function failure(record: RecordedState | undefined): string {
  return record?.reason === undefined ? '' : `; the run failed: ${record.reason}`;
}
