/** `regrip finetune --write-script`: the training as a bash script of the user's own, judged as `regrip check` judges any. */
import { dirname, resolve } from 'node:path';
import { writeFileAtomic } from '../../base/atomic.js';
import { UsageError } from '../../base/errors.js';
import { jsonText } from '../../base/jsonText.js';
import { checkOutputFile } from '../../base/outputFile.js';
import { at } from '../../base/plain.js';
import { commandLine } from '../../base/shell.js';
import { adaptWords } from '../../judge/adapt/call.js';
import { type MapEntries, mapTexts } from '../../judge/adapt/mapEntry.js';
import { isLaunchScript } from '../../judge/checks/launchTargets.js';
import { pretrainedPath } from '../../training/options.js';
import type { Runner } from '../../training/runFolder.js';
import type { StartDecision } from '../../training/start.js';
import { interpreterPath } from '../../work/runners/python/interpreter.js';
import { placedLater } from '../../work/runners/python/start.js';
import { diagnostic, ofScript } from '../check/check.js';
import { checkText } from '../check/text.js';
import { type Io, note } from '../command.js';
import { callWords, without } from './calls.js';
import { type PythonRequest, type PythonTools, pythonLaunch } from './python.js';
import { type ScriptText, scriptText, type Variable } from './scriptText.js';

type Training = Omit<PythonRequest, 'tools' | 'onNaN'> & {
  readonly tools: PythonTools | undefined;
  readonly torch: { readonly python: string } | undefined;
  /** What its config depends on. */
  readonly environment: readonly Variable[];
};

