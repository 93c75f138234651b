/** Keys that nothing reads and that are a slip away from one that is read. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone, fakeProject } from '../fixture.js';
import { project } from '../pythonProject.js';

const one = (text: string) => ({ 'config/a.yaml': text });

describe('unknown-key', () => {
  const training = (key: string) => one(`training:\n  ${key}: 20\n  seed: 1\n`);

  test('a slip of a letter, two exchanged, another case', async () => {
    await expectFound(
      training('<|num_epoch|>'),
      'unknown-key',
      /Nothing reads training\.num_epoch, so the default is used\. Did you mean num_epochs/,
    );
    await expectFound(training('<|num_epcohs|>'), 'unknown-key', /num_epochs/);
    await expectFound(training('<|Num_Epochs|>'), 'unknown-key', /num_epochs/);
    await expectFix(training('num_epoch'), 'unknown-key', 'Rename it to num_epochs', training('num_epochs'));
  });

  test.each([
    ['a known key', training('num_epochs')],
    ['one that is nothing like it', training('my_setting')],
    ['somebody interpolates it', one('training:\n  num_epoch: 1\nx: ${training.num_epoch}\n')],
    ['a free section', one('logging:\n  mod: 1\n')],
  ])('not for %s', (_, files) => expectNone(files, 'unknown-key'));

  test('one beside its written twin', () =>
    expectFound(
      one('training:\n  <|num_epoch|>: 1\n  num_epochs: 2\n'),
      'unknown-key',
      /Nothing reads training\.num_epoch\. training\.num_epochs is set as well, and its value is used: 2/,
    ));

  test('not for one that the project reads', () =>
    expectNone(training('num_epoch'), 'unknown-key', {
      project: fakeProject({ keysRead: async () => new Set(['training.num_epoch']) }),
    }));
});

describe('keys that nothing reads', () => {
  test('not in a section that is handed over as a whole', async () => {
    const yaml = (key: string) => `training: {num_epochs: 3, ${key}: 3}\n`;
    await expectFound(project(yaml('<|num_epoch|>'), 'pass'), 'unknown-key', /Nothing reads/);
    await expectNone(project(yaml('num_epoch'), 'Options(**cfg.training)'), 'unknown-key');
  });

  test('not of a class that has arguments of its own', async () => {
    const yaml = (name: string, key: string) => `policy: {_target_: lab.${name}, ${key}: 3}\n`;
    await expectFound(
      project(yaml('DiffusionTransformerHybridImagePolicy', '<|n_heads|>'), 'pass'),
      'unknown-key',
      /n_head\?/,
    );
    await expectNone(project(yaml('FlowPolicy', 'n_heads'), 'pass'), 'unknown-key');
    await expectNone({ 'config/part.yaml': 'policy: {n_embed: 16}\n' }, 'unknown-key');
    await expectNone(project('optimizer: {_target_: torch.optim.Rprop, etas: 3}\n', 'pass'), 'unknown-key');
  });
});
