/** LeRobot itself loads what was adapted, with its processors, and predicts the old dimensions as before. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { regrip } from '../../commands/call.js';
import { PICTURES, vector } from '../../formats/lerobot/dataSet.js';
import { ownFolder } from '../../ownFolder.js';
import { peerPython } from '../../peers.js';
import { smallDataSet } from './policies.js';

const folder = ownFolder();
const python = peerPython(['torch', 'torchvision', 'diffusers', 'gymnasium', 'draccus', 'lerobot']);
const PEER = fileURLToPath(new URL('peer.py', import.meta.url));

function peer(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python!, [PEER, ...args], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, stderr.slice(-2000)).toBe(0);
  return stdout;
}

test.skipIf(python === undefined)(
  'the old dimensions are predicted as before (needs a python with lerobot)',
  { tags: 'long', timeout: 600_000 },
  async () => {
    peer('make', folder.path());
    await smallDataSet(folder.path('data'), {
      features: {
        action: vector(9),
        'observation.state': vector(8),
        'observation.environment_state': { ...vector(3), names: null },
        'observation.images.front': PICTURES,
      },
      statistics: {
        action: wide(9),
        'observation.state': wide(8),
      },
    });
    const pairs: string[] = [];
    for (const kind of ['diffusion', 'act']) {
      const args = ['--old-ckpt', kind, '--new-ckpt', `${kind}_9d`, '--dataset', 'data'];
      const { code, err } = await regrip(['adapt', ...args], { cwd: folder.path() });
      expect([code, err], err).toEqual([0, '']);
      pairs.push(folder.path(kind), folder.path(`${kind}_9d`));
    }
    const lines = peer('compare', ...pairs)
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const told = JSON.parse(line) as { widths: number[]; error: number; spread: number; finite: boolean };
      expect(told).toMatchObject({ widths: [7, 9], finite: true });
      expect(told.error).toBeLessThan(1e-6);
      expect(told.spread).toBeGreaterThan(0.01); // a policy that always says the same would prove nothing
    }
  },
);

function wide(width: number) {
  const values = (value: number) => Array(width).fill(value);
  return { min: values(-3), max: values(3), mean: values(0.25), std: values(1.5), count: [24] };
}
