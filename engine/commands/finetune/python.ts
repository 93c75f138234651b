/** `regrip finetune --runner python`: prepares the run for the user's own train.py, and starts it. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { makeFolders } from '../../base/outputFile.js';
import { at, type PlainMap } from '../../base/plain.js';
import { commandLine } from '../../base/shell.js';
import type { ComposedConfig } from '../../config/types.js';
import type { DataSetHeaders } from '../../formats/dataSet.js';
import { DISK_READER } from '../../project/reader.js';
import { type WorkspaceReads, workspaceReads } from '../../project/source.js';
import { batchesPerEpoch } from '../../training/epochLength.js';
import { readTrainOptions, type TrainOptions } from '../../training/options.js';
import type { RunFolder } from '../../training/runFolder.js';
import { splitWindows } from '../../training/split.js';
import type { StartDecision } from '../../training/start.js';
import type { TrainEvent, TrainResult } from '../../wire/workerMessages.js';
import type { SavedPosition } from '../../work/runners/python/checkpoints.js';
import { trainingWords } from '../../work/runners/python/command.js';
import { findInterpreter, type Interpreter } from '../../work/runners/python/interpreter.js';
import { pythonNotes, trainingNotes } from '../../work/runners/python/notes.js';
import type { OnNaN } from '../../work/runners/python/onNaN.js';
import { processesNote } from '../../work/runners/python/processes.js';
import { type PythonHooks, type PythonJob, pythonLog, runPython } from '../../work/runners/python/run.js';
import { findTrainScript, type TrainScript } from '../../work/runners/python/script.js';
import { type Placed, placeStart, startPosition } from '../../work/runners/python/start.js';
import type { Io } from '../command.js';
import { givenPython } from '../torch.js';

export interface PythonTools {
  readonly interpreter: Interpreter;
  readonly script: TrainScript;
}

interface PythonCall {
  readonly python?: string;
  readonly trainScript?: string;
}

/** Throws, before anything is written, where Python or the script is missing. */
export async function findTools(
  call: PythonCall,
  primary: string,
  workingFolder: string,
  io: Io,
): Promise<PythonTools> {
  const { trainScript } = call;
  const named = trainScript === undefined ? undefined : resolve(io.cwd, trainScript);
  const script = await findTrainScript(named, primary, workingFolder);
  const python = givenPython(call.python, io.cwd);
  const interpreter = await findInterpreter(python, { env: io.env, cwd: workingFolder, signal: io.signal });
  return { interpreter, script };
}

export interface PythonRequest {
  readonly tools: PythonTools;
  readonly config: ComposedConfig;
  readonly configFile: string;
  readonly primary: string;
  readonly overrides: readonly string[];
  readonly workingFolder: string;
  readonly folder: RunFolder;
  /** Absolute. */
  readonly dataset: string;
  /** Absent where only the training's own data set class reads the data set. */
  readonly headers: DataSetHeaders | undefined;
  readonly decision: StartDecision;
  readonly onNaN: OnNaN;
}

export async function trainPython(request: PythonRequest, hooks: PythonHooks): Promise<TrainResult> {
  const { folder, config, decision } = request;
  const options = readTrainOptions(config.resolved);
  const { start } = decision;
  const from = await startPosition(start, folder, options);
  const words = wordsOf(request);
  const processes = await processesNote({
    ...{ workspace: config.resolved['_target_'], primary: request.primary, words },
    ...{ workingFolder: request.workingFolder, script: request.tools.script.file },
  });
  const log = pythonLog(folder);
  const { workingFolder } = request;
  const readsResume = await whetherRead(config.resolved, 'training.resume', workingFolder);
  const notes = pythonNotes({
    ...{ words, workingFolder, log, start: start.kind, from, options, resolved: config.resolved },
    readsResume,
  });
  const note = (message: string): void => hooks.onEvent({ event: 'note', message });
  if (start.kind === 'resume' && from !== undefined && from.epochsDone >= options.epochs)
    return nothingLeft(request, options, from, note);
  const job = jobOf(request, options, words, from);
  await makeFolders(folder.path);
  const placed = start.kind === 'weights' ? await place(request, start.checkpoint, hooks) : undefined;
  const first = start.kind === 'scratch' ? decision.notes : [];
  const messages = [...first, ...notes, ...processes, ...decision.notes, ...(placed?.warnings ?? [])];
  for (const message of new Set(messages)) note(message);
  return runPython(job, hooks);
}

async function whetherRead(
  { _target_: target }: PlainMap,
  key: string,
  workingFolder: string,
): Promise<WorkspaceReads['answer']> {
  if (typeof target !== 'string') return 'unknown';
  return (await workspaceReads(target, key, workingFolder, DISK_READER)).answer;
}

