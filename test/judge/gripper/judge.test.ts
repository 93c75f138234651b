/** Verdicts and findings, log by log. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReplayBuffer } from '../../../engine/formats/zarr/index.js';
import { isChatter } from '../../../engine/judge/gripper/chatter.js';
import { readRecordedGripper } from '../../../engine/judge/gripper/dataSet.js';
import { type GripperJudgement, judgeGripper } from '../../../engine/judge/gripper/judge.js';
import { readGripperLog } from '../../../engine/judge/gripper/trace.js';
import { fixture, logOf, record } from '../../formats/inferenceLog/logs.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-judge-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function judge(log: unknown): Promise<GripperJudgement> {
  const path = join(folder, 'log.json');
  await writeFile(path, JSON.stringify(log));
  return judgeGripper(await readGripperLog(path));
}

/** `'1100'` as a log, `5` for 0.5. */
const values = (text: string) => [...text].map((c) => (c === '5' ? 0.5 : Number(c)));
const told = ({ verdict, findings }: GripperJudgement) => [
  verdict,
  ...findings.map(({ severity, code, step }) => `${severity} ${code}${step === null ? '' : ` ${step}`}`),
];
const verdictOn = async (text: string) => told(await judge(logOf(values(text))));

describe('movement', () => {
  test('a grasp that holds is not a finding', async () => {
    expect(await verdictOn('1111100000001111')).toEqual(['switches']);
    expect((await judge(logOf(values('1111100000001111')))).facts).toMatchObject({
      min: 0,
      max: 1,
      uniqueValues: 2,
      changes: 2,
      switches: [
        { step: 5, direction: 'down' },
        { step: 12, direction: 'up' },
      ],
      dwells: [7],
    });
  });

  test('the same value all the time, equal to the observed state', async () => {
    expect(await verdictOn('0000')).toEqual(['constant', 'error constant 0']);
    expect(await verdictOn('1111')).toEqual(['constant', 'error constant 0', 'warning echo 0']);
  });

  test('many values that never cross both thresholds', async () => {
    expect(told(await judge(logOf([0.95, 1, 0.97])))).toEqual(['drifts', 'error never-closes']);
    expect(told(await judge(logOf([0.05, 0.3, 0.29])))).toEqual(['drifts', 'error never-opens']);
    expect(await verdictOn('55' + '5')).toEqual(['constant', 'error constant 0']);
    expect(told(await judge(logOf([0.5, 0.4])))).toEqual([
      'drifts',
      'error never-closes',
      'error never-opens',
    ]);
  });

  test('the thresholds themselves are outside, and others can be given', async () => {
    const path = join(folder, 'edge.json');
    await writeFile(path, JSON.stringify(logOf([0.7, 0.3, 0.5, 0.3, 0.3, 0.3, 0.7])));
    const log = await readGripperLog(path);
    expect(judgeGripper(log).facts.switches.map(({ step }) => step)).toEqual([1, 6]);
    expect(judgeGripper(log, { low: 0.2, high: 0.7 }).verdict).toBe('drifts');
  });

  test('only the rest of a chunk closes', async () => {
    const log = logOf([0.9, 0.95, 0.9]);
    log.steps[1]!.action.values[1]![7] = 0.1;
    expect(told(await judge(log))).toEqual(['drifts', 'error never-closes', 'info inside-chunk 1']);
  });

  test('a 7-D policy has no gripper', async () => {
    const steps = [0, 1].map((step) => ({ step, action: [[0.4, 0, 0.3, 0, 0, 0, 1]] }));
    const { facts, ...judged } = await judge({ steps });
    expect(told({ facts, ...judged })).toEqual(['no-gripper', 'error no-gripper 0']);
    expect(facts).toMatchObject({ steps: 2, min: undefined, uniqueValues: 0, switches: [] });
  });

  test('a log without a step', async () => {
    expect(told(await judge({ steps: [] }))).toEqual(['unreadable', 'error empty']);
  });
});

