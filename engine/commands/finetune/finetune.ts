/** `regrip finetune`: trains a policy, from inherited weights or from its own last checkpoint. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { inheritedNames } from '../../adapt/names.js';
import { UsageError } from '../../base/errors.js';
import { encodedText } from '../../base/jsonText.js';
import { whileHoldingFolder } from '../../base/outputLock.js';
import { liesIn } from '../../base/places.js';
import { at, type PlainMap } from '../../base/plain.js';
import { dataSetPath } from '../../config/dataSetPath.js';
import { startFolder } from '../../config/startFolder.js';
import type { ComposedConfig } from '../../config/types.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import type { DataSetHeaders } from '../../formats/dataSet.js';
import { readDataSetHeaders } from '../../formats/dataSets.js';
import { addMap, mapTexts } from '../../judge/adapt/mapEntry.js';
import { composeTraining, lerobotTrainingAt } from '../../judge/composeTraining.js';
import { familyOf, policySpec, requireTrainedHere } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { requireEvaluated } from '../../project/composeProject.js';
import { checkDataSet } from '../../training/dataset.js';
import { derivedData, isDerived, requireThere } from '../../training/derivedData.js';
import { requireFiniteData } from '../../training/finiteData.js';
import { readTrainOptions } from '../../training/options.js';
import { leavingNoTrace } from '../../training/refusedStart.js';
import { RunFolder, type Runner } from '../../training/runFolder.js';
import { decideStart, type StartDecision, type StartRequest } from '../../training/start.js';
import type { TorchPlace, TrainEvent, TrainResult } from '../../wire/workerMessages.js';
import { runBuiltin } from '../../work/runners/builtin/run.js';
import { ON_NAN } from '../../work/runners/python/onNaN.js';
import { type PythonHooks, pythonLog } from '../../work/runners/python/run.js';
import type { Io, Register } from '../command.js';
import { findTorch } from '../torch.js';
import { goOnCall, withWayBack } from './calls.js';
import { ReadEnvironment } from './environment.js';
import { type FinetuneCall, refuseWrongOptions, scriptCallOf } from './options.js';
import { findTools, type PythonRequest, type PythonTools, trainPython } from './python.js';
import { teller } from './teller.js';
import { checkScriptFile, writeScript } from './writeScript.js';

export const registerFinetune: Register = (program, io) => {
  program
    .command('finetune')
    .description('train a policy, inheriting the weights of an old one')
    .argument('<config>', 'the primary config')
    .argument('[overrides...]', 'config overrides, as train.py takes them')
    .option('--old-ckpt <file>', 'adapt this checkpoint first, then start from it')
    .addOption(
      new Option(
        '--map <new=old>',
        'with --old-ckpt: which old dimensions the new ones continue, as adapt takes it; may be repeated',
      )
        .argParser(addMap)
        .default(new Map(), 'by names that both configs give, else by position'),
    )
    .option('--init <file>', 'start from this checkpoint, which must already match the config')
    .addOption(
      new Option('--runner <name>', 'what trains').choices(['builtin', 'torch', 'python']).default('builtin'),
    )
    .option(
      '--python <exe>',
      'with --runner torch and python: the interpreter (default: REGRIP_PYTHON, the active environment)',
    )
    .option(
      '--train-script <file>',
      "with --runner python: the script to run (default: the config's train.py)",
    )
    .addOption(
      new Option(
        '--on-nan <action>',
        'with --runner python: what to do with train.py at the first loss that is NaN or infinite (default: stop)',
      ).choices(ON_NAN),
    )
    .option('--run-dir <dir>', "the run folder (default: the config's hydra.run.dir or multi_run.run_dir)")
    .option('--backend <name>', 'auto, tensorflow, tensorflow-cpu, tensorflow-cuda, wasm')
    .option(
      '--write-script <file>',
      'do not train: write a bash script that does, and continues when it is run again; then check it',
    )
    .option('--overwrite', 'with --write-script: replace an existing script')
    .option('--json', 'print one JSON line per event')
    .action((config: string, overrides: string[], call: FinetuneCall) =>
      finetune(config, overrides, call, io),
    );
};

async function finetune(
  configFile: string,
  overrides: readonly string[],
  call: FinetuneCall,
  io: Io,
): Promise<void> {
  refuseWrongOptions(call);
  const primary = resolve(io.cwd, configFile);
  const scriptCall = scriptCallOf(call);
  if (scriptCall !== undefined) await checkScriptFile(scriptCall, primary, io);
  const now = new Date();
  const foreign = await lerobotTrainingAt(primary);
  if (foreign !== undefined) requireTrainedHere(familyOf(foreign)); // whatever the overrides are
  const read = new ReadEnvironment(io.env);
  const config = await composeTraining(primary, overrides, { env: read.env, now });
  requireTrainedHere(familyOf(config.resolved)); // reported before anything else that may be missing
  requireEvaluated(config, primary);
  const workingFolder = await startFolder(primary);
  const folder = new RunFolder(
    call.runDir === undefined
      ? resolve(workingFolder, config.runDir ?? defaultRunDir(config.resolved, now))
      : resolve(io.cwd, call.runDir),
    call.runner,
  );
  const dataset = await dataSetPath(config.resolved, primary);
  const spec = policySpec(config.resolved);
  const headers = await lookAtDataSet(dataset, spec, call.runner, io.signal); // before a run folder is created
  const tools = call.runner === 'python' ? await findTools(call, primary, workingFolder, io) : undefined;
  const torch = call.runner === 'torch' ? await findTorch(call.python, workingFolder, io) : undefined;
  if (await liesIn(folder.path, dataset))
    throw new UsageError(
      `the run folder ${folder.path} lies inside the data set ${dataset}, which must not be changed`,
      'Choose another --run-dir.',
    );
  const places = { config, configFile, primary, overrides, workingFolder, folder, dataset, headers };
  const request = { ...places, tools, torch };
  if (scriptCall !== undefined) {
    const decision = await decideStart({ ...startRequest(request, call, io), isPlan: true });
    return writeScript({ ...request, decision, environment: read.variables() }, scriptCall, io);
  }
  await whileHoldingFolder(folder.path, `regrip finetune ${configFile}`, () => trainHeld(request, call, io));
}

/** Undefined where the data set is for train.py alone, whose class computes what the policy is given of other arrays. */
async function lookAtDataSet(
  dataset: string,
  spec: PolicySpec,
  runner: FinetuneCall['runner'],
  signal: AbortSignal,
): Promise<DataSetHeaders | undefined> {
  if (isDerived(spec)) {
    if (runner === 'builtin') throw derivedData(dataset, spec);
    await requireThere(dataset);
    return undefined;
  }
  const headers = await readDataSetHeaders(dataset);
  checkDataSet(headers, spec);
  await requireFiniteData(dataset, spec, signal);
  return headers;
}

