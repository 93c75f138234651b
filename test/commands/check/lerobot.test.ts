/** `regrip check` on a LeRobot policy: its folder or a file in it, beside a data set. */
import { expect, test } from 'vitest';
import { saveDataSet } from '../../formats/lerobot/dataSet.js';
import { savePolicy } from '../../formats/lerobot/policy.js';
import { ownFolder } from '../../ownFolder.js';
import { regrip } from '../call.js';

const folder = ownFolder();
const check = (...args: string[]) => regrip(['check', ...args], { cwd: folder.path() });

test('the folder and its config.json are judged alike, and an error is an exit code', async () => {
  await savePolicy(folder.path('policy'));
  await saveDataSet(folder.path('data'));
  const whole = await check('policy', '--dataset', 'data');
  expect([whole.code, whole.err]).toEqual([1, '']);
  expect(whole.out).toContain('policy/config.json:23:');
  expect(whole.out).toContain('[action-dim-mismatch]');
  expect(await check('policy/config.json', '--dataset', 'data')).toEqual(whole);
  const { diagnostics } = JSON.parse((await check('policy', '--dataset', 'data', '--json')).out);
  expect(diagnostics.map(({ code }: { code: string }) => code)).toContain('observation-shape-mismatch');
});

test('what means nothing here is refused', async () => {
  await savePolicy(folder.path('policy'));
  await folder.write({ 'train.yaml': 'a: 1\n' });
  expect(await check('policy', 'horizon=8')).toMatchObject({
    code: 2,
    err: expect.stringContaining('overrides are for Hydra'),
  });
  expect((await check('train.yaml', '--dataset', 'data')).err).toContain('is not a policy of LeRobot');
});