describe('chatter', () => {
  test('one pulse and one bounce are told, three short dwells are chatter', async () => {
    expect(await verdictOn('1110111111')).toEqual(['switches', 'warning short-dwell 3']);
    expect(await verdictOn('1110100000')).toEqual(['switches', 'warning short-dwell 3']);
    expect(await verdictOn('1110101111')).toEqual(['chatters', 'error chatter 3']);
    expect((await judge(logOf(values('111000010011111')))).findings[0]!.message).toContain(
      'steps 7, 8 and back 1, 2 steps later',
    );
  });

  test('the message has the dwell times', async () => {
    const { findings } = await judge(logOf(values('10100111000011111')));
    expect(findings[0]!.message).toContain(
      'switches 6 times in 17 steps and 4 of 5 dwells last 3 steps or fewer (dwell 1 × 2, 2 × 1, 3 × 1, longer × 1, at most 4)',
    );
  });

  test('a long run with a few bounces among many grasps does not chatter', () => {
    expect(isChatter([1, 1, 1])).toBe(true);
    expect(isChatter([1, 1])).toBe(false);
    expect(isChatter([1, 2, 3, ...new Array<number>(6).fill(9)])).toBe(true);
    expect(isChatter([1, 2, 3, ...new Array<number>(7).fill(9)])).toBe(false);
  });
});

describe('server and values', () => {
  test('rows of zeros, which a failing server sends', async () => {
    const log = logOf(values('1111100000001111'));
    for (const step of [3, 9])
      log.steps[step]!.action.values = [new Array<number>(8).fill(0), log.steps[step]!.action.values[1]!];
    const judged = await judge(log);
    expect(told(judged)).toContain('error zero-rows 3');
    expect(judged.findings.find(({ code }) => code === 'zero-rows')!.message).toContain(
      'zero at steps 3, 9: the server failed',
    );
    // A null quaternion is told as the zeros that it belongs to.
    expect(told(judged)).not.toContain('warning quaternion 3');
  });

  test('gaps in the numbers, and two runs in one file', async () => {
    const log = logOf(values('1111100000001111'));
    log.steps.splice(7, 2);
    log.steps.push(record(0, 1));
    const judged = await judge(log);
    expect(told(judged)).toEqual(['switches', 'warning step-gaps 9']);
    expect(judged.findings[0]!.message).toContain('jump (6 → 9, 15 → 0)');
    expect(judged.facts.dwells).toEqual([7]);
  });

  test('dwells count missing steps, and a second run in the file takes nothing away', async () => {
    const first = logOf(values('1111100000'));
    const second = logOf(values('0000001111'));
    const judged = await judge({ steps: [...first.steps, ...second.steps] });
    expect(judged.facts.switches.map(({ step }) => step)).toEqual([5, 6]);
    expect(judged.facts.dwells).toEqual([11]);
  });

  test('NaN and infinities', async () => {
    const log = await readGripperLog(fixture('not_finite.json'));
    const judged = judgeGripper(log);
    expect(told(judged)).toEqual(['constant', 'error constant 0', 'error not-finite 1']);
    expect(judged.facts).toMatchObject({ steps: 3, uniqueValues: 1, changes: 0 });
  });

  test('quaternions of another length; what a policy’s noise does to them is not a finding', async () => {
    const log = logOf(values('1111100000001111'));
    log.steps[2]!.action.values[1]![6] = 0.96;
    expect(told(await judge(log))).toEqual(['switches']);
    log.steps[2]!.action.values[1]![6] = 0.5;
    const judged = await judge(log);
    expect(told(judged)).toEqual(['switches', 'warning quaternion 2']);
    expect(judged.findings[0]!.message).toContain('at step 2 (worst 0.500)');
  });

  test('values outside the range, but not by rounding', async () => {
    const grasp = values('1111100000001111');
    expect(told(await judge(logOf(grasp.map((value) => value * 1.04 - 0.02))))).toEqual(['switches']);
    const judged = await judge(logOf(grasp.map((value) => value * 255)));
    expect(told(judged)).toEqual(['switches', 'warning range 0']);
    expect(judged.findings[0]!.message).toContain('9 gripper values lie outside 0 … 1 (0 … 255)');
    const path = join(folder, 'log.json');
    expect(told(judgeGripper(await readGripperLog(path), { low: 80, high: 170 }))).toEqual(['switches']);
  });

  test('metres: in today’s layout and in the older one, but not a gripper that stays closed', async () => {
    const wide = values('1111100000001111').map((value, step) => record(step, value * 0.08, 0.08));
    expect(told(await judge({ steps: wide }))).toEqual(['drifts', 'error never-opens', 'warning metres 0']);
    expect(told(judgeGripper(await readGripperLog(fixture('older.json'))))).toEqual([
      'no-gripper',
      'error no-gripper 0',
      'warning metres 0',
    ]);
    expect(told(await judge(logOf([0.001, 0.002])))).toEqual(['drifts', 'error never-opens']);
    await writeFile(join(folder, 'wide.json'), JSON.stringify({ steps: wide }));
    const known = judgeGripper(await readGripperLog(join(folder, 'wide.json')), { low: 0.02, high: 0.06 });
    expect(told(known)).toEqual(['switches']);
    // The observed gripper runs from 0 to 1, so the command does too.
    expect(told(await judge(logOf([0.05, 0.08])))).toEqual(['drifts', 'error never-opens']);
  });
});

