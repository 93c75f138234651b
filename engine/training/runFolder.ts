/** The folder of one run, the single source of truth about it: config, log, checkpoints and state. */
import { existsSync } from 'node:fs';
import { appendFile, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeSubfolder, removeLeftovers, writeFileAtomic } from '../base/atomic.js';
import { withoutMark } from '../base/byteOrderMark.js';
import { onDisk } from '../base/diskErrors.js';
import { jsonText, parseJson } from '../base/jsonText.js';
import { makeFolders } from '../base/outputFile.js';
import type { Plain, PlainMap } from '../base/plain.js';
import { markOf } from '../base/process.js';
import { toYaml } from '../config/yaml/write.js';
import { type AdaptationSummary, parseAdaptation } from '../formats/run/adaptation.js';
import type { GripperValidation } from '../formats/run/gripperValidation.js';
import { isTraining } from '../formats/run/livingRun.js';
import { type LogLine, logLineText, parseLogLine } from '../formats/run/trainLog.js';
import type { RunState, TrainResult } from '../wire/workerMessages.js';
import { TrainingError } from './trainingError.js';

/** `regrip.json`. */
interface RunRecord {
  readonly version: 1;
  readonly state: RunState;
  readonly runner: Runner;
  /** Why it failed. */
  readonly reason?: string;
  readonly host: string;
  readonly pid: number;
  /** When the process started, for a person. */
  readonly processStart: string;
  /** The same in the system's own form, so that a reused pid is not mistaken for it. */
  readonly birth?: string | undefined;
  readonly updated: string;
  readonly progress: RunProgress;
  readonly best: TrainResult['best'];
}

interface RunProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly globalStep: number;
}

/** Who trains in it: this package's trainer, or the user's own train.py. */
export type Runner = 'builtin' | 'torch' | 'python';

/** The process that trains: as long as it lives, no other may train in this folder. */
export interface Trainer {
  readonly pid: number;
  readonly started: Date;
}

const OURSELVES: Trainer = { pid: process.pid, started: new Date(performance.timeOrigin) };

export class RunFolder {
  constructor(
    readonly path: string,
    private readonly runner: Runner = 'builtin',
  ) {}

  get checkpoints(): string {
    return join(this.path, 'checkpoints');
  }
  get latest(): string {
    return join(this.checkpoints, 'latest.ckpt');
  }
  get hydra(): string {
    return join(this.path, '.hydra');
  }
  /** Events for TensorBoard, one file per start of the run. */
  get tensorboard(): string {
    return join(this.path, 'tensorboard');
  }
  get log(): string {
    return join(this.path, 'logs.json.txt');
  }

  /** Creates the folder with `.hydra/`, as Hydra does. */
  async prepare(config: PlainMap, overrides: readonly string[], configFile: string): Promise<void> {
    for (const folder of [this.checkpoints, this.hydra]) await makeFolders(folder);
    await writeText(join(this.hydra, 'config.yaml'), toYaml(config));
    await writeText(join(this.hydra, 'overrides.yaml'), toYaml([...overrides]));
    const job = { config_file: configFile, run: { dir: this.path }, overrides: { task: [...overrides] } };
    await writeText(join(this.hydra, 'hydra.yaml'), toYaml({ hydra: job }));
  }

  async record(
    state: RunState,
    progress: RunProgress,
    best: TrainResult['best'],
    reason?: string,
    trainer: Trainer = OURSELVES,
  ): Promise<void> {
    const record: RunRecord = {
      version: 1,
      state,
      runner: this.runner,
      ...(reason === undefined ? {} : { reason }),
      host: hostname(),
      ...markOf(trainer.pid),
      processStart: trainer.started.toISOString(),
      updated: new Date().toISOString(),
      progress,
      best,
    };
    await writeText(join(this.path, 'regrip.json'), `${jsonText(record, 2)}\n`);
  }

  /** Undefined where it is missing or unreadable. */
  async readRecord(): Promise<RunRecord | undefined> {
    try {
      return parseJson(withoutMark(await readFile(join(this.path, 'regrip.json'), 'utf8'))) as RunRecord;
    } catch {
      return undefined;
    }
  }

  /** `adaptation.json`, unchanged since the run's first start wrote it. */
  async recordAdaptation(adaptation: AdaptationSummary): Promise<void> {
    const path = join(this.path, 'adaptation.json');
    if (!existsSync(path)) await writeText(path, `${jsonText(adaptation, 2)}\n`);
  }

