/** What all features share: files as the editor has them, the disk watch, targets, and one judgement per target and state. */
import type { ConfigSurvey } from '../engine/config/survey.js';
import type { DataSetHeaders } from '../engine/formats/dataSet.js';
import { CheckContext, type CheckProject, type CheckTarget } from '../engine/judge/checks/context.js';
import type { CheckDisk } from '../engine/judge/checks/disk.js';
import { type Judgement, judge } from '../engine/judge/checks/judge.js';
import { dataSetHeaders } from '../engine/judge/checks/rules/dataSet.js';
import type { ProjectReader } from '../engine/project/reader.js';
import type { EditorFiles } from './documents/editorFiles.js';
import type { Targets } from './documents/targets.js';
import { isAbort } from './requests.js';
import { DEFAULTS, type Settings } from './settings.js';

interface WorkbenchParts {
  readonly files: EditorFiles;
  readonly reader: ProjectReader;
  readonly disk: CheckDisk;
  readonly targets: Targets;
  readonly project: (startFolder: string) => CheckProject;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with the paths that decide where training starts. */
  readonly looked: (path: string) => void;
  /** Called with the paths that the list of runs was read from. */
  readonly lookedAtRun: (path: string) => void;
  readonly log: (message: string) => void;
}

export interface Training {
  readonly survey: ConfigSurvey;
  /** Of the data set, by its headers; undefined where there is none that can be read. */
  readonly columns: DataSetHeaders['columns'] | undefined;
}

interface Running {
  readonly generation: number;
  readonly judgement: Promise<Judgement>;
  readonly abort: AbortController;
}

export class Workbench {
  readonly files: EditorFiles;
  readonly reader: ProjectReader;
  readonly disk: CheckDisk;
  readonly targets: Targets;
  readonly lookedAtRun: (path: string) => void;
  settings: Settings = DEFAULTS;
  private generation = 0;
  private edits = 0;
  private focus: string | undefined;
  private lastTarget: CheckTarget | undefined;
  private readonly running = new Map<string, Running>();

  constructor(private readonly parts: WorkbenchParts) {
    this.files = parts.files;
    this.reader = parts.reader;
    this.disk = parts.disk;
    this.targets = parts.targets;
    this.lookedAtRun = parts.lookedAtRun;
  }

  /** The text of an open document changed: places requested before may have moved. */
  edited(): void {
    this.edits += 1;
    this.changed();
  }

  /** Earlier judgements are no longer valid. With `configs`, which configs use which may have changed too. */
  changed(configs = false): void {
    this.generation += 1;
    if (configs) this.targets.forget();
    for (const { abort } of this.running.values()) abort.abort();
    this.running.clear();
  }

  /** Targets in which the file takes part; empty for a file that is neither a config nor a launch script. */
  targetsOf(path: string): Promise<readonly CheckTarget[]> {
    return this.targets.of(path);
  }

  /** The file that the user looked at last determines the target where no file is given. */
  focused(path: string): void {
    this.focus = path;
  }

  /** The user's choice, otherwise the target of the file that was looked at last; undefined until there is one. */
  async currentTarget(): Promise<CheckTarget | undefined> {
    const chosen = await this.targets.chosen();
    if (chosen !== undefined) return chosen;
    const [target] = this.focus === undefined ? [] : await this.targetsOf(this.focus);
    if (target !== undefined) this.lastTarget = target;
    return this.lastTarget ?? this.targets.only();
  }

  /** Judges again when something besides the texts changes meanwhile; rejects with an abort when a text does. */
  async judgement(target: CheckTarget): Promise<Judgement> {
    const edits = this.edits;
    for (;;) {
      try {
        return await this.judged(target);
      } catch (error) {
        if (!isAbort(error) || edits !== this.edits) throw error;
      }
    }
  }

  /** What a target trains on; both stay the same objects until a file changes. */
  async training(target: CheckTarget): Promise<Training> {
    const { survey, startFolder } = await this.judgement(target);
    const context = new CheckContext({ target, survey, startFolder, disk: this.parts.disk });
    return { survey, columns: (await dataSetHeaders(context))?.headers.columns };
  }

  /** Shared by all callers in one state. */
  private judged(target: CheckTarget): Promise<Judgement> {
    const id = stateId(target);
    const before = this.running.get(id);
    if (before?.generation === this.generation) return before.judgement;
    const abort = new AbortController();
    const { files, disk, project, env, looked, log } = this.parts;
    const judgement = judge(target, {
      files,
      disk,
      env,
      looked,
      runner: this.settings.runner,
      signal: abort.signal,
      ...(this.settings.startFolder !== undefined && { startFolder: this.settings.startFolder }),
      onFault: (fault) => log(`a check failed: ${fault instanceof Error ? fault.stack : String(fault)}`),
      project,
    });
    judgement.catch(() => undefined); // callers are informed; an abort that nobody waits for is ignored
    this.running.set(id, { generation: this.generation, judgement, abort });
    return judgement;
  }
}

/** One state of a target: with its overrides. */
function stateId({ primary, script, overrides }: CheckTarget): string {
  return JSON.stringify([primary, script?.file ?? null, script?.index ?? null, overrides]);
}
