/** What goes wrong in the user's PyTorch is named, with what to do; nothing is left running. */
// @module-tag engine
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TrainEvent } from '../../../../engine/wire/workerMessages.js';
import { python, TorchProject, WITHOUT } from './torchProject.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let project: TorchProject;
beforeAll(async () => {
  project = await TorchProject.make();
});
afterAll(() => project.remove());
afterEach(() => vi.unstubAllEnvs());

let runs = 0;
function training(
  env: Readonly<Record<string, string>>,
  more: { onEvent?: (event: TrainEvent) => void } = {},
) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  runs += 1;
  return project.train(`run ${runs}`, 'torch', { changes: { training: { num_epochs: 1 } }, ...more });
}

describe.skipIf(python === undefined)(`a training on the project's own class (${WITHOUT})`, () => {
  test('too little memory: smaller batches', async () => {
    await expect(training({ FAKE_MEMORY: '1' })).rejects.toMatchObject({
      code: 'torch-memory',
      message: expect.stringMatching(/CUDA out of memory\. .*\(at .*transformer_for_diffusion\.py:\d+\)$/),
      hint: expect.stringContaining('smaller dataloader.batch_size'),
    });
  });

  test('a class that was changed: which tensor differs, and where the class comes from', async () => {
    await expect(training({ FAKE_WIDER: '8' })).rejects.toMatchObject({
      code: 'torch-policy',
      message: expect.stringMatching(/model\.input_emb\.weight is \[40, 8\] in it, expected \[32, 8\]$/),
      hint: expect.stringContaining(project.folder),
    });
  });

  test('a module that is missing: its name, and the interpreter', async () => {
    await expect(training({ FAKE_IMPORT: 'einops_of_nobody' })).rejects.toMatchObject({
      code: 'torch-failed',
      message: expect.stringContaining("No module named 'einops_of_nobody'"),
      hint: expect.stringContaining(`check that ${python} is the interpreter to train with`),
    });
  });

  test('a process that is killed: how it ended', async () => {
    await expect(training({ FAKE_KILLED: '1' })).rejects.toMatchObject({
      code: 'torch-failed',
      message: expect.stringMatching(/ended with signal SIGKILL/),
      hint: expect.stringContaining('too much memory'),
    });
  });

  test('a loss that is not a number: the step and the layers, as with the builtin engine', async () => {
    const events: TrainEvent[] = [];
    await expect(
      training({ FAKE_NAN: '1' }, { onEvent: (event) => void events.push(event) }),
    ).rejects.toThrow(/NaN/);
    const found = events.find(({ event }) => event === 'notFinite');
    expect(found).toMatchObject({ what: 'loss', globalStep: 0, count: expect.any(Number) });
    expect(found).toMatchObject({ parameters: expect.arrayContaining(['model.head.bias']) });
  });

  test('a device that this PyTorch has not: said, and computed on the CPU', async () => {
    const events: TrainEvent[] = [];
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
    await project.train('cuda', 'torch', {
      changes: { training: { num_epochs: 1, device: 'cuda:0' } },
      onEvent: (event) => void events.push(event),
    });
    const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
    expect(notes).toContainEqual(expect.stringMatching(/^training\.device is cuda:0, but .* on the CPU/));
  });
});
