import { describe, expect, test } from 'vitest';
import { loggedKeys } from '../../../engine/project/python/loggedKeys.js';
import { methodsOf, partsOf } from './methods.js';

const CHOICE = '\ntopk.get_ckpt_path(log)';
const logged = async (body: string) => loggedKeys(await methodsOf(body), partsOf);
const keys = async (body: string) => {
  const found = await logged(body + CHOICE);
  return found && [...found.keys.keys(), ...found.patterns.map(String)];
};

test.each([
  ["log = {'a': 1, 'b/c': 2}", ['a', 'b_c']], // as the choice sees them
  ["log = dict()\nlog['a'] = 1", ['a']],
  ["log['a'] = 1; log['b'] = 2", ['a', 'b']],
  ["log.update({'a': 1})", ['a']],
  ["log[f'val_{x}_loss'] = 1", ['/^val_.*_loss$/']],
  ["log['a'] = 1\nprint(log)\nwandb.log(log, step=1)\nx = log['b']\nlog.keys()", ['a']],
  ["def add(log, name):\n  log[f'{name}_mse'] = 1\nlog['a'] = 1\nadd(log, 'val')", ['a', '/^.*_mse$/']],
  ["def add(x, log: dict = None):\n  log['b'] = 1\nadd(3, log)", ['b']],
  ["log: dict = 5\nlog['a'] = 1", ['a']],
])('%j', async (body, expected) => expect(await keys(body)).toEqual(expected));

test.each([
  'log[name] = 1',
  'log = make()',
  'log.update(more)',
  "log.setdefault('a', 1)",
  "log['a'], log[b] = 1, 2",
  "for log['a'] in x:\n  pass",
  'fill(log)',
  "def fill(other):\n  other['a'] = 1\nfill(log)",
  "def fill(x, log):\n  x['a'] = 1\nfill(log, {})",
  'self.fill(log)',
  "log[f'{x}'] = 1",
  'log = {**more}',
])('%j may add keys that the text does not tell', async (body) => expect(await keys(body)).toBeUndefined());

test('the metrics may be a copy of what is logged, with other names', async () => {
  const body =
    "step['a/b'] = 1\nmetrics = dict()\nfor key, value in step.items():\n  metrics[key.replace('/', '_')] = value\ntopk.get_ckpt_path(metrics)";
  expect([...(await logged(body))!.keys.keys()]).toEqual(['a_b']);
});

test('what the environment’s runner gives joins them', async () => {
  const body = 'out = env_runner.run(self.policy)\nlog.update(out)';
  expect((await logged(body + CHOICE))!.hasRunner).toBe(true);
  expect(await keys('out = make()\nlog.update(out)')).toBeUndefined();
});

test('a training that chooses no checkpoint, or at two places, is not told', async () => {
  expect(await logged("log['a'] = 1")).toBeUndefined();
  expect(await logged(`log['a'] = 1${CHOICE}${CHOICE}`)).toBeUndefined();
});

describe('when something is logged', () => {
  test.each([
    ["log['a'] = 1", { every: [], when: [], needsData: false, isUnsure: false }],
    ["if cfg.training.val:\n  log['a'] = 1", { when: [{ key: 'training.val', isTrue: true }] }],
    [
      "if (self.epoch % cfg.training.val_every) == 0:\n  log['a'] = 1",
      { every: ['training.val_every'], isUnsure: false },
    ],
    ["if len(val_losses) > 0:\n  log['a'] = 1", { needsData: true, isUnsure: false }],
    ["if len(losses) > 0:\n  log['a'] = 1", { needsData: false, isUnsure: true }],
    ["if x:\n  log['a'] = 1", { isUnsure: true }],
    ["if (self.step % cfg.training.val_every) == 0:\n  log['a'] = 1", { every: [], isUnsure: true }],
    ["if (self.epoch % cfg.training.val_every) != 0:\n  log['a'] = 1", { every: [], isUnsure: true }],
  ])('%j', async (body, moment) => {
    expect((await logged(body + CHOICE))!.keys.get('a')).toMatchObject([moment]);
  });

  test('and when the choice is made', async () => {
    const { choice } = (await logged(
      "log['a'] = 1\nif (epoch % cfg.training.every) == 0:\n  topk.get_ckpt_path(log)",
    ))!;
    expect(choice).toMatchObject({ every: ['training.every'], place: { file: '/p/work.py', line: 4 } });
  });
});
