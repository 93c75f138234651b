import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sparkLine } from '../../../engine/commands/gripper/text.js';
import type { GripperReport } from '../../../engine/judge/gripper/report.js';
import { fixture, logOf } from '../../formats/inferenceLog/logs.js';
import { regrip } from '../call.js';

const DATA = fileURLToPath(new URL('../../fixtures/reference/cogact-mini.160x90.zarr', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-gripper-'));
  await mkdir(join(folder, 'logs/day1'), { recursive: true });
  await cp(fixture('steps.json'), join(folder, 'logs/day1/grasp.json'));
  await cp(fixture('truncated.json'), join(folder, 'logs/cut.json'));
  await writeFile(join(folder, 'logs/open.json'), JSON.stringify(logOf([0.98, 0.99, 1])));
  await writeFile(join(folder, 'logs/summary.json'), '{"runs": 3}');
  await writeFile(join(folder, 'logs/notes.txt'), 'not a log');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const type = (...args: string[]) => regrip(['gripper', ...args], { cwd: folder });
const json = async (...args: string[]) => {
  const { out, code } = await type(...args, '--json');
  return { code, reports: JSON.parse(out) as GripperReport[] };
};

describe('regrip gripper', () => {
  test('a gripper that closes and opens: exit 0, and all that is counted as JSON', async () => {
    const { code, reports } = await json('logs/day1/grasp.json');
    expect([code, reports]).toEqual([
      0,
      [
        {
          file: 'logs/day1/grasp.json',
          layout: 'steps',
          checkpoint: 'runs/8d/epoch=0150.ckpt',
          steps: 20,
          actionDim: 8,
          min: Math.fround(0.002),
          max: Math.fround(0.998),
          uniqueValues: 2,
          changes: 2,
          switches: 2,
          switchSteps: [6, 14],
          dwells: [8],
          verdict: 'switches',
          findings: [],
        },
      ],
    ]);
  });

  test('a person reads a table with a spark line per log, then what was found', async () => {
    const { code, out, err } = await type('logs');
    expect(code).toBe(1);
    expect(err).toContain('note: logs/summary.json is not an inference log and was skipped\n');
    expect(out.split('\n')).toEqual([
      'log         verdict   steps     min     max  values  switches  gripper, first step to last',
      'cut.json    switches      9  0.0020  0.9980       2         1  ██████▁▁▁',
      'grasp.json  switches     20  0.0020  0.9980       2         2  ██████▁▁▁▁▁▁▁▁██████',
      'open.json   drifts        3  0.9800  1.0000       3         0  ███',
      '',
      'logs/cut.json',
      expect.stringMatching(
        /^ {2}warning truncated at step 8: the log is truncated at byte 22213 of 22213: the file ends .* the 9 complete steps/,
      ),
      '',
      'logs/open.json',
      expect.stringMatching(
        /^ {2}error never-closes: the gripper never closes: its smallest value is 0\.98, and closed means 0\.3 or less \(the log has only 3 steps/,
      ),
      '',
      '3 logs: 2 switches, 1 drifts',
      '',
    ]);
  });

  test('patterns, folders and files together give each log once', async () => {
    const files = async (...words: string[]) => (await json(...words)).reports.map(({ file }) => file);
    expect(await files('logs/**/*.json')).toEqual([
      'logs/cut.json',
      'logs/day1/grasp.json',
      'logs/open.json',
    ]);
    expect(await files('logs/?u?.json', 'logs/cut.json', 'logs/day1')).toEqual([
      'logs/cut.json',
      'logs/day1/grasp.json',
    ]);
    expect(await files(join(folder, 'logs', 'o*.json'))).toEqual([join(folder, 'logs', 'open.json')]);
    expect(await files('*/day*/*.json')).toEqual(['logs/day1/grasp.json']);
  });

  test('what cannot be read is a verdict, and the other logs are still judged', async () => {
    const { code, reports } = await json('logs/summary.json', 'absent.json', 'logs/day1/grasp.json');
    expect(code).toBe(1);
    expect(reports.map(({ verdict, layout }) => [verdict, layout])).toEqual([
      ['unreadable', null],
      ['unreadable', null],
      ['switches', 'steps'],
    ]);
    expect(reports[0]!.findings[0]).toMatchObject({ code: 'unreadable', severity: 'error', step: null });
    expect(reports[0]!.findings[0]!.message).toContain('is JSON, but not an inference log');
    expect(reports[1]!.findings[0]!.message).toBe('cannot be opened (ENOENT). Check the path.');
  });

  test('other thresholds', async () => {
    const { reports } = await json('logs/open.json', '--low', '0.985', '--high', '0.995');
    expect(reports[0]).toMatchObject({ verdict: 'switches', switchSteps: [2] });
  });

  test.each([
    [
      ['logs', '--low', '0.8'],
      '--low is 0.8 and --high is 0.7; expected two numbers, the first smaller than the second',
    ],
    [['logs', '--low', 'x'], '--low is x'],
    [['logs', '--high', ''], '--high is ;'],
    [['nothing/*.json'], 'nothing holds no file that nothing/*.json matches'],
    [[], 'missing required argument'],
  ])('a wrong call: %j', async (args, message) => {
    const { code, err, out } = await type(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('an empty folder is a wrong call', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    expect(await type('empty')).toMatchObject({
      code: 2,
      err: expect.stringContaining('empty holds no .json file'),
    });
  });

  test('--data compares what 0 and 1 mean', async () => {
    const { reports } = await json('logs/day1/grasp.json', '--data', DATA);
    const polarity = reports[0]!.findings.filter(({ code }) => code === 'polarity');
    const swapped = JSON.parse(await readFile(fixture('steps.json'), 'utf8')) as ReturnType<typeof logOf>;
    for (const { input } of swapped.steps) input.state[7] = 1 - input.state[7]!;
    await writeFile(join(folder, 'swapped.json'), JSON.stringify(swapped));
    const other = (await json('swapped.json', '--data', DATA)).reports[0]!.findings;
    // One of the two begins as the recordings do.
    expect(polarity.length + other.filter(({ code }) => code === 'polarity').length).toBe(1);
    expect(await type('logs', '--data', 'absent.zarr')).toMatchObject({ code: 1, out: '' });
  });
});

test('a folder in which no file is a log: nothing was judged, so it does not end with 0', async () => {
  await mkdir(join(folder, 'none'));
  await writeFile(join(folder, 'none/summary.json'), '{"runs": 3}');
  const { code, out, err } = await type('none');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('nothing to check: the file is not an inference log');
});

describe('the spark line', () => {
  const spark = (values: number[], top = 1) => sparkLine(Float64Array.from(values), top);

  test('a bar a step, from 0 to the top; a dot where there is no number', () => {
    expect(spark([0, 0.5, 1, Number.NaN, 2, -1])).toBe('▁▅█·█▁');
    expect(spark([0.04, 0.08], 0.08)).toBe('▅█');
    expect(spark([])).toBe('');
  });

  test('one short pulse in a long log stays in sight', () => {
    const values = new Array<number>(1000).fill(1);
    values[500] = 0;
    expect(spark(values)).toBe(`${'█'.repeat(24)}▁${'█'.repeat(23)}`);
  });
});
