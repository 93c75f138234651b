/** What a check judges: the surveyed config of one target, what lies on disk, and the helpers that locate values and make findings. */
import { basename, resolve } from 'node:path';
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { quoted } from '../../base/shell.js';
import { lookup } from '../../config/node.js';
import { type OriginStep, originOf, valueAt } from '../../config/origin.js';
import type { Provenance } from '../../config/provenance.js';
import type { RegisteredResolvers } from '../../config/resolve/registration.js';
import type { ConfigSurvey } from '../../config/survey.js';
import type { Signature } from '../../project/python/signature.js';
import type { SourcePlace } from '../../project/python/sourcePlace.js';
import type { WorkspaceFacts } from '../../project/python/workspaceFacts.js';
import type { LackingModule } from '../../project/source.js';
import { type CheckCode, CODES } from './codes.js';
import type { CheckDisk } from './disk.js';
import { type Edit, type Finding, type Fix, type Related, type Span, startOfFile } from './finding.js';
import { textIn } from './sourceText.js';

/** What runs: a primary config, overrides, and the runner. */
export interface CheckTarget {
  /** Absolute path of the YAML file. */
  readonly primary: string;
  /** The folder of the config groups, where it is not the primary config's own. */
  readonly configRoot?: string;
  readonly overrides: readonly string[];
  /** Where each override is written, when it comes from a launch script. */
  readonly overrideSpans?: readonly (Span | undefined)[];
  /** The launch that the overrides come from. */
  readonly script?: LaunchPlace;
  /** What the launch adds to the environment; undefined for an unknown value. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The folder in which the launch script starts the training, if it says so. */
  readonly startFolder?: string;
  readonly runner: 'builtin' | 'torch' | 'python' | 'ray' | 'unknown';
}

export interface LaunchPlace {
  readonly file: string;
  /** Index among the launches of the script, from 0. */
  readonly index: number;
  /** The whole command. */
  readonly span: Span;
  /** The script takes arguments of its own, such as `$1`. */
  readonly usesArguments?: boolean;
  /** The arguments it is started with; undefined where they are not known. */
  readonly arguments?: readonly string[];
}

/** What checks ask of the user's Python source; the answers come from its text alone. */
export interface CheckProject {
  /** Whether the class that runs the training reads a key below `prefix`. */
  readsKey(workspaceTarget: string, prefix: string): Promise<'reads' | 'does not read' | 'unknown'>;
  /** Every dotted key that the sources near the config read; undefined until they have been scanned. */
  keysRead(): Promise<ReadonlySet<string> | undefined>;
  /** Whether the sources pass a whole mapping to a call: `Options(**cfg.training)`. */
  handsOver?(key: string): Promise<boolean>;
  /** The resolvers that the sources register with OmegaConf, for the primary config as it is written. */
  resolvers?(config: PlainMap): Promise<RegisteredResolvers>;
  /** Whether the sources assign a key themselves; false until they have been scanned. */
  writesKey(key: string): Promise<boolean>;
  /** What the class that runs the training does with its config, or train.py where the config does not name one; undefined where the project does not contain it. */
  workspace(target: string | undefined): Promise<WorkspaceFacts | undefined>;
  /** The parameters of a `_target_`; undefined where the project's text does not show them. */
  signature(target: string): Promise<Signature | undefined>;
  /** The project's module that a `_target_` names, where it does not define that class or function. */
  lacking?(target: string): Promise<LackingModule | undefined>;
  /** Whether the environment's runner is certain to return an empty log. */
  logsNothing(target: string): Promise<boolean>;
}

interface CheckFacts {
  readonly target: CheckTarget;
  readonly survey: ConfigSurvey;
  /** The folder in which training starts; relative paths are resolved against it. */
  readonly startFolder: string;
  readonly disk: CheckDisk;
  readonly project?: CheckProject;
  readonly signal?: AbortSignal;
}

interface Extra {
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

export class CheckContext {
  readonly survey: ConfigSurvey;
  readonly target: CheckTarget;
  readonly disk: CheckDisk;
  readonly project: CheckProject | undefined;
  readonly signal: AbortSignal | undefined;
  private readonly startFolder: string;

  constructor(facts: CheckFacts) {
    this.survey = facts.survey;
    this.target = facts.target;
    this.disk = facts.disk;
    this.project = facts.project;
    this.signal = facts.signal;
    this.startFolder = facts.startFolder;
  }

  /** The resolved value at a dotted path; undefined where it is absent or cannot be resolved. */
  value(path: string): Plain | undefined {
    return valueAt(this.survey.resolved, path);
  }

  number(path: string): number | undefined {
    return asNumber(this.value(path));
  }

  text(path: string): string | undefined {
    const value = this.value(path);
    return typeof value === 'string' ? value : undefined;
  }

  /** A list of numbers, for shapes. */
  numbers(path: string): readonly number[] | undefined {
    const value = this.value(path);
    if (!Array.isArray(value)) return undefined;
    const numbers = value.map((entry: Plain) => asNumber(entry));
    return numbers.every((entry) => entry !== undefined) ? numbers : undefined;
  }

