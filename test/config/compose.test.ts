import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { type Plain, PyFloat } from '../../engine/base/plain.js';
import { compose, overrideSaved } from '../../engine/config/compose.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const CASES = join(import.meta.dirname, '../fixtures/reference/hydra');

interface Expected {
  readonly config: string;
  readonly overrides: readonly string[];
  readonly resolved?: Plain;
}

/** How Hydra's and OmegaConf's errors are called here. */
const ERRORS: Readonly<Record<string, string>> = {
  'delete-missing-error': 'override-refused', // ConfigCompositionException: could not delete
  'dup-key-error': 'duplicate-key', // ConstructorError
  'interpolation-cycle-error': 'interpolation', // InterpolationResolutionError
  'interpolation-missing-error': 'interpolation', // InterpolationKeyError
  'missing-group-error': 'group-missing', // MissingConfigException
  'unknown-key-error': 'override-refused', // ConfigCompositionException: could not override
};

describe('Hydra 1.3.2 gives the same', () => {
  for (const name of readdirSync(CASES)) {
    const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
    test(name, async () => {
      const composed = compose(join(CASES, name, `${expected.config}.yaml`), expected.overrides, { env: {} });
      const code = ERRORS[name];
      if (code !== undefined) await expect(composed).rejects.toMatchObject({ code });
      else expect(JSON.parse(JSON.stringify((await composed).resolved))).toEqual(expected.resolved);
    });
  }
});

describe('Hydra 1.3.2 gives the same over a tree of many constructs', () => {
  const FOLDER = join(import.meta.dirname, '../fixtures/hydra');
  const cases = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as readonly {
    readonly config: string;
    readonly overrides: readonly string[];
    readonly resolved?: Plain;
  }[];
  test.each(cases.map((each) => [`${each.config} ${each.overrides.join(' ')}`, each] as const))(
    '%s',
    async (_, { config, overrides, resolved }) => {
      const composed = compose(join(FOLDER, 'tree', `${config}.yaml`), overrides, {
        configRoot: join(FOLDER, 'tree'),
        env: { REGRIP_EXTRA: join(FOLDER, 'extra'), REGRIP_SET: 'set' },
        run: { folder: '/', jobName: 'train' },
      });
      if (resolved === undefined) await expect(composed).rejects.toBeInstanceOf(RegripError);
      else expect(tagged((await composed).resolved)).toEqual(resolved);
    },
  );
});

/** Floats apart from integers, as the script that made the fixture writes them. */
function tagged(value: Plain): unknown {
  if (value instanceof PyFloat) return floatOf(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? value : floatOf(value);
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]));
}

function floatOf(value: number): { float: string } {
  const text = Number.isInteger(value) ? `${value}.0` : String(value);
  return { float: text.replace('Infinity', 'inf').replace('NaN', 'nan') };
}

test('every case with an error in the reference is expected to fail here', () => {
  const failing = readdirSync(CASES).filter(
    (name) =>
      (JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected).resolved ===
      undefined,
  );
  expect(failing.sort()).toEqual(Object.keys(ERRORS).sort());
});

describe("Hydra's own section", () => {
  const composed = async (text: string, ...overrides: string[]) => {
    await folder.write({ 'train.yaml': text });
    return compose(folder.path('train.yaml'), overrides, { env: {} });
  };
  const RUN = 'name: a\nhydra:\n  run:\n    dir: out/${name}\n';

  test('is read through hydra: as far as the config writes it', async () => {
    const text = `${RUN}dir: "\${hydra:run.dir}"\nconfig: "\${hydra:job.config_name}"\nnum: "\${hydra:job.num}"\n`;
    const { resolved, runDir } = await composed(text, 'hydra.job.num=3');
    expect(resolved).toEqual({ name: 'a', dir: 'out/a', config: 'train', num: 3 });
    expect(runDir).toBe('out/a');
  });

  test('has values that only a run knows', async () => {
    const { resolved, notEvaluated } = await composed('cwd: ${hydra:runtime.cwd}\nb: [1, "${cwd}/x"]\n');
    const why = 'cwd calls hydra:runtime.cwd, which is known only in a run';
    expect(resolved).toEqual({ cwd: '${hydra:runtime.cwd}', b: [1, '${cwd}/x'] });
    expect(notEvaluated).toEqual([
      { path: 'cwd', why },
      { path: 'b.1', why },
    ]);
  });

  test('is not part of what the training sees', async () => {
    await expect(composed(`${RUN}dir: \${hydra.run.dir}\n`)).rejects.toMatchObject({ code: 'interpolation' });
  });
});

const NUMBERS = `big: 12345678901234567890
one: 1
float: 1.0
huge: 1e30
minus: -0.0
nan: .nan
infinite: -.inf
again: \${big}
text: "\${big} \${float} \${huge}"
sum: \${eval:'\${big} + 1'}
decoded: \${oc.decode:'98765432109876543210'}
`;

