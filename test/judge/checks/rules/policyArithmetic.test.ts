/** Whether the sizes of a policy go together, and whether one can be built at all. */
import { describe, expect, test } from 'vitest';
import { UNKNOWN_VALUE } from '../../../../engine/config/resolve/resolvers.js';
import { expectFix, expectFound, expectNone, type Files } from '../fixture.js';
import { lowdimProject } from '../lowdimProject.js';
import { policyProject } from '../policyProject.js';

function changed(from: string, to: string): Files {
  const files = policyProject();
  const text = files['config/train.yaml']!;
  expect(text).toContain(from);
  return { ...files, 'config/train.yaml': text.replace(from, to) };
}

describe('crop-larger-than-image', () => {
  test('higher than the image', async () => {
    await expectFound(
      changed('[16, 28]', '<|[20, 28]|>'),
      'crop-larger-than-image',
      /larger than the image image \[18, 32\]/,
    );
    await expectFix(
      changed('[16, 28]', '[20, 28]'),
      'crop-larger-than-image',
      'Use [16, 28]',
      policyProject(),
    );
  });
  test('as large is fine', () => expectNone(changed('[16, 28]', '[18, 32]'), 'crop-larger-than-image'));
  test('is not told twice', () => expectNone(changed('[16, 28]', '[20, 28]'), 'policy-invalid'));
});

const LOWDIM = lowdimProject()['config/train.yaml']!;

describe('horizon-too-short', () => {
  test('fewer steps than are observed and carried out', () =>
    expectFound(
      changed('horizon: 16', 'horizon: <|8|>'),
      'horizon-too-short',
      /need 9 .* returns only 7 actions/,
    ));
  test('a policy that acts from the step after the observed ones needs one more', () =>
    expectFound(
      {
        'config/train.yaml': LOWDIM.replace('horizon: 8', 'horizon: <|8|>').replace(
          'n_action_steps: 4',
          'n_action_steps: 8',
        ),
      },
      'horizon-too-short',
      /need 10 \(n_obs_steps \+ n_action_steps\): the policy returns only 6 actions/,
    ));
  test('exactly enough', () => expectNone(changed('horizon: 16', 'horizon: 9'), 'horizon-too-short'));
});

describe('policy-invalid', () => {
  test('a width that no policy has', () =>
    expectFound(changed('n_emb: 32', 'n_emb: <|x|>'), 'policy-invalid', /policy\.n_emb is "x"/));
  test("only ours to judge with another's runner", async () => {
    const files = changed('DDPMScheduler', 'PNDMScheduler');
    const marked = {
      ...files,
      'config/train.yaml': files['config/train.yaml']!.replace(
        'diffusers.schedulers.scheduling_ddpm.PNDMScheduler',
        '<|diffusers.schedulers.scheduling_ddpm.PNDMScheduler|>',
      ),
    };
    const [found] = await expectFound(marked, 'policy-invalid', /^Regrip's builtin runner cannot/, {
      runner: 'python',
    });
    expect(found!.severity).toBe('information');
  });
  test('another policy is none of ours', () =>
    expectNone({ 'config/a.yaml': 'policy:\n  _target_: a.b.OtherPolicy\n  n_emb: x\n' }, 'policy-invalid'));
});

test('a policy of which a value is not known, or broken for another reason, is not called invalid too', async () => {
  const unknown = { overrides: [`task.shape_meta.action.shape=[${UNKNOWN_VALUE}]`] };
  await expectNone(policyProject(), 'policy-invalid', unknown);
  await expectNone(policyProject('', { action: '${nothing}' }), 'policy-invalid');
});