  /** Where inherited weights came from; undefined where that was not recorded. */
  async readAdaptation(): Promise<AdaptationSummary | undefined> {
    const text = await readFile(join(this.path, 'adaptation.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : parseAdaptation(parsed(text));
  }

  /** `validation/gripper.json`, replaced by each validation. */
  async recordGripper(validation: GripperValidation): Promise<void> {
    const folder = join(this.path, 'validation');
    await makeSubfolder(folder);
    await writeText(join(folder, 'gripper.json'), `${jsonText(validation)}\n`);
  }

  /** One JSON object per line, as upstream's logger writes them; values that JSON cannot express are written as Python does. */
  async append(line: LogLine): Promise<void> {
    await onDisk(this.log, () => appendFile(this.log, `${logLineText(line)}\n`));
  }

  async readLog(): Promise<LogLine[]> {
    const lines = (await this.logLines()).map(parseLogLine);
    return lines.filter((line) => line !== undefined);
  }

  /**
   * Drops what was logged from `globalStep` on: those steps are trained again. An incomplete line is dropped too; the rest stays
   * unchanged. Returns the number of lines dropped.
   */
  async rewindLog(globalStep: number): Promise<number> {
    if (!existsSync(this.log)) return 0;
    const lines = await this.logLines();
    const kept = lines.filter((line) => stepOf(line) < globalStep);
    // Written back even when every line stays: a killed run leaves an incomplete line at the end.
    await writeText(this.log, kept.map((line) => `${line}\n`).join(''));
    return lines.length - kept.length;
  }

  /** Renames the log and returns the new name; undefined where nothing was logged. */
  async putLogAside(): Promise<string | undefined> {
    if ((await this.logBytes()) === 0) return undefined;
    let n = 1;
    while (existsSync(join(this.path, `logs.${n}.json.txt`))) n++;
    const name = `logs.${n}.json.txt`;
    await onDisk(this.log, () => rename(this.log, join(this.path, name)));
    return name;
  }

  /**
   * Drops what was logged for epochs beyond the run's last one, from `epochs` on. The first `bytes` bytes, which earlier starts
   * wrote, stay unchanged.
   */
  async dropLaterEpochs(bytes: number, epochs: number): Promise<void> {
    if (!existsSync(this.log)) return;
    const log = await readFile(this.log);
    const lines = log.subarray(bytes).toString('utf8').split('\n');
    const beyond = lines.findIndex((line) => (parseLogLine(line)?.['epoch'] ?? -1) >= epochs);
    if (beyond < 0) return;
    const kept = lines.slice(0, beyond).map((line) => `${line}\n`);
    await writeText(this.log, log.subarray(0, bytes).toString('utf8') + kept.join(''));
  }

  /** Where the next whole line of the log will begin. */
  async logBytes(): Promise<number> {
    if (!existsSync(this.log)) return 0;
    return (await readFile(this.log)).lastIndexOf('\n') + 1;
  }

  /** The complete lines, without an incomplete one at the end. */
  private async logLines(): Promise<string[]> {
    if (!existsSync(this.log)) return [];
    return (await readFile(this.log, 'utf8')).split('\n').slice(0, -1);
  }

  /** Removes files that killed processes were writing here. */
  async clean(): Promise<void> {
    for (const place of [this.path, this.checkpoints, this.hydra, join(this.path, 'validation')])
      await removeLeftovers(place);
  }

  /** The record of another living process of this machine that trains in this folder. */
  async holder(): Promise<RunRecord | undefined> {
    const record = await this.readRecord();
    return record !== undefined && isTraining(record) ? record : undefined;
  }

  /** Throws `run-busy` when another process trains in it. */
  async refuseSecondRun(): Promise<void> {
    const record = await this.holder();
    if (record === undefined) return;
    throw new TrainingError({
      code: 'run-busy',
      message: `process ${record.pid} has been training in this folder since ${record.processStart}`,
      hint: `wait for it, stop it (${stopCall(record)}), or choose another --run-dir`,
      file: this.path,
    });
  }
}

/** How to stop a recorded training from a terminal, and what happens to its state. */
export function stopCall({ pid, runner }: Pick<RunRecord, 'pid' | 'runner'>): string {
  const kept = runner === 'python' ? 'train.py saves nothing when stopped' : 'it writes a checkpoint first';
  return `kill -INT ${pid}; ${kept}`;
}

function parsed(text: string): Plain {
  try {
    return parseJson(text) as Plain;
  } catch {
    return null;
  }
}

/** A line without a step counts as later than every checkpoint. */
function stepOf(line: string): number {
  return parseLogLine(line)?.['global_step'] ?? Number.POSITIVE_INFINITY;
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, (file) => file.writeFile(text));
}
