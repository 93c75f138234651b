import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { residentBytes } from '../../engine/base/memory.js';

const MIB = 2 ** 20;

test('this process counts, with the unit of bytes', async () => {
  const bytes = await residentBytes();
  expect(bytes).toBeGreaterThan(0.3 * process.memoryUsage.rss());
  expect(bytes).toBeLessThan(2 ** 40);
});

test.runIf(process.platform === 'linux')(
  'what runs below counts too, and no more once it is gone',
  async () => {
    const program =
      'globalThis.kept = Buffer.alloc(200 * 2 ** 20, 1); console.log("ready"); setInterval(() => {}, 1e6)';
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const alone = await residentBytes(child.pid);
      expect(alone).toBeGreaterThan(200 * MIB);
      expect(await residentBytes()).toBeGreaterThan(alone);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(await residentBytes(child.pid)).toBe(0);
  },
);
