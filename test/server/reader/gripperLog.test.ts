/** Logs through the real thread: the terminal's report, traces, single steps and frames. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeGripper } from '../../../engine/judge/gripper/judge.js';
import { reportOf } from '../../../engine/judge/gripper/report.js';
import { readGripperLog } from '../../../engine/judge/gripper/trace.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { LOG_COLUMNS } from '../../../server/viewerLists.js';
import { fixture, logOf, read } from '../../formats/inferenceLog/logs.js';
import { openReader } from './readerFiles.js';

const UNIT = { low: 0.3, high: 0.7 };
const FIXTURES = fileURLToPath(new URL('../../fixtures/inferenceLog/', import.meta.url));

let reader: BulkReader;
let folder: string;
beforeAll(async () => {
  reader = openReader();
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterAll(async () => {
  reader.dispose();
  await rm(folder, { recursive: true });
});

const view = (path: string, change: { fromRow?: number; toRow?: number; maxPoints?: number } = {}) =>
  reader.request('gripperLog', { path, ...UNIT, maxPoints: 1000, ...change });
const columnOf = (columns: readonly (readonly (number | null)[])[], name: (typeof LOG_COLUMNS)[number]) =>
  columns[LOG_COLUMNS.indexOf(name)]!;

describe('the report is the terminal’s', async () => {
  const names = (await readdir(FIXTURES)).filter((name) => name.endsWith('.json'));
  test.each(names)('%s', async (name) => {
    const path = fixture(name);
    const log = await readGripperLog(path);
    const found = await view(path);
    expect(found.report).toEqual(reportOf(path, log, judgeGripper(log, UNIT)));
    expect([found.rows, found.isExecuted]).toEqual([log.trace.length, log.isExecuted]);
    const gripper = [...log.trace.gripper].map((value) => (Number.isFinite(value) ? value : null));
    expect(columnOf(found.trace.columns, 'gripper')).toEqual(gripper);
  });
});

test('switches and findings by row, though the log’s own numbers start again', async () => {
  const { steps } = logOf([1, 1, 0, 0, 1, 1, 0, 0]);
  const path = join(folder, 'again.json');
  await writeFile(path, JSON.stringify({ steps: steps.map((step, k) => ({ ...step, step: k % 4 })) }));
  const { switchRows, report, findingRows } = await view(path);
  expect(switchRows).toEqual([2, 4, 6]);
  expect(report.switchSteps).toEqual([2, 0, 2]);
  const gap = report.findings.findIndex(({ code }) => code === 'step-gaps');
  expect(findingRows[gap]).toBe(report.findings[gap]!.step);
  expect(findingRows.length).toBe(report.findings.length);
});

test('10,000 steps stay small, keep a pulse of one step, and are shown whole when zoomed', async () => {
  const path = join(folder, 'long.json');
  const values = Array.from({ length: 10_000 }, (_, step) => (step === 4321 ? 0 : 1));
  await writeFile(path, JSON.stringify(logOf(values)));
  const { trace, rows, switchRows } = await view(path, { maxPoints: 500 });
  expect([rows, trace.steps.length, trace.bucketSteps]).toEqual([10_000, 500, 40]);
  expect(columnOf(trace.columns, 'gripper').filter((value) => value === 0)).toHaveLength(1);
  expect(switchRows).toEqual([4321, 4322]);
  const near = (await view(path, { fromRow: 4300, toRow: 4400, maxPoints: 500 })).trace;
  expect(near.bucketSteps).toBe(1);
  expect(near.steps[columnOf(near.columns, 'gripper').indexOf(0)]).toBe(4321);
});

test('latency in seconds, by its name; null in a log without one', async () => {
  const timed = await view(fixture('steps.json'));
  expect(timed.latencyName).toBe('inference_latency');
  expect(columnOf(timed.trace.columns, 'latency')[1]).toBe(0.3505);
  const older = await view(fixture('older.json'));
  expect(older.latencyName).toBeNull();
  expect(columnOf(older.trace.columns, 'latency').every((value) => value === null)).toBe(true);
});

describe('a single step', () => {
  test.each(['steps.json', 'older.json', 'trajectory.json', 'not_finite.json'])('%s', async (name) => {
    const path = fixture(name);
    const { steps } = await read(path);
    const { rows, isExecuted } = await view(path);
    const judged = steps.filter(({ kind }) => kind === (isExecuted ? 'executed' : 'answer'));
    expect(judged).toHaveLength(rows);
    for (const [row, { step, action, timing, image }] of judged.entries()) {
      const found = await reader.request('logStep', { path, row });
      const plain = action.map((values) => values.map((value) => (Number.isFinite(value) ? value : null)));
      expect(found).toMatchObject({ step, action: plain, timing: Object.fromEntries(timing) });
      expect(found.hasFrame).toBe(image !== undefined);
    }
  });

  test('a row that is not there', async () => {
    const asked = reader.request('logStep', { path: fixture('steps.json'), row: 1000 });
    await expect(asked).rejects.toMatchObject({ code: 'reader-request' });
  });
});

describe('a frame', () => {
  /** A log of two steps, each with this text as its frame. */
  const withFrame = async (name: string, frame: string) => {
    const { steps } = logOf([1, 0]);
    const path = join(folder, name);
    const input = (step: (typeof steps)[number]) => ({ ...step.input, image_base64: frame });
    await writeFile(path, JSON.stringify({ steps: steps.map((step) => ({ ...step, input: input(step) })) }));
    return path;
  };
  const picture = sharp({ create: { width: 32, height: 16, channels: 3, background: 'blue' } });

  test('JPEG as it is, also behind a data header', async () => {
    const jpeg = await picture.clone().jpeg().toBuffer();
    for (const header of ['', 'data:image/jpeg;base64,']) {
      const path = await withFrame(`jpeg${header.length}.json`, header + jpeg.toString('base64'));
      const found = await reader.request('logFrame', { path, row: 1 });
      expect(Buffer.compare(found.jpeg, jpeg)).toBe(0);
      expect(found).toMatchObject({ width: 32, height: 16 });
      expect((await view(path)).frames).toBe(2);
    }
  });

  test('PNG as JPEG', async () => {
    const path = await withFrame('png.json', (await picture.clone().png().toBuffer()).toString('base64'));
    const { jpeg } = await reader.request('logFrame', { path, row: 0 });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 32, height: 16 });
  });

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', /neither JPEG nor PNG: it begins with 0x3c737667/],
    ['nothing', '', /neither JPEG nor PNG/],
    ['a JPEG’s first bytes', '\xff\xd8\xff\xe0', /cannot be decoded/],
  ])('%s is refused', async (name, bytes, says) => {
    const path = await withFrame(`${name}.json`, Buffer.from(bytes, 'latin1').toString('base64'));
    const asked = reader.request('logFrame', { path, row: 0 });
    await expect(asked).rejects.toMatchObject({ code: 'reader-picture', file: path });
    await expect(asked).rejects.toThrow(says);
  });

  test('a log without frames', async () => {
    const asked = reader.request('logFrame', { path: fixture('older.json'), row: 0 });
    await expect(asked).rejects.toThrow(/row 0 does not have a camera frame/);
  });
});

test('a log that grows is read again', async () => {
  const path = join(folder, 'grows.json');
  await writeFile(path, JSON.stringify(logOf([1, 1])));
  expect((await view(path)).rows).toBe(2);
  await writeFile(path, JSON.stringify(logOf([1, 1, 0])));
  expect((await view(path)).rows).toBe(3);
  expect((await reader.request('logStep', { path, row: 2 })).action[0]!.at(-1)).toBe(0);
});

test('what is not a log has the terminal’s report too', async () => {
  const path = join(folder, 'none.json');
  await cp(fixture('steps.json'), path);
  await writeFile(path, (await readFile(path)).subarray(0, 40));
  const { report, rows, findingRows } = await view(path);
  expect(report).toMatchObject({ verdict: 'unreadable', findings: [{ code: 'unreadable' }] });
  expect([rows, findingRows]).toEqual([0, [null]]);
  await expect(reader.request('logFrame', { path, row: 0 })).rejects.toMatchObject({ code: 'log-json' });
});
