/** What Hydra would refuse, at the place that caused it. */
import { describe, expect, test } from 'vitest';
import { expectFound, expectNone, judged } from '../fixture.js';
import { project } from '../pythonProject.js';

describe('composition', () => {
  test('a config that is not YAML is reported where it breaks, and nothing else is', async () => {
    const { findings } = await judged({ 'config/a.yaml': 'a: [1, 2\nb: ${nothing}\n' });
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['yaml-syntax']));
    expect(findings[0]!.span.line).toBe(2);
  });

  test.each([
    ['a: 1\nb: [1]<|]|>\nc: {d: 1}\ne: 2\n', /^unexpected extra \]$/],
    ['a: [1\n<|b|>: 2\nc: 3\n', /^a \] is missing before this point$/],
    ['a: 1\n<|b 2|>\nc: 3\n', /a colon may be missing$/],
  ])('one slip of the syntax is one finding, in plain words', async (text, message) => {
    const { findings } = await judged({ 'config/a.yaml': text.replace(/<\||\|>/g, '') });
    expect(findings.map((each) => each.message)).toEqual([expect.stringMatching(message)]);
  });

  test.each(['hydra:\n', 'hydra: 3\n', 'hydra:\n  job:\n', 'hydra:\n  job: 3\n', 'hydra:\n  runtime:\n'])(
    "Hydra's own section, half typed: %j",
    async (text) => {
      const { findings } = await judged({ 'config/a.yaml': `a: 1\n${text}` });
      expect(findings.map(({ message }) => message)).toEqual([expect.stringMatching(/must be a mapping/)]);
    },
  );

  test('an override of a key that is misspelt is told which one is meant, before it is added', async () => {
    const { findings } = await judged(
      { 'config/a.yaml': 'task: {dataset_path: a}\n' },
      { overrides: ['task.dataset_pth=b', 'tsk.x=1', 'task.other=1'] },
    );
    const refused = findings.filter(({ code }) => code === 'override-refused');
    const hints = refused.map(({ message }) => message.replace(/.*composed config; /, ''));
    expect(hints).toEqual([
      expect.stringMatching(/^did you mean dataset_path\? If it is a new key, add it with \+/),
      expect.stringMatching(/^did you mean task\?/),
      'add it with +task.other=1',
    ]);
  });

  test('every duplicate key is told', () =>
    expectFound({ 'config/a.yaml': 'a: 1\nb: 2\n<|a|>: 3\n<|b|>: 4\n' }, 'duplicate-key', /appears twice/));

  test('an option that does not exist, while the others still compose', async () => {
    const files = {
      'config/a.yaml': 'defaults:\n  - <|task: nothing|>\n  - model: small\n  - _self_\nx: ${model.width}\n',
      'config/model/small.yaml': 'width: 3\n',
    };
    await expectFound(files, 'group-missing', /task\/nothing/);
    await expectNone(files, 'interpolation-error');
  });

  test('what refers into a missing option is not told beside it', () =>
    expectNone(
      { 'config/a.yaml': 'defaults: [{task: nothing}, _self_]\nx: ${task.name}\n' },
      'interpolation-error',
    ));

  test('each interpolation that leads nowhere, at its value', () =>
    expectFound(
      { 'config/a.yaml': 'a: <|${nothing}|>\nb: 1\nc: [<|"${b.c}"|>]\nd: ${b}\n' },
      'interpolation-error',
      /nothing|not a mapping or list/,
    ));

  test('two interpolations that put containers into each other end', async () => {
    const { findings } = await judged({ 'config/a.yaml': 'a: ${b}\nb:\n  c: ${a}\n' });
    expect(findings.some(({ code }) => code === 'interpolation-error')).toBe(true);
  });

  test('a mandatory value that nobody sets, and one that an override sets', async () => {
    const files = { 'config/a.yaml': 'task:\n  path: <|???|>\n' };
    await expectFound(files, 'mandatory-missing', /task.path is mandatory \(\?\?\?\) and not set/);
    await expectNone(files, 'mandatory-missing', { overrides: ['task.path=x'] });
  });

  test("keys that options of Hydra's own groups bring into its section are taken, as Hydra does", async () => {
    const local = '# @package _global_\nhydra:\n  run:\n    subdir: y\n';
    const chosen = { 'config/a.yaml': 'defaults:\n  - _self_\n  - override hydra/output: local\n' };
    await expectNone({ ...chosen, 'config/hydra/output/local.yaml': local }, 'composition');
    const own = { 'config/a.yaml': 'hydra:\n  run:\n    subdir: <|y|>\n' };
    await expectFound(own, 'composition', /hydra\.run\.subdir is not a key/);
  });

  test('a mandatory value that the code sets', async () => {
    const yaml = 'agent:\n  shape: ???\n  other: <|???|>\n';
    const code = 'def make(spec, cfg):\n    cfg.shape = spec.shape\n    print(cfg.other)\n';
    await expectFound({ 'config/a.yaml': yaml, 'make.py': code }, 'mandatory-missing', /agent\.other/);
  });

  test('an override that Hydra refuses', async () => {
    const { findings } = await judged({ 'config/a.yaml': 'a: 1\n' }, { overrides: ['b=2'] });
    expect(findings.map(({ code }) => code)).toEqual(['override-refused']);
    expect(findings[0]!.message).toMatch(/'b' does not exist/);
  });
});

test('a mandatory value that is read only where another key says so', async () => {
  const files = (resume: string, value = '???') =>
    project(
      `training: {resume: ${resume}, path: ${value}}\n`,
      'if cfg.training.resume:\n    if cfg.training.path != "None":\n        load(cfg.training.path)',
    );
  await expectNone(files('false'), 'mandatory-missing');
  await expectFound(
    files('true', '<|???|>'),
    'mandatory-missing',
    /training\.path is mandatory \(\?\?\?\) and not set/,
  );
  const built = project('policy: {_target_: a.B, path: <|???|>}\n', 'hydra.utils.instantiate(cfg.policy)');
  await expectFound(built, 'mandatory-missing', /policy\.path/);
});
