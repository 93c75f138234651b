/** The Python package's own tests, which pytest runs. */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PACKAGE } from '../../engine/work/runners/torch/process.js';
import { peerPython } from '../peers.js';

const python = peerPython(['torch', 'pytest']);

test.skipIf(python === undefined)(
  'regrip_torch (needs a python with torch and pytest)',
  { timeout: 300_000 },
  () => {
    const here = dirname(fileURLToPath(import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      python!,
      ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', here],
      {
        env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1' },
        encoding: 'utf8',
      },
    );
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/\d+ passed/);
  },
);