export interface ScriptCall {
  /** As it was typed. */
  readonly writeScript: string;
  readonly runner: Runner;
  readonly oldCkpt?: string;
  readonly map: MapEntries;
  readonly init?: string;
  readonly backend?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Throws, before anything else is looked at, where the file cannot be written or the config is LeRobot's. */
export async function checkScriptFile(
  { writeScript, overwrite }: ScriptCall,
  primary: string,
  io: Io,
): Promise<void> {
  if (primary.endsWith('.json'))
    throw new UsageError(
      `--write-script: ${primary} is a config of LeRobot, which takes no overrides, so a script could not resume its training`,
    );
  const file = resolve(io.cwd, writeScript);
  if (!isLaunchScript(file))
    throw new UsageError(
      `--write-script ${writeScript}: a launch script is recognized by its name`,
      'Give it a name that ends in .sh.',
    );
  const said = await checkOutputFile(file, {
    overwrite: overwrite === true,
    existsCode: 'launch-script-exists',
  });
  if (said !== undefined) note(io, said);
}

/** Does not train, and makes no run folder. */
export async function writeScript(request: Training, call: ScriptCall, io: Io): Promise<void> {
  const file = resolve(io.cwd, call.writeScript);
  const { script, notes } = await scriptOf(request, call, io);
  for (const message of new Set([...request.decision.notes, ...notes])) note(io, message);
  await writeFileAtomic(file, (output) => output.writeFile(scriptText(script)), 0o755);
  const findings = await ofScript(file, [], undefined, io);
  if (findings.some(({ severity }) => severity === 'error')) io.fail();
  if (call.json === true)
    io.out(
      `${jsonText({ script: file, runDir: request.folder.path, diagnostics: findings.map(diagnostic) })}\n`,
    );
  else
    io.out(
      `wrote ${call.writeScript}; to train: ${commandLine(['bash', file])}\n${checkText(findings, io.cwd)}\n`,
    );
}

interface Written {
  readonly script: ScriptText;
  readonly notes: readonly string[];
}

function scriptOf(request: Training, call: ScriptCall, io: Io): Promise<Written> | Written {
  const { tools } = request;
  return tools === undefined ? ourScript(request, call, io) : pythonScript({ ...request, tools }, call, io);
}

async function ourScript(request: Training, call: ScriptCall, io: Io): Promise<Written> {
  const { primary, folder, torch, workingFolder, environment, decision } = request;
  const { runner, oldCkpt, init, map, backend } = call;
  const python = torch && (await interpreterPath(torch.python, { env: io.env, cwd: workingFolder }));
  const words = { configFile: primary, overrides: resuming(request), runner, python, backend };
  const training = callWords(words, [
    ...['--run-dir', folder.path],
    ...(oldCkpt === undefined ? [] : ['--old-ckpt', resolve(io.cwd, oldCkpt)]),
    ...mapTexts(map).flatMap((text) => ['--map', text]),
    ...(init === undefined ? [] : ['--init', resolve(io.cwd, init)]),
  ]);
  const script = {
    heading: headingOf(request, `regrip finetune --runner ${runner}`),
    folder: workingFolder,
    environment,
    regrip: io.calledAs,
    needed: hasWeights(call) || decision.start.kind !== 'resume' ? undefined : refusing(request),
    training: {
      about: [
        'Resumes wherever the run folder has a checkpoint; otherwise starts from what is given here.',
        ...scratchLines(decision),
      ],
      words: training,
    },
  };
  return { script, notes: [] };
}

async function pythonScript(
  request: Training & { readonly tools: PythonTools },
  call: ScriptCall,
  io: Io,
): Promise<Written> {
  const { workingFolder, environment, tools, decision } = request;
  const place = { env: io.env, cwd: workingFolder };
  const python = await interpreterPath(tools.interpreter.executable, place);
  const { words, notes } = await pythonLaunch({ ...request, overrides: placedOnly(request) }, python);
  const needed = await latestOf(request, call, io);
  const script = {
    heading: headingOf(request, "the project's own train.py"),
    folder: workingFolder,
    environment: [...environment, { name: 'PYTHONUNBUFFERED', value: '1' }],
    regrip: needed !== undefined && 'words' in needed ? io.calledAs : undefined,
    needed,
    training: {
      about: [
        'train.py loads checkpoints/latest.ckpt of the run folder, wherever there is one. Each start counts',
        'training.num_epochs anew: to resume for the rest of the epochs only, lower it first.',
        ...scratchLines(decision),
      ],
      words,
    },
  };
  return { script, notes };
}

const LOADS = 'pretrained.load_weights';

/** The pretrained weights are placed as the checkpoint to resume, beside which train.py ignores them. */
function placedOnly({ overrides, config, decision }: Training): readonly string[] {
  if (decision.start.kind === 'scratch' || pretrainedPath(config.resolved) === undefined) return overrides;
  const others = without(overrides, LOADS);
  const own = overrides.filter((override) => !others.includes(override)).at(-1) ?? LOADS;
  return [...others, `${own.split('=')[0]}=False`];
}

/** What train.py is to load at its first start. */
async function latestOf(request: Training, call: ScriptCall, io: Io): Promise<ScriptText['needed']> {
  const { decision, folder, primary, overrides, config } = request;
  const { start } = decision;
  const { oldCkpt, init, map } = call;
  const given = oldCkpt ?? init;
  if (start.kind === 'scratch') return undefined;
  if (start.kind === 'resume' && given === undefined) return refusing(request);
  const from =
    given === undefined ? (start as { readonly checkpoint: string }).checkpoint : resolve(io.cwd, given);
  const place = { file: folder.latest, folder: dirname(folder.latest) };
  const to = { from, to: folder.latest, primary, overrides };
  const about = [
    'Where train.py loads it, the checkpoint to start from; written once, completely or not at all.',
  ];
  if (oldCkpt !== undefined) return { ...place, about, words: adaptWords({ ...to, maps: mapTexts(map) }) };
  const { options, hasConfig } = await placedLater(from, config);
  const { weights, moments } = options;
  const ownConfig = ['--old-config', primary, ...overrides.flatMap((text) => ['--old-override', text])];
  const more = ['--weights', weights, '--optimizer', moments, ...(hasConfig ? [] : ownConfig)];
  return { ...place, about, words: adaptWords({ ...to, more, maps: mapTexts(options.map) }) };
}

function refusing({ folder }: Training): NonNullable<ScriptText['needed']> {
  return {
    file: folder.latest,
    about: ['This continues a run, which must not begin anew where its checkpoint is gone.'],
    refusal: `${folder.latest} is missing, so this run cannot be continued`,
  };
}

function headingOf({ primary, folder }: Training, trainer: string): string[] {
  return [
    `Trains ${primary} with ${trainer}. Written by regrip finetune --write-script.`,
    `The run folder is ${folder.path}. Run it again to continue after a stop.`,
  ];
}

function scratchLines({ start, notes }: StartDecision): readonly string[] {
  return start.kind === 'scratch' ? notes : [];
}

/** Hydra refuses to override a missing key. */
function resuming({ overrides, config }: Training): string[] {
  const sign = at(config.resolved, ['training', 'resume']) === undefined ? '++' : '';
  return [...without(overrides, 'training.resume'), `${sign}training.resume=True`];
}

function hasWeights({ oldCkpt, init }: ScriptCall): boolean {
  return oldCkpt !== undefined || init !== undefined;
}
