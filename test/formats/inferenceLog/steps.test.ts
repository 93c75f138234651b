import { expect, test } from 'vitest';
import type { Section } from '../../../engine/formats/inferenceLog/records.js';
import { StepAssembler } from '../../../engine/formats/inferenceLog/steps.js';
import type { LogStep } from '../../../engine/formats/inferenceLog/types.js';
import type { LogValue } from '../../../engine/formats/inferenceLog/values.js';

function assembled() {
  const steps: LogStep[] = [];
  const assembler = new StepAssembler((step) => steps.push(step));
  let at = 0;
  const add = (section: Section, record: Readonly<Record<string, LogValue>>) =>
    assembler.add(section, new Map(Object.entries(record)), { start: at, end: ++at });
  return { assembler, steps, add };
}
const action = (width: number) => Array.from({ length: width }, (_, i) => i);

test('steps are numbered by themselves where the log does not number them', () => {
  const { steps, add } = assembled();
  add('steps', { action: action(8) });
  add('steps', { action: action(8), step: 40 });
  add('steps', { action: action(8) });
  expect(steps.map(({ index, step }) => [index, step])).toEqual([
    [0, 0],
    [1, 40],
    [2, 2],
  ]);
});

test('an answer gets its observation, whichever comes first', () => {
  for (const order of ['before', 'behind']) {
    const { assembler, steps, add } = assembled();
    const observe = () => {
      for (const step of [1, 0]) add('inputs', { state: [step], step });
    };
    if (order === 'before') observe();
    for (const step of [0, 1]) add('outputs', { action: action(7), step });
    if (order === 'behind') expect(steps).toEqual([]);
    if (order === 'behind') observe();
    assembler.flush();
    expect(steps.map(({ step, state }) => [step, state])).toEqual([
      [0, [0]],
      [1, [1]],
    ]);
  }
});

test('an answer whose observation never comes is given without it', () => {
  const { assembler, steps, add } = assembled();
  add('outputs', { action: action(7), step: 5 });
  assembler.flush();
  assembler.flush();
  expect(steps).toMatchObject([{ step: 5, state: undefined }]);
});

test('actions of another width are refused and counted; those that were carried out have their own', () => {
  const { assembler, steps, add } = assembled();
  add('steps', { action: action(7) });
  add('executed', { pos: action(3), quat: action(4), gripper_open: 1 });
  for (let i = 0; i < 50; i += 1) add('steps', { action: action(8) });
  expect(steps).toHaveLength(2);
  expect([assembler.actionDim, assembler.answers, assembler.executed]).toEqual([7, 1, 1]);
  expect(assembler.malformedCount).toBe(50);
  expect(assembler.malformed.length).toBeLessThan(50);
  expect(assembler.malformed[0]).toMatchObject({ offset: 2, reason: expect.stringMatching(/8.*7/) });
});

test.each([
  ['steps', 8, 'command'],
  ['steps', 7, undefined],
  ['outputs', 7, 'width'],
  ['outputs', 8, 'command'],
  ['actions', 7, undefined],
  ['actions', 10, 'command'],
] as const)('%s of %d values: the last is a %s', (section, width, gripper) => {
  const { assembler, steps, add } = assembled();
  add(section, { action: action(width) });
  assembler.flush();
  expect(steps[0]!.gripper).toBe(gripper);
});
