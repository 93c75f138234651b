/** Arguments that only another scheduler of diffusers takes. */
import { expect, test } from 'vitest';
import { expectFound, expectNone, type Files } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const DDPM = 'diffusers.schedulers.scheduling_ddpm.DDPMScheduler';
const DDIM = 'diffusers.schedulers.scheduling_ddim.DDIMScheduler';

function changed(...changes: readonly (readonly [string, string])[]): Files {
  const files = policyProject();
  let text = files['config/train.yaml']!;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return { ...files, 'config/train.yaml': text };
}

const VARIANCE = 'variance_type: fixed_small';

test('a variance under DDIM', () =>
  expectFound(
    changed([DDPM, DDIM], ['variance_type: ', '<|variance_type|>: ']),
    'argument-unknown',
    /^DDIMScheduler does not accept the argument variance_type, which is DDPMScheduler's/,
  ));
test('the last alpha under DDPM', () =>
  expectFound(
    changed([VARIANCE, '<|set_alpha_to_one|>: true']),
    'argument-unknown',
    /^DDPMScheduler does not accept the argument set_alpha_to_one/,
  ));
test('each has its own', async () => {
  await expectNone(policyProject(), 'argument-unknown');
  await expectNone(changed([DDPM, DDIM], [VARIANCE, 'set_alpha_to_one: true']), 'argument-unknown');
});
test('a class of another package takes what it likes', () =>
  expectNone(changed([DDPM, 'mine.DDIMScheduler']), 'argument-unknown'));
