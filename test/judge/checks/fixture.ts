/** Projects as marked text for tests of checks: `<|…|>` stands around the range that a finding must have. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import type { Rotation } from '../../../engine/base/rotation.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import type { DataSetColumn, DataSetHeaders } from '../../../engine/formats/dataSet.js';
import type { CheckCode } from '../../../engine/judge/checks/codes.js';
import type { CheckProject, CheckTarget, LaunchPlace } from '../../../engine/judge/checks/context.js';
import type { CheckDisk, Looked } from '../../../engine/judge/checks/disk.js';
import { type Finding, type Span, startOfFile } from '../../../engine/judge/checks/finding.js';
import { judge } from '../../../engine/judge/checks/judge.js';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import { DISK_READER } from '../../../engine/project/reader.js';
import { ProjectSource } from '../../../engine/project/source.js';

/** Files by their path in the project; the first is the primary config. */
export type Files = Readonly<Record<string, string>>;

interface FakeDataSet {
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly episodeEnds: readonly number[];
  /** Of the arrays of poses. */
  readonly rotation?: Rotation;
}

export interface Surroundings {
  readonly overrides?: readonly string[];
  readonly script?: string;
  readonly runner?: CheckTarget['runner'];
  /** Shapes of arrays by name, and episode ends, by path from the project's folder. */
  readonly dataSets?: Readonly<Record<string, FakeDataSet | RegripError>>;
  readonly contents?: Readonly<Record<string, DataSetFacts>>;
  readonly checkpoints?: Readonly<Record<string, CheckpointIndex | RegripError>>;
  readonly project?: CheckProject;
}

/** A project of which nothing is known but what is given. */
export function fakeProject(answers: Partial<CheckProject>): CheckProject {
  return {
    readsKey: async () => 'unknown',
    keysRead: async () => new Set<string>(),
    writesKey: async () => false,
    workspace: async () => undefined,
    signature: async () => undefined,
    logsNothing: async () => false,
    ...answers,
  };
}

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

interface Opened {
  readonly root: string;
  readonly texts: Map<string, string>;
  readonly marks: readonly Span[];
  readonly findings: readonly Finding[];
}

