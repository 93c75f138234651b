/** Policies that see what their own data set class computes. */
import { expect, test } from 'vitest';
import { derivedData, isDerived, requireThere } from '../../engine/training/derivedData.js';

test.each([
  ['unetTimm', true],
  ['unetImage', false],
  ['unetLowdim', false],
])('%s: %s', (family, expected) => expect(isDerived({ family })).toBe(expected));

test('the error names the file, the policy and who trains it', () => {
  const { message, hint } = derivedData('/data/d.zarr.zip', { family: 'unetTimm' });
  expect(message).toMatch(/^\/data\/d\.zarr\.zip: is not read for a diffusion UNet policy/);
  expect(hint).toContain('--runner python');
});

test('a data set must be there all the same', async () => {
  await expect(requireThere('/nowhere/d.zarr.zip')).rejects.toThrow('there is no such data set');
  await expect(requireThere(process.cwd())).resolves.toBeUndefined();
});
