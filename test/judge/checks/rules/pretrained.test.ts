/** The pretrained checkpoint against the config, and what keeps it from being loaded. */
import { describe, expect, test } from 'vitest';
import { RegripError } from '../../../../engine/base/errors.js';
import { expectFix, expectFound, expectNone, fakeProject } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';
import { project } from '../pythonProject.js';

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

  test('one that fits, and whose dimensions stand elsewhere', async () => {
    const names = 'regrip: {action_names: [gripper, pose: 7]}\n';
    const swapped = await checkpointOf(policyProject(names));
    const mine = (action: string) => {
      const files = named('<|old.ckpt|>');
      return {
        ...files,
        'config/train.yaml': `${files['config/train.yaml']!}regrip: {action_names: ${action}}\n`,
      };
    };
    const around = { checkpoints: { 'old.ckpt': swapped } };
    await expectFound(
      mine('[pose: 7, gripper]'),
      'pretrained-incompatible',
      /fits this config by its shapes, but the dimensions of the action stand in other places/,
      around,
    );
    const same = mine('[gripper, pose: 7]');
    const unmarked = same['config/train.yaml']!.replace(/<\||\|>/g, '');
    await expectNone({ ...same, 'config/train.yaml': unmarked }, 'pretrained-incompatible', around);
  });

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

test("weights that a training of one's own loads without being asked by load_weights", async () => {
  const named = 'pretrained: {path: old.ckpt}\n';
  await expectNone(project(named, 'self.load(cfg.pretrained.path)'), 'pretrained-ignored');
  await expectFound(
    project(
      'pretrained: {path: <|old.ckpt|>}\n',
      'if cfg.pretrained.load_weights: self.load(cfg.pretrained.path)',
    ),
    'pretrained-ignored',
    /load_weights is missing/,
  );
});

describe('pretrained.path', () => {
  const inSource = (lines: string, mark: readonly [string, string] = ['', '']) =>
    project(`pretrained: {path: ${mark[0]}old.ckpt${mark[1]}, load_weights: true}\n`, lines);

  test("is told as never read for a YAML alone, where the project's own code trains", async () => {
    await expectFound(inSource('pass', ['<|', '|>']), 'pretrained-ignored', /pkg\.work\.Work never reads/);
    await expectNone(inSource('load(cfg.pretrained.path)'), 'pretrained-ignored');
    await expectNone(inSource('pass'), 'pretrained-ignored', { runner: 'builtin' });
  });
});
