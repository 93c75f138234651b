/** What a check judges: the surveyed config of one target, what lies on disk, and the means to name places and make findings. */
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

/** What runs: a primary config, overrides, and who runs it. */
export interface CheckTarget {
  /** Absolute path of the YAML file. */
  readonly primary: string;
  /** The folder of groups, where it is not the primary's own. */
  readonly configRoot?: string;
  readonly overrides: readonly string[];
  /** Where each override is written, when a launch script holds them. */
  readonly overrideSpans?: readonly (Span | undefined)[];
  /** The launch that the overrides come from. */
  readonly script?: LaunchPlace;
  /** What the launch adds to the environment; undefined for a value that is not known. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the launch script starts the training, where it says so. */
  readonly startFolder?: string;
  readonly runner: 'builtin' | 'python' | 'ray' | 'unknown';
}

export interface LaunchPlace {
  readonly file: string;
  /** Among the launches of the script, from 0. */
  readonly index: number;
  /** The whole command. */
  readonly span: Span;
  /** The script reads arguments of its own: `$1`. */
  readonly usesArguments?: boolean;
  /** What it is started with; undefined where that is not known. */
  readonly arguments?: readonly string[];
}

/** The user's Python source as far as checks ask for it; answers are read from text. */
export interface CheckProject {
  /** Whether the class that runs the training reads a key below `prefix`. */
  readsKey(workspaceTarget: string, prefix: string): Promise<'reads' | 'does not read' | 'unknown'>;
  /** Every dotted key that the sources near the config read; undefined as long as they have not been looked at. */
  keysRead(): Promise<ReadonlySet<string> | undefined>;
  /** Whether the sources hand a key to a call as a whole: `Options(**cfg.training)`. */
  handsOver?(key: string): Promise<boolean>;
  /** What the sources register with OmegaConf, for the primary config as it is written. */
  resolvers?(config: PlainMap): Promise<RegisteredResolvers>;
  /** Whether the sources give a key a value themselves; false as long as they have not been looked at. */
  writesKey(key: string): Promise<boolean>;
  /** What the class that runs the training does with its config, or train.py where none is named; undefined where the project does not hold it. */
  workspace(target: string | undefined): Promise<WorkspaceFacts | undefined>;
  /** What a `_target_` takes; undefined where the project's text does not tell. */
  signature(target: string): Promise<Signature | undefined>;
  /** The project's module that a `_target_` names, where it does not hold that class or function. */
  lacking?(target: string): Promise<LackingModule | undefined>;
  /** Whether the runner of an environment gives an empty log for certain. */
  logsNothing(target: string): Promise<boolean>;
}

interface CheckFacts {
  readonly target: CheckTarget;
  readonly survey: ConfigSurvey;
  /** Where training starts: relative paths count from here. */
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

  /** The resolved value at a dotted path; undefined where there is none or it cannot be resolved. */
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

  /** The source of the class that trains; undefined where the builtin runner trains, or where the project does not hold it. */
  async workspace(): Promise<WorkspaceFacts | undefined> {
    const isNamed = this.value('_target_') !== undefined;
    const target = this.text('_target_');
    if (this.target.runner === 'builtin' || (isNamed && target === undefined)) return undefined;
    return this.project?.workspace(target);
  }

  /** A path of the config as the training will look at it. */
  absolute(path: string): string {
    return resolve(this.startFolder, path);
  }

  /** From the value at `path` through its interpolations to where it is written. */
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

  /** Where the key itself is written: what its value leads to has a key of its own, which is another's. */
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

  /** An override that stands in no file is shown at the value that it beat. */
  private spanOfStep({ place, beaten }: OriginStep): Span {
    if (place.kind === 'override' && this.target.overrideSpans?.[place.index] === undefined) {
      const file = beaten.find((beat) => beat.kind === 'file');
      if (file !== undefined) return this.spanOf(file);
    }
    return this.spanOf(place);
  }

  /** Replaces the value at `path` where it is written, in a config or as a script's override; undefined where neither holds it as it is. */
  replace(path: string, newText: string): Edit | undefined {
    const last = this.origin(path).at(-1);
    if (last === undefined || last.text !== undefined || last.inside !== '') return undefined;
    if (last.place.kind === 'override') return this.replaceOverride(last.place.index, newText);
    return { span: this.spanOf(last.place), newText };
  }

  /** Only where the script has the override as it stands: one that was quoted or expanded has another length. */
  private replaceOverride(index: number, newText: string): Edit | undefined {
    const { overrides, overrideSpans } = this.target;
    const [override, span] = [overrides[index], overrideSpans?.[index]];
    const [key] = /^[^=]+=/.exec(override ?? '') ?? [];
    if (override === undefined || span === undefined || key === undefined) return undefined;
    const isWhole = span.line === span.endLine && span.endColumn - span.column === override.length;
    return isWhole ? { span, newText: quoted(`${key}${newText}`) } : undefined;
  }

  /** Replaces the key that the value at `path` is written under, likewise. */
  rename(path: string, newKey: string): Edit | undefined {
    const step = this.keyStep(path);
    const key = step === undefined ? undefined : lookup(this.survey.tree, steps(step.path))?.key;
    return step?.place.kind === 'file' && step.inside === '' && key !== undefined
      ? { span: this.spanOf(key), newText: newKey }
      : undefined;
  }

  /** The text of a file that takes part; undefined for any other. */
  textOf(file: string): string | undefined {
    return this.survey.files.get(file)?.text;
  }

  /** What is written at a span of a file that takes part. */
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

/** One edit as a fix; none where the value cannot be edited. */
export function fixOf(title: string, edit: Edit | undefined): readonly Fix[] {
  return edit === undefined ? [] : [{ title, edits: [edit] }];
}

function steps(path: string): string[] {
  return path.split('.');
}