describe('files', () => {
  test('Python’s logs: a grasp, one that breaks off, and the robot’s client', async () => {
    const judged = async (name: string) => told(judgeGripper(await readGripperLog(fixture(name))));
    expect(await judged('steps.json')).toEqual(['switches']);
    expect(await judged('truncated.json')).toEqual(['switches', 'warning truncated 8']);
    expect(await judged('trajectory.json')).toEqual([
      'switches',
      'error zero-rows 2',
      'warning quaternion 3',
    ]);
  });

  test('what was carried out counts, not what was answered', async () => {
    const log = await readGripperLog(fixture('trajectory.json'));
    expect(log.isExecuted).toBe(true);
    expect(judgeGripper(log).facts).toMatchObject({ steps: 32, switches: [{ step: 3, direction: 'down' }] });
  });

  test('damage and records that are not steps', async () => {
    const path = join(folder, 'damaged.json');
    const text = JSON.stringify({ steps: [...logOf(values('1100')).steps, {}] });
    await writeFile(path, `${text.slice(0, -2)}%`);
    const judged = judgeGripper(await readGripperLog(path));
    expect(told(judged)).toEqual(['switches', 'error damaged 3', 'error malformed']);
    expect(judged.findings[0]!.message).toContain(
      `at byte ${text.length - 2} of ${text.length - 1}: found %`,
    );
  });
});

describe('polarity against a data set', async () => {
  const path = fileURLToPath(new URL('../../fixtures/reference/cogact-mini.160x90.zarr', import.meta.url));
  const recorded = await readRecordedGripper(path);

  /** A run that follows a recording: its positions, and of each the recorded command or the opposite. */
  async function follow(invert: boolean, state: number): Promise<string[]> {
    const steps = recorded.sides.slice(0, 40).map((side, row) => {
      const [x, y, z] = recorded.poses.subarray(row * 3, row * 3 + 3);
      return record(row, (side === 'upper') === invert ? 0 : 1, state, [x!, y!, z!, 0, 0, 0, 1]);
    });
    const log = join(folder, 'run.json');
    await writeFile(log, JSON.stringify({ steps }));
    const { findings } = judgeGripper(await readGripperLog(log), undefined, recorded);
    return findings.filter(({ code }) => code === 'polarity').map(({ message }) => message);
  }

  test('a run like a recording agrees', async () => {
    expect(recorded.startState).toBeDefined();
    expect(await follow(false, recorded.startState === 'upper' ? 1 : 0)).toEqual([]);
  });

  test('the opposite command at the recorded positions', async () => {
    const [message, ...more] = await follow(true, recorded.startState === 'upper' ? 1 : 0);
    expect(message).toMatch(
      /^at 40 of 40 steps the command is the opposite of the one recorded in .* at the same position/,
    );
    expect(more).toEqual([]);
  });

  test('an observed gripper that begins on the other side', async () => {
    const [message] = await follow(false, recorded.startState === 'upper' ? 0 : 1);
    expect(message).toMatch(/^the observed gripper begins at [01], the recordings in .* begin at their/);
  });

  test('a data set without a gripper is refused', async () => {
    const old = join(folder, '7d.zarr');
    const buffer = await createReplayBuffer(old);
    const layout = { shape: [4, 7], dtype: '<f4', chunks: [4, 7], compressor: null };
    await buffer.createArray('action', layout);
    await buffer.writeRows('action', 0, new Uint8Array(4 * 7 * 4));
    await buffer.finish([4]);
    await expect(readRecordedGripper(old)).rejects.toThrow(
      '7d.zarr: has no gripper to compare with: action is [4, 7], but [N, 8] is needed',
    );
  });
});