/** Held from the first look at the folder to the end: a second training started meanwhile would otherwise train there too. */
async function trainHeld(request: Readied, call: FinetuneCall, io: Io): Promise<void> {
  const { folder } = request;
  await folder.refuseSecondRun();
  await folder.clean();
  await leavingNoTrace(folder.path, (hasBegun) => trainIn(request, call, io, hasBegun));
}

function startRequest(
  { config, configFile, overrides, folder, dataset, workingFolder }: Readied,
  call: FinetuneCall,
  io: Io,
): StartRequest {
  return {
    config,
    configFile,
    overrides,
    folder,
    dataset,
    workingFolder,
    ...(call.oldCkpt === undefined ? {} : { oldCheckpoint: resolve(io.cwd, call.oldCkpt), map: call.map }),
    ...(call.init === undefined ? {} : { init: resolve(io.cwd, call.init) }),
    signal: io.signal,
  };
}

async function trainIn(request: Readied, call: FinetuneCall, io: Io, hasBegun: () => void): Promise<void> {
  const { config, configFile, overrides, folder, tools } = request;
  const decision = await decideStart(startRequest(request, call, io));
  io.job?.runDir(folder.path);
  const tell = teller(io, call.json === true);
  const hooks = {
    onEvent: (event: TrainEvent) => {
      if (event.event === 'start') hasBegun();
      tell.event(event);
    },
    signal: io.signal,
    killSignal: killOnSecondInterrupt(io, call.runner),
    env: io.env,
    ...(io.job === undefined ? {} : { onStarted: io.job.onTrainerStarted }),
  };
  // With --json, notes are events; that nothing is inherited is also the first line on stderr.
  if (call.json === true && decision.start.kind === 'scratch') io.err(`${decision.notes[0]}\n`);
  const run = { ...request, decision };
  const training =
    tools === undefined
      ? trainOurs(run, call, hooks)
      : trainPython({ ...run, tools, onNaN: call.onNan ?? 'stop' }, hooks);
  const { oldCkpt, init, runner, python, trainScript, onNan, backend } = call;
  const maps = mapTexts(call.map);
  const words = { configFile, overrides, oldCkpt, maps, init, runner, python, trainScript, onNan, backend };
  const place = { cwd: io.cwd, folder };
  const result = await training.finally(tell.done).catch(async (error: unknown) => {
    throw await withWayBack(error, words, config, place, io.signal);
  });
  tell.result(result);
  io.job?.result(result);
  if (result.state === 'paused') io.err(`to continue: ${goOnCall(words, place)}\n`);
  const asked = readTrainOptions(config.resolved).epochs;
  if (result.state === 'paused' || result.epochs < asked) io.fail(); // less than was requested
}

