/** A training by the user's own train.py as a job: what its buttons do, and what is left when it is killed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '../../engine/base/process.js';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import { cancel, pause, resume } from '../../engine/wire/supervisorMessages.js';
import { overridesOf, type PythonProject, pythonProject } from '../work/runners/pythonProject.js';
import { Heard, TestEngine, until } from './engine.js';

vi.setConfig({ testTimeout: 120_000 });

let engine: TestEngine;
let client: EngineClient;
let project: PythonProject;
beforeAll(async () => {
  engine = await TestEngine.make();
  client = engine.client();
  project = await pythonProject();
});
afterAll(async () => {
  await engine.remove();
  await project.remove();
});

const begin = (name: string, ...more: string[]): Promise<Heard> => {
  const request: JobRequestInput = {
    ...{ kind: 'finetune', config: project.config, runner: 'python', python: 'python3' },
    overrides: overridesOf(project, 'training.num_epochs=3', ...more),
    runDir: join(engine.folder, name),
  };
  return Heard.begin(client, project.folder, request);
};
const trained = (heard: Heard, event: string): boolean =>
  heard.events.some(({ told }) => told.kind === 'train' && told.event.event === event);

test('a pause ends train.py, and a resume goes on with what it saved', async () => {
  const heard = await begin('paused', '+fake.hangs_in=1');
  await until(() => trained(heard, 'epoch'));
  await client.call(pause, { id: heard.id });
  const paused = await heard.ended();
  expect(paused).toMatchObject({ state: 'paused', resumable: true, runDir: join(engine.folder, 'paused') });
  expect(paused.device).toContain('PyTorch on cpu, python3');
  expect(paused.command).toContain('--runner python --python python3');
  await client.call(resume, { id: heard.id });
  await until(() => heard.states.at(-1) === 'done');
  expect(heard.result).toMatchObject({ state: 'done', epochs: 3 });
  heard.expectNoGap();
});

test('a job that is killed takes train.py along', async () => {
  const heard = await begin('killed', '+fake.hangs_in=0', '+fake.stays=1');
  await until(() => trained(heard, 'step'));
  const pid = Number(await readFile(join(engine.folder, 'killed/pid'), 'utf8'));
  await client.call(cancel, { id: heard.id });
  await client.call(cancel, { id: heard.id });
  await heard.ended();
  await until(() => !isAlive(pid));
});