/** Writes the project, judges its first file and gives the findings. */
export async function judged(files: Files, around: Surroundings = {}): Promise<Opened> {
  const root = mkdtempSync(join(tmpdir(), 'regrip-checks-'));
  roots.push(root);
  const texts = new Map<string, string>();
  const marks: Span[] = [];
  for (const [name, marked] of Object.entries(files)) {
    const file = join(root, name);
    const { text, spans } = unmarked(marked, file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    texts.set(file, text);
    marks.push(...spans);
  }
  const primary = join(root, Object.keys(files)[0]!);
  const hasSources = Object.keys(files).some((name) => name.endsWith('.py'));
  const { overrides = [], script, runner = hasSources ? 'unknown' : 'builtin' } = around;
  const project = around.project ?? (hasSources ? new ProjectSource(root, DISK_READER) : undefined);
  const target = {
    primary,
    overrides,
    runner,
    ...(script !== undefined && { script: launchIn(join(root, script)) }),
  };
  const disk = fakeDisk(root, around);
  const faults: unknown[] = [];
  const options = { disk, startFolder: root, env: {}, onFault: (fault: unknown) => faults.push(fault) };
  const { findings } = await judge(target, {
    ...options,
    ...(project && { project: () => project }),
  });
  expect(faults).toEqual([]);
  return { root, texts, marks, findings };
}

function launchIn(file: string): LaunchPlace {
  return { file, index: 0, span: startOfFile(file) };
}

/** The findings of one code stand exactly at the marks, in order, and their messages match. */
export async function expectFound(
  files: Files,
  code: CheckCode,
  message: RegExp,
  around: Surroundings = {},
): Promise<readonly Finding[]> {
  const { marks, findings } = await judged(files, around);
  const found = findings.filter((finding) => finding.code === code);
  expect(
    found.map(({ span }) => span),
    shown(findings),
  ).toEqual(marks);
  for (const finding of found) expect(finding.message).toMatch(message);
  return found;
}

export async function expectNone(files: Files, code: CheckCode, around: Surroundings = {}): Promise<void> {
  const { findings } = await judged(files, around);
  expect(
    findings.filter((finding) => finding.code === code),
    shown(findings),
  ).toEqual([]);
}

/** Applies the fix of that title: the first file then reads `expected`, and the finding is gone. */
export async function expectFix(
  files: Files,
  code: CheckCode,
  title: string,
  expected: Files,
  around: Surroundings = {},
): Promise<void> {
  const { root, texts, findings } = await judged(files, around);
  const fixes = findings.filter((finding) => finding.code === code).flatMap((finding) => finding.fixes);
  const fix = fixes.find((each) => each.title === title);
  expect(fix, `${title} is not among: ${fixes.map((each) => each.title).join('; ')}`).toBeDefined();
  const after = new Map(texts);
  for (const edit of [...fix!.edits].sort((a, b) => order(b.span, a.span)))
    after.set(edit.span.file, edited(after.get(edit.span.file)!, edit.span, edit.newText));
  for (const [name, text] of Object.entries(expected)) expect(after.get(join(root, name))).toBe(text);
  const again = Object.fromEntries(Object.keys(files).map((name) => [name, after.get(join(root, name))!]));
  await expectNone(again, code, around);
}

function shown(findings: readonly Finding[]): string {
  return findings
    .map(({ code, span, message }) => `${code} ${span.line}:${span.column} ${message}`)
    .join('\n');
}

function order(a: Span, b: Span): number {
  return a.line - b.line || a.column - b.column;
}

function edited(text: string, span: Span, newText: string): string {
  const lines = text.split('\n');
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return (
    text.slice(0, offset(span.line, span.column)) + newText + text.slice(offset(span.endLine, span.endColumn))
  );
}

/** Several marks may stand in one text. */
export function unmarked(marked: string, file: string): { text: string; spans: Span[] } {
  const spans: Span[] = [];
  let text = '';
  let start: { line: number; column: number } | undefined;
  for (const piece of marked.split(/(<\||\|>)/)) {
    const lines = text.split('\n');
    const here = { line: lines.length, column: lines.at(-1)!.length + 1 };
    if (piece === '<|') start = here;
    else if (piece === '|>') spans.push({ file, ...start!, endLine: here.line, endColumn: here.column });
    else text += piece;
  }
  return { text, spans };
}

function fakeDisk(root: string, { dataSets = {}, checkpoints = {}, contents = {} }: Surroundings): CheckDisk {
  const byPath = <T>(all: Readonly<Record<string, T>>) =>
    new Map(Object.entries(all).map(([name, value]) => [resolve(root, name), value]));
  const zarrs = byPath(dataSets);
  const files = byPath(checkpoints);
  const read = byPath(contents);
  return {
    dataSet: async (path) => {
      const found = zarrs.get(path);
      if (found instanceof RegripError) return { kind: 'unreadable', error: found };
      return found === undefined ? { kind: 'missing' } : { kind: 'found', value: metadata(path, found) };
    },
    checkpoint: async (path): Promise<Looked<CheckpointIndex>> => {
      const found = files.get(path);
      if (found === undefined) return { kind: 'missing' };
      return found instanceof RegripError
        ? { kind: 'unreadable', error: found }
        : { kind: 'found', value: found };
    },
    contents: async (path) => read.get(path),
    exists: async (path) => zarrs.has(path) || files.has(path),
  };
}

function metadata(path: string, { arrays, episodeEnds, rotation }: FakeDataSet): DataSetHeaders {
  const column = (shape: readonly number[]): DataSetColumn => ({
    shape,
    dtype: '<f4',
    stored: { piece: shape, codec: null },
    ...(rotation && shape.length === 2 && { rotation }),
  });
  return {
    path,
    columns: new Map(Object.entries(arrays).map(([name, shape]) => [name, column(shape)])),
    episodeEnds,
  };
}