type Run = Omit<PythonRequest, 'tools' | 'onNaN'>;
type Readied = Omit<Run, 'decision'> & {
  readonly tools: PythonTools | undefined;
  readonly torch: TorchPlace | undefined;
};

/** Our own loop, on the builtin engine or on the user's PyTorch. */
async function trainOurs(
  run: Run & Pick<Readied, 'torch'>,
  call: FinetuneCall,
  hooks: PythonHooks,
): Promise<TrainResult> {
  const { config, overrides, primary, folder, dataset, decision, torch } = run;
  await folder.prepare(config.unresolved, overrides, primary);
  for (const message of decision.notes) hooks.onEvent({ event: 'note', message });
  const named = await namesFrom(decision, config);
  return runBuiltin(
    {
      runDir: folder.path,
      dataset,
      config: encodedText(named(config.unresolved)),
      resolved: encodedText(named(config.resolved)),
      start: decision.start,
      ...(call.backend === undefined ? {} : { backend: call.backend }),
      ...(torch !== undefined && { torch: { ...torch, log: pythonLog(folder) } }),
    },
    hooks,
  );
}

/** A run and its checkpoints name the dimensions as the checkpoint that it starts from does. */
async function namesFrom(
  { start }: StartDecision,
  { resolved }: ComposedConfig,
): Promise<(config: PlainMap) => PlainMap> {
  if (start.kind === 'scratch') return (config) => config;
  const file = await openCheckpoint(start.checkpoint);
  await file.close();
  const spec = policySpec(resolved);
  return (config) => inheritedNames(config, spec, file.index.config);
}

/** Where the config has no `hydra.run.dir`: its folder for multiple runs, or else upstream's pattern. */
function defaultRunDir(resolved: PlainMap, now: Date): string {
  const written = at(resolved, ['multi_run', 'run_dir']);
  if (typeof written === 'string') return written;
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${now.getFullYear()}.${two(now.getMonth() + 1)}.${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  const name = (path: readonly string[]): string => String(at(resolved, path) ?? 'train');
  return `data/outputs/${date}/${time}_${name(['name'])}_${name(['task', 'name'])}`;
}

const STOPPING: Readonly<Record<Runner, string>> = {
  builtin: 'stopping after this step and writing a checkpoint; press Ctrl-C again to end at once',
  torch: 'stopping after this step and writing a checkpoint; press Ctrl-C again to end at once',
  python: 'stopping train.py, which saves nothing when stopped; press Ctrl-C again to kill it',
};

/** The first Ctrl-C asks the trainer to stop; the second ends it at once. */
function killOnSecondInterrupt(io: Io, runner: Runner): AbortSignal {
  const killing = new AbortController();
  if (io.job !== undefined) return killing.signal; // the supervisor kills a job's process
  const arm = (): void => {
    io.err(`\n${STOPPING[runner]}\n`);
    process.once('SIGINT', () => killing.abort());
  };
  if (io.signal.aborted) arm();
  else io.signal.addEventListener('abort', arm, { once: true });
  return killing.signal;
}
