/** The sixteen public logs, against what was counted in them independently (`expected.json` beside them). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shortDwells } from '../../../engine/judge/gripper/chatter.js';
import { judgeGripper } from '../../../engine/judge/gripper/judge.js';
import { readGripperLog } from '../../../engine/judge/gripper/trace.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
/** The logs lie beside the checkout, not in it. */
const shared = process.env['REGRIP_SHARED'] ?? resolve(root, '../shared');
const logs = join(shared, 'data/logs');
const areThere = existsSync(join(logs, 'expected.json'));

interface Expected {
  readonly layout: string;
  readonly steps: number;
  readonly action_dim: number;
  readonly min: number;
  readonly max: number;
  readonly unique_values: number;
  readonly changes: number;
  readonly switches?: number;
  readonly switch_steps?: readonly number[];
  readonly short_dwells_le3?: number;
}

/** What a person who looks at the values says. */
const VERDICTS: Readonly<Record<string, readonly [verdict: string, ...errors: string[]]>> = {
  'inference_log_20251120_235905.json': ['no-gripper', 'no-gripper'],
  'inference_log_20251121_171103.json': ['no-gripper', 'no-gripper'],
  'inference_log_20251124_213518.json': ['constant', 'constant'],
  'inference_log_20251124_221359.json': ['constant', 'constant'],
  'inference_log_20251124_230323.json': ['switches'],
  'inference_log_20251125_142253.json': ['drifts', 'never-closes'],
  'inference_log_20251125_143434.json': ['drifts', 'never-closes'],
  'inference_log_20251125_144811.json': ['switches'],
  'inference_log_20251125_145312.json': ['drifts', 'never-closes'],
  'inference_log_20251125_155436.json': ['drifts', 'never-opens'],
  'inference_log_20251125_162502.json': ['switches'],
  'inference_log_20260106_222829.json': ['chatters', 'chatter'],
  'inference_log_20260108_123739.json': ['switches'],
  'inference_log_20260108_124729.json': ['drifts', 'never-closes'],
  'inference_log_20260108_181049.json': ['drifts', 'never-closes'],
  'inference_log_20260108_181446.json': ['drifts', 'never-closes'],
};

describe.skipIf(!areThere)(
  `the public logs (need ../shared/data/logs beside the checkout, or REGRIP_SHARED)`,
  () => {
    const expected = areThere
      ? (JSON.parse(readFileSync(join(logs, 'expected.json'), 'utf8')) as Record<string, Expected>)
      : {};

    test.each(Object.entries(expected))('%s', async (name, counted) => {
      const log = await readGripperLog(join(logs, name));
      const { facts, verdict, findings } = judgeGripper(log);
      expect({
        layout: log.summary.layout,
        steps: facts.steps,
        action_dim: log.summary.actionDim,
        // The very same floats: nothing is rounded on the way.
        min: facts.min,
        max: facts.max,
        unique_values: facts.uniqueValues,
        changes: facts.changes,
        ...(counted.switches !== undefined && {
          chunk: 8,
          switches: facts.switches.length,
          switch_steps: facts.switches.map(({ step }) => step),
          short_dwells_le3: shortDwells(facts.dwells),
        }),
      }).toEqual(counted.switches === undefined ? withoutChunk(counted) : counted);
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      expect([verdict, ...errors]).toEqual(VERDICTS[name]);
    });

    test('findings that are not errors: the short dwells, the width, and the 7-D policies behind the constant grippers', async () => {
      const codes = async (name: string) => {
        const { findings } = judgeGripper(await readGripperLog(join(logs, `inference_log_${name}.json`)));
        return findings.filter(({ severity }) => severity !== 'error').map(({ code, step }) => [code, step]);
      };
      expect(await codes('20251124_230323')).toEqual([['short-dwell', 49]]);
      expect(await codes('20260108_123739')).toEqual([['short-dwell', 36]]);
      expect(await codes('20251125_162502')).toEqual([]);
      expect(await codes('20251120_235905')).toEqual([['metres', 0]]);
      expect(await codes('20251124_213518')).toEqual([['echo', 0]]);
      expect(await codes('20260108_124729')).toEqual([['inside-chunk', 39]]);
    });
  },
);

function withoutChunk(counted: Expected): Omit<Expected, 'chunk'> {
  const { chunk: _chunk, ...rest } = counted as Expected & { chunk: number };
  return rest;
}
