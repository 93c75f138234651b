/** A run folder from which a training resumes, whatever else the config says. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';

const eight = await checkpointOf(policyProject());

describe('resume-wins', () => {
  const run = 'hydra:\n  run:\n    dir: runs/a\n';
  const resuming = (value: string) => policyProject(`training:\n  resume: ${value}\n${run}`);
  const latest = (epoch: number) => ({
    checkpoints: {
      'runs/a/checkpoints/latest.ckpt': { ...eight, pickles: { epoch, global_step: epoch * 50 } },
    },
  });

  test('a run folder that holds a latest.ckpt, and the fix', async () => {
    await expectFound(resuming('<|True|>'), 'resume-wins', /latest\.ckpt \(epoch 9, step 450\)/, latest(9));
    await expectFix(resuming('True'), 'resume-wins', 'Do not resume', resuming('False'), latest(9));
  });

  test('an adapted checkpoint there is how a warm start is meant', async () => {
    const [found] = await expectFound(
      resuming('<|True|>'),
      'resume-wins',
      /has not been trained yet/,
      latest(0),
    );
    expect(found!.severity).toBe('information');
  });

  test('nothing to resume: nothing', () => expectNone(resuming('True'), 'resume-wins'));

  test('with pretrained weights, whoever runs it but ourselves', async () => {
    const files = policyProject(
      'training:\n  resume: <|True|>\npretrained:\n  path: old.ckpt\n  load_weights: True\n',
    );
    const around = { checkpoints: { 'old.ckpt': eight } };
    await expectFound(files, 'resume-wins', /train\.py ignores/, { ...around, runner: 'python' });
    await expectNone(
      policyProject('training:\n  resume: True\npretrained:\n  path: old.ckpt\n  load_weights: True\n'),
      'resume-wins',
      around,
    );
  });
});