/** As a user calls it: scripts are out there that change to a folder above an absolute path of theirs. */
function fromFolder(script: string, folder: string): string {
  const below = relative(folder, script);
  return below.split(sep)[0] === '..' || isAbsolute(below) ? script : below;
}

type Launched = Omit<PythonRequest, 'onNaN'>;

/** For a launch script, whose train.py resumes wherever there is a checkpoint: its call, and what a person should know. Throws `needs-launcher`. */
export async function pythonLaunch(
  request: Launched,
  python: string,
): Promise<{ readonly words: readonly string[]; readonly notes: readonly string[] }> {
  const { config, workingFolder, primary, tools, decision } = request;
  const interpreter = { ...tools.interpreter, executable: python };
  const words = wordsOf({ ...request, tools: { ...tools, interpreter } }, true);
  const { resolved } = config;
  const workspace = resolved['_target_'];
  const { file: script } = tools.script;
  const processes = await processesNote({ workspace, primary, words, workingFolder, script });
  const readsResume = await whetherRead(resolved, 'training.resume', workingFolder);
  const options = readTrainOptions(resolved);
  const told = trainingNotes({ start: decision.start.kind, options, resolved, readsResume, from: undefined });
  return { words, notes: [...told, ...processes] };
}

function wordsOf(request: Launched, resume = request.decision.start.kind !== 'scratch'): string[] {
  const { tools, config, primary, overrides, folder, workingFolder } = request;
  return trainingWords({
    python: tools.interpreter.executable,
    script: fromFolder(tools.script.file, workingFolder),
    configRoot: tools.script.configRoot,
    primary,
    overrides,
    runDir: folder.path,
    hasResume: at(config.resolved, ['training', 'resume']) !== undefined,
    resume,
  });
}

async function place(
  { folder, config, dataset }: PythonRequest,
  checkpoint: string,
  { signal }: PythonHooks,
): Promise<Placed> {
  const { latest, checkpoints } = folder;
  const placed = await placeStart({ checkpoint, latest, checkpoints, config, dataset, signal });
  if (placed.adaptation !== undefined) await folder.recordAdaptation(placed.adaptation);
  return placed;
}

/** When a run is resumed, only its number of epochs can be raised. */
async function nothingLeft(
  { folder }: PythonRequest,
  { epochs }: TrainOptions,
  from: SavedPosition,
  note: (message: string) => void,
): Promise<TrainResult> {
  note(
    `nothing is left to train: latest.ckpt holds epoch ${from.epochsDone - 1} of training.num_epochs=${epochs}; raise training.num_epochs to continue`,
  );
  const best = (await folder.readRecord())?.best ?? null;
  await folder.record('done', { epoch: from.epochsDone, epochs, globalStep: from.globalStep }, best);
  return { state: 'done', runDir: folder.path, epochs: from.epochsDone, best };
}

function jobOf(
  request: PythonRequest,
  options: TrainOptions,
  words: readonly string[],
  from: SavedPosition | undefined,
): PythonJob {
  const { folder, tools, workingFolder, configFile, overrides, decision } = request;
  const { start } = decision;
  const isTrained = from !== undefined && from.globalStep > 0;
  const isInherited = start.kind === 'weights' || (start.kind === 'resume' && !isTrained);
  return {
    folder,
    words,
    workingFolder,
    explain: (key) =>
      commandLine(['regrip', 'explain', folder.latest, key, ...overrides, '--config', configFile]),
    script: tools.script.file,
    begins: beginning(request, options, start.kind === 'resume' ? (from?.nextEpoch ?? 0) : 0),
    checkpoint: start.kind === 'scratch' ? undefined : folder.latest,
    // `reinit` drew new action layers, so first losses near 1 are expected.
    mustBeginLow: isInherited && (isTrained || from?.strategy !== 'reinit'),
    options,
    onNaN: request.onNaN,
  };
}

function beginning(
  { tools, config, dataset, headers, folder, decision }: PythonRequest,
  options: TrainOptions,
  firstEpoch: number,
): Extract<TrainEvent, { event: 'start' }> {
  const { start } = decision;
  const windows = headers && splitWindows(options.dataset, dataset, headers.episodeEnds);
  const { executable, version } = tools.interpreter;
  const device = at(config.resolved, ['training', 'device']);
  return {
    event: 'start',
    runDir: folder.path,
    start: start.kind,
    from: start.kind === 'scratch' ? undefined : start.checkpoint,
    device: `PyTorch on ${typeof device === 'string' ? device : 'a device of its own choice'}, ${executable} (Python ${version})`,
    ...(windows && {
      trainWindows: windows.train.length,
      valWindows: windows.validation.length,
      stepsPerEpoch: batchesPerEpoch({ options, trainWindows: windows.train }),
    }),
    firstEpoch,
    epochs: options.epochs,
  };
}
