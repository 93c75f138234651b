/** What a person reads of an adaptation: the important lines first, and what to know before training. */
import { describe, expect, it } from 'vitest';
import type { RangeShift } from '../../engine/adapt/dataSet.js';
import { adaptDocument, adaptText, optimizerLine, warnings } from '../../engine/adapt/describe.js';
import { planned } from '../judge/adapt/planned.js';
import { umiConfig } from '../tensors/policy/configs.js';
import { indexOf } from './references.js';
import { resultOf } from './results.js';

const shift: RangeShift = { field: 'action', dimension: 2, old: [-0.5, 0.5], now: [-0.5, 0.75], reach: 1.5 };

describe('adaptText', () => {
  const lines = adaptText(resultOf(), '/runs/new.ckpt').split('\n');

  it('begins with the step that was made, and ends with where it lies', () => {
    expect(lines[0]).toBe(
      '7-D → 8-D by transplant, from the ema weights of policy-7d.json (epoch 550, step 4321)',
    );
    expect(lines.at(-1)).toBe('Wrote /runs/new.ckpt');
  });

  it('has a line for each widened key, one for each field of the normaliser, and counts the rest', () => {
    expect(lines).toContain('widened      model.head.bias  [7] → [8], new entry 7: zero');
    expect(lines).toContain(
      'widened      normaliser of action (6 keys): old dimensions kept, 7 fitted on the new data set',
    );
    expect(lines).toContain('initialised  normaliser of robot_gripper_state (6 keys)');
    expect(lines).toContain('copied       195 keys, bit for bit');
    expect(lines).toContain('dropped      0 keys');
    expect(lines.filter((line) => line.startsWith('dtypes'))).toEqual([]);
  });

  it('a dry run says what it did not look at', () =>
    expect(adaptText(resultOf(), undefined)).toContain('Nothing was written (dry run)'));

  it('kept dimensions of the same range are good news, others are not', () => {
    expect(lines.find((line) => line.startsWith('data set'))).toContain(
      'have the range of the old normaliser',
    );
    const other = adaptText(resultOf({ shifts: [shift] }), undefined);
    expect(other).not.toContain('have the range of the old normaliser');
    expect(other).toContain('warning      action[2] is -0.50000 … 0.75000 in the new data set and was');
  });

  it('stays on its lines, whatever a file’s name holds', () => {
    const old = { ...indexOf('policy-7d.json'), path: '/a\nWrote /etc/passwd' };
    expect(adaptText(resultOf({ old }), undefined).split('\n')).not.toContain('Wrote /etc/passwd');
  });
});

describe('warnings', () => {
  it('why the adapted policy begins otherwise although nothing is lost', () => {
    const result = resultOf();
    expect(warnings({ ...result, plan: { ...result.plan, remarks: ['a token is new'] } })).toEqual([
      'a token is new',
    ]);
  });

  it('none where nothing is doubtful', () => expect(warnings(resultOf())).toEqual([]));

  it('actions beyond the kept range are clipped by a sampler', () => {
    const found = warnings(resultOf({ shifts: [shift] }));
    expect(found[0]).toContain('it reaches 1.500 where the kept normaliser ends at 1');
    expect(found.at(-1)).toContain('clip_sample cannot reach them');
    expect(warnings(resultOf({ shifts: [{ ...shift, reach: 0.9 }] })).at(-1)).toContain(
      'refits the normaliser',
    );
  });

  it('code in the old file comes first', () => {
    const old = { ...indexOf('policy-7d.json'), unexpectedGlobals: ['os.system'] };
    const found = warnings(resultOf({ old, dataSetProblem: 'no such folder', outputNote: 'a note' }));
    expect(found).toHaveLength(3);
    expect(found[0]).toContain('the old checkpoint names os.system');
    expect(found[2]).toContain('the data set was not compared: no such folder');
  });
});

describe('a normaliser that its training alone can fit', () => {
  const plan = planned(umiConfig(), umiConfig({ action: 11 }));

  it('is said to be fitted when train.py starts', () => {
    const found = warnings(resultOf({ plan }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^the normaliser of action, robot0_eef_pos,.* train\.py fits it anew on every start/,
    );
    expect(adaptText(resultOf({ plan }), undefined)).toContain(
      'normaliser of action (6 keys): old dimensions kept, 10 not scaled until the training fits it',
    );
  });
});

it('the document lists each key once, by its fate', () => {
  const { copied, widened, initialised, dropped } = adaptDocument(resultOf());
  expect([copied.length, widened.length, initialised.length, dropped.length]).toEqual([195, 10, 6, 0]);
  expect(widened).toContainEqual({ key: 'model.head.weight', from: [7, 32], to: [8, 32] });
});

it('the optimizer in one line', () => {
  expect(optimizerLine(resultOf().plan)).toMatch(
    /^moments of \d+ parameters kept, zero where new; learning rate/,
  );
  expect(optimizerLine(resultOf({}, { moments: 'reset' }).plan)).toMatch(/^no moments \(fresh state\)/);
  const slow = umiConfig({}, { pretrained: true });
  expect(optimizerLine(planned(slow, slow))).toContain('learning rates 0.0001 and 0.00001 and weight decay');
});
