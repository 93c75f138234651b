import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NEW_CONFIG } from '../adapt/fixtures.js';

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));
const shell = (script: string) =>
  spawnSync('bash', ['-c', script, 'bash', process.execPath, CLI, NEW_CONFIG], { encoding: 'utf8' });

test.skipIf(process.platform !== 'linux')(
  'a full disk behind standard output is a message and a failure',
  () => {
    const { status, stderr } = shell('"$1" "$2" compose "$3" > /dev/full');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: standard output: the disk is full \(ENOSPC\)\n {2}→ /);
    expect(stderr).not.toMatch(/^ +at /m);
  },
);

test.skipIf(process.platform === 'win32')('a reader that went away is not a failure', () => {
  const { status, stderr } = shell('"$1" "$2" compose "$3" --provenance | true; exit ${PIPESTATUS[0]}');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
