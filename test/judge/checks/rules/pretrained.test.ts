/** The pretrained checkpoint against the config, and what keeps it from being loaded. */
import { describe, expect, test } from 'vitest';
import { RegripError } from '../../../../engine/base/errors.js';
import { expectFix, expectFound, expectNone, fakeProject } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';

const named = (path: string, load = 'True') =>
  policyProject(`pretrained:\n  path: ${path}\n  load_weights: ${load}\n`);
const seven = await checkpointOf(policyProject('', { action: '[7]' }));
const eight = await checkpointOf(policyProject());

describe('pretrained', () => {
  test('missing: the message gives the adaptation', () =>
    expectFound(
      named('<|old.ckpt|>'),
      'pretrained-missing',
      /regrip adapt --old-ckpt OLD.ckpt --new-ckpt \S+old\.ckpt --config \S+train\.yaml/,
    ));

  test('unreadable', () => {
    const error = new RegripError({
      code: 'checkpoint-legacy',
      file: 'old.ckpt',
      message: 'is of the legacy format',
    });
    return expectFound(named('<|old.ckpt|>'), 'pretrained-unreadable', /legacy format/, {
      checkpoints: { 'old.ckpt': error },
    });
  });

  test('7-D for an 8-D config: counts, the first keys, and the call that mends it', () =>
    expectFound(
      named('<|old.ckpt|>'),
      'pretrained-incompatible',
      /9 keys of another shape, first .*\(file \[7\], config \[8\]\).*Adapt it first: regrip adapt --old-ckpt \S+old\.ckpt --new-ckpt \S+old-8d\.ckpt/,
      { checkpoints: { 'old.ckpt': seven } },
    ));

  test('one whose own policy class is not known: why adapt would refuse it, and no call of it', async () => {
    const config = { policy: { _target_: 'project.Other' } };
    const [found] = await expectFound(
      named('<|old.ckpt|>'),
      'pretrained-incompatible',
      /adapt cannot make it fit: its own policy\._target_ is project\.Other.* it knows Diffusion/,
      { checkpoints: { 'old.ckpt': { ...seven, config } } },
    );
    expect(found!.fixes ?? []).toEqual([]);
  });

  test('one that fits: nothing', () =>
    expectNone(named('old.ckpt'), 'pretrained-incompatible', { checkpoints: { 'old.ckpt': eight } }));

  test('one without weights', () =>
    expectFound(named('<|old.ckpt|>'), 'pretrained-incompatible', /no state dict model/, {
      checkpoints: { 'old.ckpt': { ...eight, stateDicts: {} } },
    }));
});

describe('pretrained-ignored', () => {
  const around = { checkpoints: { 'old.ckpt': eight } };

  test('load_weights is false, and the fix', async () => {
    await expectFound(named('<|old.ckpt|>', 'False'), 'pretrained-ignored', /starts from scratch/, around);
    await expectFix(
      named('old.ckpt', 'False'),
      'pretrained-ignored',
      'Load the weights',
      named('old.ckpt'),
      around,
    );
  });

  test("a workspace of the user's that never reads it", async () => {
    const reading = (answer: 'reads' | 'does not read' | 'unknown') => ({
      ...around,
      runner: 'python' as const,
      project: fakeProject({ readsKey: async () => answer }),
    });
    await expectFound(
      named('<|old.ckpt|>'),
      'pretrained-ignored',
      /project\.workspace\.Workspace never reads/,
      reading('does not read'),
    );
    await expectNone(named('old.ckpt'), 'pretrained-ignored', reading('reads'));
    await expectNone(named('old.ckpt'), 'pretrained-ignored', reading('unknown'));
    await expectNone(named('old.ckpt'), 'pretrained-ignored', around);
  });
});

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
