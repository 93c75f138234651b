import { expect, test } from 'vitest';
import { LogDocument } from '../../../engine/formats/inferenceLog/document.js';
import { JsonTokenizer } from '../../../engine/formats/inferenceLog/jsonTokens.js';
import { StepAssembler } from '../../../engine/formats/inferenceLog/steps.js';

function found(text: string) {
  const ranges: string[] = [];
  const steps = new StepAssembler(({ range }) => ranges.push(text.slice(range.start, range.end)));
  const document = new LogDocument(steps);
  const tokens = new JsonTokenizer(document);
  tokens.feed(Buffer.from(text));
  tokens.end();
  steps.flush();
  return {
    ranges,
    layout: document.layout,
    checkpoint: document.checkpoint,
    malformed: steps.malformedCount,
  };
}
const STEP = '{"action": [1]}';

test.each([
  [`{"steps": [${STEP}]}`, 'steps', 1],
  [`{"outputs": [${STEP}, ${STEP}], "inputs": []}`, 'inputs/outputs', 2],
  [`{"actions": [${STEP}]}`, 'trajectory_log', 1],
  [`{"trajectory_log": {"actions": [${STEP}], "other": [${STEP}]}}`, 'trajectory_log', 1],
  [`{"steps": [${STEP}], "outputs": [${STEP}]}`, 'steps', 1], // the first layout counts
  [`{"other": {"steps": [${STEP}]}, "outputs": [${STEP}]}`, 'inputs/outputs', 1],
  [`{"trajectory_log": {"x": {"actions": [${STEP}]}}}`, 'trajectory_log', 0],
  [`{"trajectory_log": {"actions": [${STEP}]}, "executed": [${STEP}]}`, 'trajectory_log', 1],
  ['{"other": 1}', undefined, 0],
  ['{"steps": {}}', undefined, 0],
])('%s: %s, %d records', (text, layout, count) => {
  const log = found(text);
  expect([log.layout, log.ranges.length]).toEqual([layout, count]);
  for (const range of log.ranges) expect(range).toBe(STEP);
});

test('the checkpoint is named in meta, and nowhere deeper', () => {
  expect(found('{"meta": {"checkpoint": "a.ckpt", "x": [1]}, "steps": []}').checkpoint).toBe('a.ckpt');
  expect(found('{"steps": [], "meta": {"x": {"checkpoint": "a.ckpt"}}}').checkpoint).toBeUndefined();
  expect(found('{"meta": {"checkpoint": 5}}').checkpoint).toBeUndefined();
  expect(found('{"a": {"meta": {"checkpoint": "a.ckpt"}}}').checkpoint).toBeUndefined();
});

test('an entry that is not an object is counted as malformed', () => {
  expect(found(`{"steps": [1, [2], null, "x", ${STEP}]}`)).toMatchObject({ malformed: 4, ranges: [STEP] });
});

test.each(['5 ', '"x"', '[1]'])('%s is not a log', (text) => {
  expect(() => found(text)).toThrow(expect.objectContaining({ kind: 'damaged' }));
});
