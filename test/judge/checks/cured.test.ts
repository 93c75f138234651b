/** What a launch script's overrides cure: hints that name the script. */
import { describe, expect, test } from 'vitest';
import { UNKNOWN_VALUE } from '../../../engine/config/resolve/resolvers.js';
import { expectFound, expectNone, judged } from './fixture.js';

const DATA = { arrays: { action: [4, 8] }, episodeEnds: [4] };

describe('cured-by-script', () => {
  test('what a launch script cures is a hint that names the script', async () => {
    const files = { 'config/a.yaml': 'path: <|???|>\n', 'train.sh': 'python train.py path=x\n' };
    const around = { overrides: ['path=x'], script: 'train.sh' };
    const [hint] = await expectFound(files, 'cured-by-script', /^train.sh overrides this/, around);
    expect(hint!.severity).toBe('hint');
  });

  test('an unknown value cures only what it replaces', async () => {
    const files = {
      'config/a.yaml': 'task:\n  name: a\n  dataset_path: data/${task.name}.zarr\n',
      'train.sh': 'python train.py\n',
    };
    const around = (override: string) => ({
      overrides: [`${override}=${UNKNOWN_VALUE}`],
      script: 'train.sh',
    });
    await expectNone(files, 'cured-by-script', around('task.name'));
    const { findings } = await judged(files, around('task.dataset_path'));
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['cured-by-script', expect.stringMatching(/^train\.sh overrides this\./)],
    ]);
    const known = { overrides: ['task.name=b'], script: 'train.sh', dataSets: { 'data/b.zarr': DATA } };
    const [hint] = (await judged(files, known)).findings;
    expect(hint!.message).toMatch(/^train\.sh overrides a value that this depends on\./);
  });
});
