/** Inference logs in their three layouts, broken ones, and ones that no robot wrote. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InferenceLogError, readInferenceLog } from '../../../engine/formats/inferenceLog/index.js';
import { judgeGripper } from '../../../engine/judge/gripper/judge.js';
import { readGripperLog } from '../../../engine/judge/gripper/trace.js';
import { propertyRuns } from '../../propertyRuns.js';
import { bytesAt, fixture, logOf, read, readText, record } from './logs.js';

let folder: string;
let scratch: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-log-'));
  scratch = join(folder, 'log.json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refused = async (text: string | Uint8Array) => {
  const error = await readText(scratch, text).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InferenceLogError);
  return error as InferenceLogError;
};

describe('layouts', () => {
  test('steps: states, chunks, times in seconds, and where each step and its frame lie', async () => {
    const path = fixture('steps.json');
    const { steps, summary } = await read(path);
    expect(summary).toMatchObject({
      layout: 'steps',
      answers: 20,
      executed: 0,
      actionDim: 8,
      broken: undefined,
    });
    expect(summary.checkpoint).toBe('runs/8d/epoch=0150.ckpt');
    const step = steps[7]!;
    expect(step).toMatchObject({ kind: 'answer', index: 7, step: 7, gripper: 'command' });
    expect([step.state!.length, step.action.length, step.action[0]!.length]).toEqual([8, 8, 8]);
    expect(step.action[0]![7]).toBe(Math.fround(0.002));
    expect([...step.timing]).toEqual([
      ['server_recv', 1767867043],
      ['message_interval', 0.4],
      ['inference_latency', 0.3505],
    ]);
    expect(JSON.parse(await bytesAt(path, step.range))).toMatchObject({ step: 7 });
    const frame = Buffer.from(await bytesAt(path, step.image!), 'base64').toString('latin1');
    expect(frame).toBe('\xff\xd8 a camera frame \xff\xd9');
  });

  test('inputs/outputs: the answer gets its observation, the last value is a width', async () => {
    const { steps, summary } = await read(fixture('older.json'));
    expect(summary).toMatchObject({ layout: 'inputs/outputs', answers: 5, actionDim: 7 });
    expect(steps[4]).toMatchObject({ step: 4, gripper: 'width' });
    expect(steps[4]!.state).toHaveLength(7);
    expect(steps[4]!.action[0]![6]).toBe(Math.fround(0.04));
  });

  test('trajectory_log: answers with observations, then what was carried out', async () => {
    const { steps, summary } = await read(fixture('trajectory.json'));
    expect(summary).toMatchObject({ layout: 'trajectory_log', answers: 4, executed: 32, actionDim: 8 });
    expect(steps[1]).toMatchObject({ kind: 'answer', step: 1 });
    expect(steps[1]!.state).toHaveLength(8);
    const executed = steps.filter(({ kind }) => kind === 'executed');
    expect(executed[8]).toMatchObject({ index: 8, step: 2, gripper: 'command' });
    expect(executed.map(({ action }) => action[0]![7]).join('')).toBe('1'.repeat(16) + '0'.repeat(16));
  });

  test('trajectory_log as a key of its own, and keys behind it', async () => {
    const executed = [{ step: 1, pos: [0, 0, 0], quat: [0, 0, 0, 1], gripper_open: false }];
    const log = { steps_per_inference: 8, trajectory_log: { executed, actions: [] }, executed: 'elsewhere' };
    const { summary, steps } = await readText(scratch, JSON.stringify(log));
    expect(summary).toMatchObject({ layout: 'trajectory_log', executed: 1, actionDim: 8 });
    expect(steps[0]!.action).toEqual([[0, 0, 0, 0, 0, 0, 1, 0]]);
  });

  test('keys may come in any order: answers before their observations', async () => {
    const outputs = [0, 1].map((step) => ({ action: [[1, 2, 3, 4, 5, 6, 0.05]], step }));
    const inputs = [1, 0].map((step) => ({ state: [step, 0, 0, 0, 0, 0, 1], step }));
    const { steps } = await readText(scratch, JSON.stringify({ outputs, inputs, other: [[{}]] }));
    expect(steps.map(({ step, state }) => [step, state![0]])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test('a 7-D answer of today’s server is a pose without a gripper', async () => {
    const steps = [{ action: { values: [[0.4, 0, 0.3, 0, 0, 0, 1]] } }];
    const read = await readText(scratch, JSON.stringify({ steps }));
    expect(read.steps[0]).toMatchObject({ step: 0, gripper: undefined, state: undefined });
    expect(read.summary.actionDim).toBe(7);
  });

  test('NaN and infinities as Python writes them', async () => {
    const { steps } = await read(fixture('not_finite.json'));
    expect(steps[1]!.action[0]![7]).toBeNaN();
    expect([steps[2]!.action[3]![0], steps[2]!.action[4]![0]]).toEqual([Infinity, -Infinity]);
  });

  test('numbers are read as JavaScript reads them', async () => {
    const words = [
      '0',
      '-0',
      '1e-7',
      '-6.973743438720703e-06',
      '0.1',
      '1E+3',
      '123456789012345678901234567890',
      '5e-324',
    ];
    const { steps } = await readText(scratch, `{"steps": [{"step": 3, "action": [${words.join(', ')}]}]}`);
    expect(steps[0]!.action[0]).toEqual(words.map(Number));
  });

  test('a frame with escaped quotes and backslashes is stepped over', async () => {
    const image = `\\"${'\\\\'.repeat(3)}\\/${'A'.repeat(9000)}\\\\`;
    const text = `{"steps": [{"input": {"image_base64": "${image}", "state": [1]}, "action": [[1, 0]]}]}`;
    const { steps } = await readText(scratch, text);
    expect(await bytesAt(scratch, steps[0]!.image!)).toBe(image);
    expect(steps[0]!.state).toEqual([1]);
  });
});

describe('a log that breaks off', () => {
  test('whole steps before the break count, and the break is named by its byte', async () => {
    const { steps, summary } = await read(fixture('truncated.json'));
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(summary.broken).toMatchObject({ kind: 'truncated', offset: summary.bytes });
    expect(summary.broken!.reason).toMatch(/^the file ends .* with \d brackets open$/);
  });

  test('every cut of a log gives the whole steps before it, or says that there is none', async () => {
    const text = JSON.stringify(logOf([1, 0]));
    const second = text.indexOf('{"step":1');
    const last = text.length - ']}'.length;
    for (let cut = 0; cut < text.length; cut++) {
      const result = await readText(scratch, text.slice(0, cut)).catch((error: unknown) => error);
      if (cut < second - 1) expect((result as InferenceLogError).code).toBe('log-json');
      else
        expect(result).toMatchObject({
          summary: { answers: cut >= last ? 2 : 1, broken: { kind: 'truncated' } },
        });
    }
  });

  test('zeros behind a power cut are damage, not a cut', async () => {
    const text = JSON.stringify(logOf([1, 0]));
    const { summary } = await readText(scratch, text.slice(0, -2) + '\0'.repeat(64));
    expect(summary).toMatchObject({ answers: 2, broken: { kind: 'damaged', offset: text.length - 2 } });
    expect(summary.broken!.reason).toBe('found byte 0x00, expected a comma or a closing bracket');
  });

  test('a second log behind the first is damage', async () => {
    const text = JSON.stringify(logOf([1]));
    expect((await readText(scratch, text + text)).summary.broken).toMatchObject({
      kind: 'damaged',
      offset: text.length,
    });
  });
});

describe('what is not a log', () => {
  test.each([
    ['', 'at byte 0: the file ends where a value should come'],
    ['[1, 2]', 'at byte 0: the file holds a list, but a log is an object'],
    ['NaN ', 'at byte 0: the file holds a single value, but a log is an object'],
    ['{"steps": [01]}', 'at byte 11: found "01", expected a value or ]'],
    ['{"steps": [+1]}', 'at byte 11: found "+1", expected a value or ]'],
    ['{"a" 1}', 'at byte 5: found 1, expected a colon'],
    ['{"a": 1,}', 'at byte 8: found }, expected a key in quotes'],
    ['{"a": [1}', 'at byte 8: found }, expected a comma or a closing bracket'],
    ['{"a\\q": 1}', 'at byte 2: a key is not a valid JSON string'],
    ['\x80\x04\x95', 'at byte 0: found byte 0xc2, expected a value'],
  ])('%j', async (text, reason) => {
    const error = await refused(text);
    expect([error.code, error.reason]).toEqual(['log-json', reason]);
    expect(error.hint).toBeTruthy();
  });

  test('JSON of something else names the lists that are missing', async () => {
    const error = await refused('{"diagnostics": [{"steps": []}], "steps": 3}');
    expect([error.code, error.file]).toEqual(['log-layout', scratch]);
    expect(error.reason).toContain('none of the lists steps, inputs, outputs');
  });

  test('a missing file and a folder', async () => {
    await expect(read(join(folder, 'absent.json'))).rejects.toThrow('cannot be opened (ENOENT)');
    await expect(read(folder)).rejects.toThrow('is not a plain file');
  });

  test('records that are not steps are counted with their place, the others are read', async () => {
    const good = record(0, 1);
    const steps = [
      good,
      7,
      { step: 1 },
      { step: 0.5, action: [[1]] },
      { action: [[1, 2], [3]] },
      { action: [[1, 2]] },
    ];
    const { summary } = await readText(scratch, JSON.stringify({ steps }));
    expect([summary.answers, summary.malformedCount]).toEqual([1, 5]);
    expect(summary.malformed.map(({ reason }) => reason)).toEqual([
      'an entry of steps is not an object',
      'its action is missing',
      'its step is not a whole number',
      'its action is not a table of numbers (chunk × values)',
      'its actions have 2 values, but earlier ones have 8',
    ]);
    expect(summary.malformed[0]!.offset).toBe('{"steps":['.length + JSON.stringify(good).length + 1);
  });
});

describe('bounds', () => {
  test.each([
    ['10,000 levels', '['.repeat(10_000), /^at byte \d+: brackets are nested deeper than 64/],
    ['a long key', `"${'k'.repeat(5000)}": 1`, /^at byte \d+: a key is longer than 4096 bytes/],
    ['a long number', '1'.repeat(200), /^at byte \d+: a number is longer than 128 characters/],
    ['a record of a million values', `[{"action": [${'0,'.repeat(1_000_000)}0]}]`, /^at byte 10: the record/],
  ])('%s', async (name, text, reason) => {
    const error = await refused(name === 'a long key' ? `{"steps": [{${text}}]}` : `{"steps": ${text}`);
    expect(error.code).toBe('log-bound');
    expect(error.reason).toMatch(name.startsWith('a record') ? /^at byte 11: the record/ : reason);
  });

  test('a key that is a name of JavaScript is only a key', async () => {
    const text =
      '{"__proto__": {"steps": 1}, "constructor": [], "steps": [{"__proto__": 1, "action": [[1, 2]]}]}';
    expect((await readText(scratch, text)).summary.answers).toBe(1);
    expect(({} as Record<string, unknown>)['steps']).toBeUndefined();
  });

  test('stops between two pieces when asked to', async () => {
    await writeFile(scratch, JSON.stringify(logOf(new Array<number>(2000).fill(1))));
    const stop = new AbortController();
    let seen = 0;
    const reading = readInferenceLog(scratch, {
      signal: stop.signal,
      pieceBytes: 1000,
      onStep: () => {
        if (++seen === 5) stop.abort(new Error('enough'));
      },
    });
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toBeLessThan(30);
  });

  test('256 MB with frames are read in less than 100 MB of memory more', async () => {
    const path = join(folder, 'large.json');
    const frame = 'A'.repeat(2 ** 20);
    const file = await open(path, 'w');
    await file.write('{"steps": [');
    for (let step = 0; step < 256; step++) {
      const { input, ...rest } = record(step, step % 2);
      await file.write(
        `${step > 0 ? ',' : ''}${JSON.stringify({ input: { ...input, image_base64: frame }, ...rest })}`,
      );
    }
    await file.write(']}');
    await file.close();
    const before = process.memoryUsage().rss;
    let most = 0;
    const onStep = () => {
      most = Math.max(most, process.memoryUsage().rss - before);
    };
    expect((await readInferenceLog(path, { onStep })).answers).toBe(256);
    expect(most).toBeLessThan(100 * 2 ** 20);
  });
});

const RUNS = { numRuns: propertyRuns(0.25) };

test('a log reads the same whatever the size of the pieces', async () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(
    values,
    fc.integer({ min: 1, max: 200 }),
    async (grippers, pieceBytes) => {
      await writeFile(scratch, JSON.stringify(logOf(grippers)));
      const whole = await read(scratch);
      expect(await read(scratch, pieceBytes)).toEqual(whole);
      expect(whole.steps.map(({ action }) => action[0]![7])).toEqual(grippers.map((value) => value + 0));
    },
  );
  await fc.assert(property, RUNS);
});

/** Either a judgement with a finding or a tagged error that says what to do; anything else is a fault of ours. */
async function survives(bytes: Uint8Array): Promise<void> {
  await writeFile(scratch, bytes);
  try {
    judgeGripper(await readGripperLog(scratch));
  } catch (error) {
    expect(error).toBeInstanceOf(InferenceLogError);
    expect((error as InferenceLogError).hint).toBeTruthy();
  }
}

test('random bytes give a tagged error', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), survives), RUNS);
});

test('a log with bytes changed, left out or put in is judged or refused', async () => {
  const text = Buffer.from(JSON.stringify(logOf([1, 0, 1, Number.NaN, 0])));
  const edit = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(6),
    put: fc.uint8Array({ maxLength: 6 }),
  });
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
    let bytes: Buffer = text;
    for (const { at, length, put } of edits) {
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + length)]);
    }
    return survives(bytes);
  });
  await fc.assert(property, RUNS);
});
