/** The number of epochs: a positive whole number, however the source reads it, and fewer than from scratch. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, type Files, judged } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';
import { project } from '../pythonProject.js';

const eight = await checkpointOf(policyProject());

describe('epochs', () => {
  test.each(['0', '-1', '2.5', '"200"', 'true', '1e2'])('%s is not a number of epochs', async (value) => {
    const files = { 'config/a.yaml': `training:\n  num_epochs: <|${value}|>\n` };
    await expectFound(files, 'epochs-invalid', /positive whole number/);
  });
  test('200 is', () => expectNone({ 'config/a.yaml': 'training:\n  num_epochs: 200\n' }, 'epochs-invalid'));

  const tuned = (count: string) =>
    policyProject(`training: {num_epochs: ${count}}\npretrained: {path: old.ckpt, load_weights: True}\n`);
  const around = { checkpoints: { 'old.ckpt': { ...eight, config: { training: { num_epochs: 600 } } } } };

  test('as many as from scratch is a hint', async () => {
    const [found] = await expectFound(
      tuned('<|600|>'),
      'epochs-for-scratch',
      /600 epochs are at least as many as the old training took \(600\)/,
      around,
    );
    expect(found!.severity).toBe('hint');
    await expectFix(tuned('600'), 'epochs-for-scratch', 'Use 200', tuned('200'), around);
  });
  test('fewer are not', () => expectNone(tuned('200'), 'epochs-for-scratch', around));
});

describe('a float as number of epochs', () => {
  const epochs = (value: string, lines: string, more?: Files) =>
    project(`training: {num_epochs: ${value}}\n`, lines, more);

  test.each([
    'for i in range(cfg.training.num_epochs): pass',
    'for i in tqdm.tqdm(range(cfg.training.num_epochs), desc="x"): pass',
    'for i in range(0, (cfg.training.num_epochs) + 1): pass',
    'num_epochs = cfg.training.num_epochs\nfor i in range(num_epochs): pass',
    'for i in range(self.cfg["training"]["num_epochs"]): pass',
    'if cfg.training.debug:\n    cfg.training.num_epochs = 2\nfor i in range(cfg.training.num_epochs): pass',
  ])('fails in %s', async (lines) => {
    const files = epochs('<|5e1|>', lines);
    await expectFound(files, 'epochs-invalid', /TypeError at range\(…\) in work\.py:\d/);
  });

  test.each([
    'cfg.training.num_epochs = int(cfg.training.num_epochs)\nfor i in range(cfg.training.num_epochs): pass',
    'OmegaConf.update(cfg, "training.num_epochs", 5)\nfor i in range(cfg.training.num_epochs): pass',
    'while self.epoch < cfg.training.num_epochs: pass',
    'for i in np.arange(cfg.training.num_epochs): pass',
    'for i in range(int(cfg.training.num_epochs)): pass',
    'self.loop(cfg)',
    '"""range(cfg.training.num_epochs)"""',
  ])('not in %s', (lines) => expectNone(epochs('5e1', lines), 'epochs-invalid'));

  test('the loop of a base class, unless it is overridden', async () => {
    const base =
      'class Base:\n    def run(self):\n        for i in range(self.cfg.training.num_epochs): pass\n';
    const derived = 'from pkg.base import Base\nclass Work(Base):\n    pass\n';
    const files = epochs('5e1', 'while self.epoch < cfg.training.num_epochs: pass', { 'pkg/base.py': base });
    await expectNone(files, 'epochs-invalid');
    const inherited = { ...epochs('<|5e1|>', '', { 'pkg/base.py': base }), 'pkg/work.py': derived };
    await expectFound(inherited, 'epochs-invalid', /base\.py:3/);
  });

  test('a number can be made whole, and other faults are told in any loop', async () => {
    const lines = 'for i in range(cfg.training.num_epochs): pass';
    await expectFix(epochs('2.5e1', lines), 'epochs-invalid', 'Use 25', epochs('25', lines));
    const overridden = { overrides: ['training.num_epochs=2.5'] };
    const { findings } = await judged(epochs('7', lines), overridden);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^num_epochs is 2\.5, but must be/),
    ]);
    await expectFound(
      epochs('<|0|>', 'while self.epoch < 3: pass'),
      'epochs-invalid',
      /no epoch would be trained/,
    );
  });

  test('not where train.py makes it whole', () => {
    const main = 'def main(cfg):\n    cfg.training.num_epochs = int(cfg.training.num_epochs)\n';
    return expectNone(
      epochs('5e1', 'for i in range(cfg.training.num_epochs): pass', { 'train.py': main }),
      'epochs-invalid',
    );
  });

  test('a train.py that trains by itself', async () => {
    const loop = (value: string) => ({
      'config/a.yaml': `training: {num_epochs: ${value}}\n`,
      'train.py':
        'class Own:\n    def run(self):\n        for i in range(self.cfg.training.num_epochs): pass\n@hydra.main()\ndef main(cfg):\n    Own(cfg).run()\n',
    });
    await expectFound(loop('<|5e1|>'), 'epochs-invalid', /train\.py:3/);
    await expectNone(
      { ...loop('5e1'), 'other.py': '', 'config/a.yaml': '_target_: x.Y\ntraining: {num_epochs: 5e1}\n' },
      'epochs-invalid',
    );
  });

  test('silent without the source', () =>
    expectNone(
      { 'config/a.yaml': '_target_: other.Work\ntraining: {num_epochs: 5e1}\n', 'x.py': '' },
      'epochs-invalid',
    ));
});