test('numbers come through composition as they were written: integers of any size, floats apart from integers', async () => {
  await folder.write({ 'train.yaml': NUMBERS });
  const overrides = ['+x=98765432109876543210', '+y=[2.0,nan,-inf]', '~big=12345678901234567891'];
  const file = folder.path('train.yaml');
  const { resolved } = await compose(file, overrides.slice(0, 2), { env: {} });
  expect(resolved).toEqual({
    big: 12345678901234567890n,
    one: 1,
    float: new PyFloat(1),
    huge: new PyFloat(1e30),
    minus: new PyFloat(-0),
    nan: Number.NaN,
    infinite: Number.NEGATIVE_INFINITY,
    again: 12345678901234567890n,
    text: '12345678901234567890 1.0 1e+30',
    sum: 12345678901234567891n,
    decoded: 98765432109876543210n,
    x: 98765432109876543210n,
    y: [new PyFloat(2), Number.NaN, Number.NEGATIVE_INFINITY],
  });
  await expect(compose(file, overrides, { env: {} })).rejects.toMatchObject({ code: 'override-refused' });
});

async function composedOf(files: Record<string, string>, ...overrides: string[]) {
  await folder.write(files);
  return compose(folder.path('train.yaml'), overrides, { env: {} });
}

describe('names the place and the way out', () => {
  test.each([
    ['a: 1\nb: ${nope}', [], /train\.yaml:2:4: b refers to 'nope', which does not exist/],
    ['a: ???\nb: ${a}', [], /train\.yaml:2:4: b refers to 'a', which is mandatory and not set/],
    ['a: [1]\nb: ${a.3}', [], /train\.yaml:2:4: b refers to 'a\.3', which does not exist/],
    [
      'a: 1\nb: ${other:run.dir}',
      [],
      /train\.yaml:2:4: b uses the resolver 'other', which is neither built in \(.*\) nor registered/,
    ],
    ['a: 1\nb: {1: x}', [], /train\.yaml:2:5: YAML reads the key 1 as a number/],
    ['a: 1\nb: !mine x', [], /train\.yaml:2:\d+: the tag !mine is not supported/],
    ['defaults:\n  - task: none', [], /train\.yaml:2:5: the defaults list names 'task\/none'/],
    ['hydra:\n  searchpath: [pkg://x]', [], /train\.yaml:2:\d+: hydra\.searchpath has 'pkg:\/\/x'/],
    ['a: [1, 2]', ['a.5=1'], /override 'a\.5=1': the list has 2 entries/],
    ['a: [1, 2]', ['~a.0'], /override '~a\.0'.* an entry of a list cannot be deleted/],
    [
      'a: 1',
      ['a=json_str(3)'],
      /calls json_str\(…\), which Hydra 1\.3 does not have .*; later versions of Hydra have it/,
    ],
    [
      'a: 1',
      ['a=int(x)'],
      /calls int\(…\), which converts text that Python does not read as an integer to int/,
    ],
    ['a: 1', ['a=[choice(1,2)]'], /has a sweep inside a list or a map/],
    ['a: 1', ['a=1,2'], /override 'a=1,2' is a sweep/],
  ])('%j %j', async (text, overrides, message) => {
    await expect(composedOf({ 'train.yaml': text }, ...overrides)).rejects.toThrow(message);
  });

  test('changes an entry of a list', async () => {
    expect(
      (await composedOf({ 'train.yaml': 'a: [1, {b: 2}]' }, 'a.1.b=3', 'a.0=${a.1.b}')).resolved,
    ).toEqual({
      a: [3, { b: 3 }],
    });
  });

  test('leaves a value that nobody set', async () => {
    expect((await composedOf({ 'train.yaml': 'a: ???' })).resolved).toEqual({ a: '???' });
  });
});

test("an option of Hydra's own groups may bring keys that its section does not have, any other config not", async () => {
  const brings = '# @package _global_\nhydra: {run: {subdir: x}}\n';
  const files = { 'hydra/output/mine.yaml': brings, 'task/mine.yaml': brings };
  const own = { ...files, 'train.yaml': 'defaults:\n  - _self_\n  - override hydra/output: mine\na: 1\n' };
  expect((await composedOf(own)).resolved).toEqual({ a: 1 });
  const other = { ...files, 'train.yaml': 'defaults:\n  - task: mine\n' };
  await expect(composedOf(other)).rejects.toThrow(/hydra\.run\.subdir is not a key of Hydra/);
});

describe('a config that was saved', () => {
  const SAVED = {
    n: 1,
    task: { name: 'lift', _target_: 'a.B' },
    steps: '${n}',
    home: '${oc.env:NOBODY_SETS}',
  };

  test('takes overrides, and its interpolations stay text', () => {
    expect(overrideSaved(SAVED, 'a.ckpt', ['n=2', '+task.new=${n}', '~task.name'])).toEqual({
      n: 2,
      task: { _target_: 'a.B', new: '${n}' },
      steps: '${n}',
      home: '${oc.env:NOBODY_SETS}',
    });
    expect(SAVED.n).toBe(1);
  });

  test('has no groups to choose from, and refuses what does not fit', () => {
    expect(overrideSaved(SAVED, 'a.ckpt', ['task=x'])['task']).toBe('x');
    expect(() => overrideSaved(SAVED, 'a.ckpt', ['nn=2'])).toThrow(
      expect.objectContaining({ code: 'override-refused', hint: expect.stringContaining('did you mean n?') }),
    );
  });
});

test('a primary config outside the config root, or that is not there, is refused', async () => {
  await folder.write({ 'a/train.yaml': 'a: 1\n', 'b/x.yaml': '' });
  const composing = compose(folder.path('a/train.yaml'), [], { configRoot: folder.path('b') });
  await expect(composing).rejects.toMatchObject({
    code: 'config-missing',
    file: folder.path('a/train.yaml'),
  });
  await expect(compose(folder.path('gone.yaml'), [])).rejects.toMatchObject({ code: 'config-missing' });
});
