/** The torch runner trains what the builtin one trains: the same losses, and each goes on where the other stopped. */
// @module-tag engine
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../../../engine/formats/checkpoint/open.js';
import type { LogLine } from '../../../../engine/formats/run/trainLog.js';
import type { Changes } from '../../../training/loop/smallRun.js';
import * as torchProject from './torchProject.js';
import { python, type TorchProject, WITHOUT } from './torchProject.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let project: TorchProject;
beforeAll(async () => {
  project = await torchProject.TorchProject.make();
});
afterAll(() => project.remove());

const losses = (log: readonly LogLine[]): number[] => log.map((line) => line['train_loss']!);

function expectAlike(found: readonly LogLine[], wanted: readonly LogLine[], most = 1e-4): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((line, step) => {
    expect(Object.keys(line)).toEqual(Object.keys(wanted[step]!));
    expect(Math.abs(line['train_loss']! / wanted[step]!['train_loss']! - 1), `step ${step}`).toBeLessThan(
      most,
    );
  });
}

const MANY: Changes = {
  training: { num_epochs: 20, max_train_steps: 5, val_every: 19, sample_every: 19, checkpoint_every: 19 },
};

describe.skipIf(python === undefined)(`torch and builtin (${WITHOUT})`, () => {
  test('the first 100 losses agree to 1e-4, and what is measured of the averages to 1e-3', async () => {
    const ours = await project.train('many-builtin', 'builtin', { changes: MANY });
    const theirs = await project.train('many-torch', 'torch', { changes: MANY });
    expect(ours).toHaveLength(100);
    expectAlike(theirs, ours);
    for (const key of ['val_loss', 'val_pose_mse', 'train_action_mse_error'])
      expect(theirs.at(-1)![key]! / ours.at(-1)![key]!, key).toBeCloseTo(1, 3);
  });

  test.each<[string, Changes]>([
    [
      'accumulated, noised twice, weighted',
      {
        training: { gradient_accumulate_every: 2, max_train_steps: 5 },
        regrip: { noise_samples: 2, loss_weighting: 'high_noise' },
      },
    ],
    ['without an average', { training: { use_ema: false } }],
  ])('%s, they agree too', async (name, changes) => {
    const ours = await project.train(`${name} builtin`, 'builtin', { changes });
    expectAlike(await project.train(`${name} torch`, 'torch', { changes }), ours);
  });

  test('a checkpoint of either resumes in the other as if there had been one', async () => {
    const whole = await project.train('whole', 'builtin', { changes: { training: { num_epochs: 4 } } });
    for (const [first, second] of [
      ['builtin', 'torch'],
      ['torch', 'builtin'],
    ] as const) {
      const name = `${first} then ${second}`;
      await project.train(name, first, { changes: { training: { num_epochs: 2 } } });
      const checkpoint = join(project.folder, name, 'checkpoints/latest.ckpt');
      const changes = { training: { num_epochs: 4, resume: true } };
      const log = await project.train(name, second, { changes, start: { kind: 'resume', checkpoint } });
      // The learning rate of the first two epochs falls towards another end.
      expect(log).toHaveLength(whole.length);
      const again = await project.train(`${name}, one engine`, first, {
        changes: { training: { num_epochs: 2 } },
      });
      expect(losses(log.slice(0, again.length))).toEqual(losses(again));
      const checkpointAgain = join(project.folder, `${name}, one engine`, 'checkpoints/latest.ckpt');
      const start = { kind: 'resume', checkpoint: checkpointAgain } as const;
      expectAlike(log, await project.train(`${name}, one engine`, first, { changes, start }));
    }
  });

  test('its checkpoints hold what the builtin ones hold', async () => {
    const [torch, builtin] = await Promise.all(
      ['many-torch', 'many-builtin'].map(async (name) => {
        const file = await openCheckpoint(join(project.folder, name, 'checkpoints/latest.ckpt'));
        await file.close();
        const { stateDicts, optimizer, pickles } = file.index;
        const shapes = Object.entries(stateDicts).map(([dict, tensors]) => [
          dict,
          tensors.map(({ key, shape, dtype, alias }) => ({ key, shape, dtype, alias })),
        ]);
        return {
          shapes,
          groups: optimizer!.paramGroups,
          states: [...optimizer!.state.keys()],
          pickles: Object.keys(pickles),
        };
      }),
    );
    expect(torch).toEqual(builtin);
  });

  test('a frozen and a widened part learn at their own rates: by key and by element', async () => {
    const checkpoint = join(project.folder, 'many-builtin/checkpoints/latest.ckpt');
    const changes: Changes = { regrip: { lr_multiplier: { widened: 3, inherited: 0.5 } } };
    const start = { kind: 'weights', checkpoint } as const;
    const ours = await project.train('rates builtin', 'builtin', { changes, start });
    expectAlike(await project.train('rates torch', 'torch', { changes, start }), ours);
  });
});
