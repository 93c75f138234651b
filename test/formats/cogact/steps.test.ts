/** The count of steps in `meta.json`. */
import { expect, test } from 'vitest';
import { readSteps } from '../../../engine/formats/cogact/steps.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const stepsOf = async (text: string | Uint8Array) => {
  await folder.write({ 'meta.json': text });
  return readSteps(folder.path()).catch((error: { reason: string }) => error.reason);
};

test('is read, a byte order mark before it or not', async () => {
  expect(await stepsOf('{"n_steps": 3}')).toBe(3);
  expect(await stepsOf('\ufeff{"n_steps": 3}')).toBe(3);
});

test.each([
  ['{"n_steps": 0}', 'n_steps of meta.json is 0, expected a count'],
  ['{"n_steps": -1}', 'n_steps of meta.json is -1, expected a count'],
  ['{"n_steps": 2.5}', 'n_steps of meta.json is 2.5, expected a count'],
  ['{"n_steps": "24"}', 'n_steps of meta.json is "24", expected a count'],
  ['{}', /^n_steps of meta\.json is .*, expected a count$/],
  ['[]', /^n_steps of meta\.json is .*, expected a count$/],
  ['null', /^n_steps of meta\.json is .*, expected a count$/],
  ['', 'meta.json is not valid JSON'],
  ['{"n_steps": NaN}', 'meta.json is not valid JSON'],
])('%s is refused', async (text, reason) => {
  expect(await stepsOf(text)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
});
