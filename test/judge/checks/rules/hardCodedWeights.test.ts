/** Weights that the source loads from a path of its own. */
import { describe, expect, test } from 'vitest';
import { expectFound, expectNone, type Files, judged } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';
import { project } from '../pythonProject.js';

const LOAD = (steps: string, strict = ', strict=False') => `
if cfg.training.resume:
    pass
else:
    path = pathlib.Path("data/old.ckpt")
    if path.is_file() and self.is_main:
        payload = torch.load(open(path, 'rb'), pickle_module=dill)
        self.model.load_state_dict(payload${steps}${strict})
`;

describe('weights from a path in the source', () => {
  const loading = (lines: string, resume = 'false', mark: readonly [string, string] = ['', '']): Files => {
    const files = project('', lines);
    const [[, primary], ...groups] = Object.entries(policyProject()) as [
      [string, string],
      ...[string, string][],
    ];
    const policy = primary.replace(/^_target_:.*\n/m, '');
    const target = `_target_: ${mark[0]}pkg.work.Work${mark[1]}\n`;
    return {
      ...files,
      'config/train.yaml': `${target}${policy}training: {resume: ${resume}}\n`,
      ...Object.fromEntries(groups),
    };
  };
  const MARKED = ['<|', '|>'] as const;
  const all = LOAD("['state_dicts']");
  const model = LOAD("['state_dicts']['model']");

  test('all state dicts at once match no key', async () => {
    const checkpoints = { 'data/old.ckpt': await checkpointOf(policyProject()) };
    const files = loading(all, 'false', MARKED);
    const [found] = await expectFound(files, 'weights-not-loaded', /work\.py:13 loads .*no key matches/, {
      checkpoints,
    });
    expect(found!.severity).toBe('error');
    const [idle] = await expectFound(loading(all, 'true', MARKED), 'weights-not-loaded', /no key/, {
      checkpoints,
    });
    expect(idle!.severity).toBe('information');
    await expectNone(loading(model), 'weights-not-loaded', { checkpoints });
    await expectNone(loading(model), 'pretrained-incompatible', { checkpoints });
  });

  test('a missing file', async () => {
    const [found] = await expectFound(
      loading(model, 'false', MARKED),
      'pretrained-missing',
      /work\.py:12 loads weights from the hard-coded path .*data\/old\.ckpt, .*silently starts from scratch/,
    );
    expect(found!.severity).toBe('warning');
    await expectNone(loading(model, 'true'), 'pretrained-missing');
  });

  test('one that does not fit', async () => {
    const other = await checkpointOf(policyProject('', { action: '[7]' }));
    await expectFound(
      loading(model, 'false', MARKED),
      'pretrained-incompatible',
      /Adapt it first: regrip adapt/,
      {
        checkpoints: { 'data/old.ckpt': other },
      },
    );
  });

  test('resume passes them over', async () => {
    const checkpoints = { 'data/old.ckpt': await checkpointOf(policyProject()) };
    const { findings } = await judged(loading(model, 'true'), { checkpoints });
    expect(findings.find(({ code }) => code === 'resume-wins')?.message).toMatch(
      /loads .*old\.ckpt, but not when training\.resume is true/,
    );
  });
});