  /** The keys of the mapping at `path`; empty where there is none. */
  keys(path: string): readonly string[] {
    const value = this.value(path);
    return isPlainMap(value) ? Object.keys(value) : [];
  }

  /** The training is Regrip's own, on whatever computes; else the user's train.py. */
  get isOurLoop(): boolean {
    return this.target.runner === 'builtin' || this.target.runner === 'torch';
  }

  /** The source of the class that trains; undefined where Regrip's own loop trains, or where the project does not contain it. */
  async workspace(): Promise<WorkspaceFacts | undefined> {
    const isNamed = this.value('_target_') !== undefined;
    const target = this.text('_target_');
    if (this.isOurLoop || (isNamed && target === undefined)) return undefined;
    return this.project?.workspace(target);
  }

  /** A path in the config, as the training will resolve it. */
  absolute(path: string): string {
    return resolve(this.startFolder, path);
  }

  /** The chain from the value at `path` through its interpolations to where it is written. */
  origin(path: string): readonly OriginStep[] {
    return originOf(path, this.survey);
  }

  /** Where the value at `path` is written, behind all interpolations; the nearest container, or the primary's start, where it is absent. */
  span(path: string): Span {
    const last = this.origin(path).at(-1);
    return last === undefined ? startOfFile(this.target.primary) : this.spanOfStep(last);
  }

  /** The key that the value at `path` is written under; its value where the key has no place of its own. */
  keySpan(path: string): Span {
    const step = this.keyStep(path);
    if (step === undefined) return startOfFile(this.target.primary);
    const key = lookup(this.survey.tree, steps(step.path))?.key;
    return step.place.kind === 'file' && key !== undefined ? this.spanOf(key) : this.spanOfStep(step);
  }

  /** Where the key itself is written, not the key that its value is interpolated from. */
  private keyStep(path: string): OriginStep | undefined {
    const origin = this.origin(path);
    return origin.find(({ inside }) => inside === '') ?? origin.at(-1);
  }

  spanOf(place: Provenance): Span {
    if (place.kind === 'file') {
      const { file, line, column, endLine, endColumn } = place;
      return { file, line, column, endLine, endColumn };
    }
    return this.target.overrideSpans?.[place.index] ?? startOfFile(this.target.primary);
  }

  /** An override that is not written in a file is shown at the value that it overrides. */
  private spanOfStep({ place, beaten }: OriginStep): Span {
    if (place.kind === 'override' && this.target.overrideSpans?.[place.index] === undefined) {
      const file = beaten.find((beat) => beat.kind === 'file');
      if (file !== undefined) return this.spanOf(file);
    }
    return this.spanOf(place);
  }

  /** Replaces the value at `path` where it is written, in a config or as a script's override; undefined where neither holds it literally. */
  replace(path: string, newText: string): Edit | undefined {
    const last = this.origin(path).at(-1);
    if (last === undefined || last.text !== undefined || last.inside !== '') return undefined;
    if (last.place.kind === 'override') return this.replaceOverride(last.place.index, newText);
    return { span: this.spanOf(last.place), newText };
  }

  /** Only where the script contains the override literally: a quoted or expanded one has a different length. */
  private replaceOverride(index: number, newText: string): Edit | undefined {
    const { overrides, overrideSpans } = this.target;
    const [override, span] = [overrides[index], overrideSpans?.[index]];
    const [key] = /^[^=]+=/.exec(override ?? '') ?? [];
    if (override === undefined || span === undefined || key === undefined) return undefined;
    const isWhole = span.line === span.endLine && span.endColumn - span.column === override.length;
    return isWhole ? { span, newText: quoted(`${key}${newText}`) } : undefined;
  }

  /** Likewise, replaces the key that the value at `path` is written under. */
  rename(path: string, newKey: string): Edit | undefined {
    const step = this.keyStep(path);
    const key = step === undefined ? undefined : lookup(this.survey.tree, steps(step.path))?.key;
    return step?.place.kind === 'file' && step.inside === '' && key !== undefined
      ? { span: this.spanOf(key), newText: newKey }
      : undefined;
  }

  /** The text of a file that takes part in the composition; undefined for any other. */
  textOf(file: string): string | undefined {
    return this.survey.files.get(file)?.text;
  }

  /** What is written at a span of such a file. */
  source(span: Span): string | undefined {
    const text = this.textOf(span.file);
    return text === undefined ? undefined : textIn(text, span);
  }

  finding(code: CheckCode, span: Span, message: string, extra: Extra = {}): Finding {
    const { related = [], fixes = [] } = extra;
    return { code, severity: CODES[code].severity, message, span, related, fixes };
  }
}

/** A place in a Python file. */
export function sourceSpan({ file, line, column }: SourcePlace): Span {
  return { file, line, column, endLine: line, endColumn: column + 1 };
}

/** `workspace.py:98`, for messages. */
export function sourceName({ file, line }: SourcePlace): string {
  return `${basename(file)}:${line}`;
}

/** One edit as a fix; empty where the value cannot be edited. */
export function fixOf(title: string, edit: Edit | undefined): readonly Fix[] {
  return edit === undefined ? [] : [{ title, edits: [edit] }];
}

function steps(path: string): string[] {
  return path.split('.');
}
