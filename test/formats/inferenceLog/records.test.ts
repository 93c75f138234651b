import { describe, expect, test } from 'vitest';
import { decodeRecord, isSection, type Section } from '../../../engine/formats/inferenceLog/records.js';
import type { LogValue } from '../../../engine/formats/inferenceLog/values.js';

/** What the reader builds of JSON; a text is its place. */
function value(json: unknown): LogValue {
  if (typeof json === 'string') return { start: 5, end: 9, text: json };
  if (Array.isArray(json)) return json.map(value);
  if (typeof json !== 'object' || json === null) return json as LogValue;
  return new Map(Object.entries(json).map(([key, each]) => [key, value(each)]));
}
const decoded = (section: Section, json: unknown) => decodeRecord(section, value(json));
const ROW = [1, 2, 3];

describe('the action of an answer', () => {
  test.each([
    [{ action: { values: [ROW, ROW] } }, [ROW, ROW]],
    [{ action: [ROW] }, [ROW]],
    [{ actions: [ROW] }, [ROW]],
    [{ action: ROW }, [ROW]], // a chunk of one
    [{ action: [1, null, 3] }, [[1, Number.NaN, 3]]],
  ])('%j', (json, action) => expect(decoded('steps', json)).toMatchObject({ kind: 'answer', action }));

  test.each([
    {},
    { action: [] },
    { action: 5 },
    { action: [[]] },
    { action: [ROW, [1]] },
    { action: ['x'] },
    { action: { values: {} } },
  ])('%j is none', (json) => expect(decoded('steps', json)).toMatch(/action/));
});

test('a step brings its observation, others lie in a list of their own', () => {
  const step = { step: 3, input: { state: [1, 2], image_base64: 'frame' }, action: ROW };
  expect(decoded('steps', step)).toMatchObject({ step: 3, state: [1, 2], image: { start: 5, end: 9 } });
  expect(decoded('outputs', step)).toMatchObject({ step: 3, state: undefined, image: undefined });
  expect(decoded('inputs', { step: 3, state: [1], image_base64: 'f' })).toMatchObject({
    kind: 'observation',
    state: [1],
    image: { start: 5 },
  });
  expect(decoded('observations', { pose: [1, 2], gripper: [3] })).toMatchObject({ state: [1, 2, 3] });
  expect(decoded('observations', { gripper: [3] })).toMatchObject({ state: undefined });
});

test('an action that was carried out is a pose and whether the gripper is open', () => {
  const pose = { pos: [1, 2, 3], quat: [0, 0, 0, 1] };
  expect(decoded('executed', { ...pose, gripper_open: true })).toMatchObject({
    kind: 'executed',
    action: [[1, 2, 3, 0, 0, 0, 1, 1]],
  });
  expect(decoded('executed', { ...pose, gripper_open: 0 })).toMatchObject({
    action: [[1, 2, 3, 0, 0, 0, 1, 0]],
  });
  for (const bad of [
    pose,
    { ...pose, gripper_open: 'yes' },
    { gripper_open: true, pos: [1, 2], quat: [0, 0, 0, 1] },
  ])
    expect(decoded('executed', bad)).toMatch(/gripper_open|pos/);
});

test('times are in seconds, whatever the key says', () => {
  const record = decoded('steps', {
    action: ROW,
    timing: { total_ms: 250, latency: 0.5, note: 'x', none: null },
  });
  expect([...(record as { timing: ReadonlyMap<string, number> }).timing]).toEqual([
    ['total', 0.25],
    ['latency', 0.5],
  ]);
});

test.each([5, null, [1], 'x'])('an entry that is %j is refused', (json) =>
  expect(decoded('steps', json)).toMatch(/steps/),
);
test.each([1.5, 'x', null, 1e300])('the step number %j is refused', (step) => {
  expect(decoded('steps', { step, action: ROW })).toMatch(/step/);
});

test('which names are lists of records', () => {
  for (const name of ['steps', 'inputs', 'outputs', 'observations', 'actions', 'executed'])
    expect(isSection(name)).toBe(true);
  for (const name of ['meta', 'toString', '__proto__']) expect(isSection(name)).toBe(false);
});
