import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bindingPath, engineFolder } from '../../engine/base/engineHome.js';
import { LANE_CAPACITY, laneOf } from '../../engine/supervisor/lanes.js';
import type { JobRequest } from '../../engine/wire/jobs.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'regrip-lanes-'));
});
afterEach(() => rm(home, { recursive: true }));

async function installCuda(): Promise<void> {
  const folder = engineFolder(home, 'cuda12');
  for (const file of [bindingPath(folder), join(folder, 'deps/lib/libtensorflow.so.2')]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
  }
}
const lane = (request: JobRequest) => laneOf(request, { REGRIP_ENGINE_HOME: home });
const finetune = (backend?: 'tensorflow-cpu' | 'tensorflow-cuda' | 'wasm'): JobRequest => ({
  ...{ kind: 'finetune', config: '/c.yaml', overrides: [] },
  ...(backend && { backend }),
});

test('a training waits for the device that it will take', async () => {
  expect([finetune(), finetune('tensorflow-cuda'), finetune('wasm')].map(lane)).toEqual([
    'cpu',
    'gpu',
    'cpu',
  ]);
  await installCuda();
  expect([finetune(), finetune('tensorflow-cpu')].map(lane)).toEqual(['gpu', 'cpu']);
  expect(lane({ kind: 'evaluate', checkpoint: '/c.ckpt', overrides: [] })).toBe('gpu');
  expect(lane({ kind: 'measureEngine' })).toBe('gpu');
  expect(lane({ kind: 'gripper', logs: ['/l.json'] })).toBe('beside');
  expect(LANE_CAPACITY).toEqual({ gpu: 1, cpu: 1, beside: 2 });
});

test("a training by the user's own PyTorch takes the GPU whatever our engine has, unless it is told the CPU", () => {
  const python = (...overrides: string[]): JobRequest => ({
    ...{ kind: 'finetune', config: '/c.yaml', runner: 'python', overrides },
  });
  expect(lane(python())).toBe('gpu');
  expect(lane(python('training.device=cuda:1'))).toBe('gpu');
  expect(lane(python('training.device=cpu'))).toBe('cpu');
});
