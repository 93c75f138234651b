/** LeRobot's policies adapted by the command line: a whole folder, old dimensions bit for bit, nothing of the old one changed. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../../engine/formats/safetensors.js';
import { regrip } from '../../commands/call.js';
import { floats } from '../../formats/checkpoint/files.js';
import { saveSafetensors } from '../../formats/checkpoint/forms.js';
import { vector, vectorStatistics } from '../../formats/lerobot/dataSet.js';
import { POSTPROCESSOR_STATE, PREPROCESSOR_STATE } from '../../formats/lerobot/policy.js';
import { ownFolder } from '../../ownFolder.js';
import { json, saveSmall, smallAct, smallConfig, smallDataSet, tensor, weightsOf } from './policies.js';

const folder = ownFolder();
const adapt = (...args: string[]) => regrip(['adapt', '--old-ckpt', 'old', ...args], { cwd: folder.path() });

async function setUp(config = smallConfig()) {
  await saveSmall(folder.path('old'), config);
  await smallDataSet(folder.path('data'));
}

async function digests(path: string): Promise<Record<string, string>> {
  const names = (await readdir(path)).sort();
  const each = names.map(async (name) => [
    name,
    createHash('sha256')
      .update(await readFile(join(path, name)))
      .digest('hex'),
  ]);
  return Object.fromEntries(await Promise.all(each));
}

test.each([
  ['diffusion', smallConfig(), 'diffusion.unet.final_conv.1.weight'],
  ['ACT', smallAct(), 'model.action_head.weight'],
] as const)('%s gets the width of a data set', async (_, config, head) => {
  await setUp(config);
  const before = await digests(folder.path('old'));
  const { code, out, err } = await adapt('--dataset', 'data', '--new-ckpt', 'new', '--json');
  expect([code, err], err).toEqual([0, '']);
  expect(await digests(folder.path('old'))).toEqual(before);
  expect(await readdir(folder.path('new'))).toEqual([
    'config.json',
    'model.safetensors',
    'policy_postprocessor.json',
    POSTPROCESSOR_STATE,
    'policy_preprocessor.json',
    PREPROCESSOR_STATE,
    'regrip_adaptation.json',
  ]);
  const now = await json(folder.path('new'), 'config.json');
  expect(now).toEqual({
    ...config,
    input_features: { ...config.input_features, 'observation.state': { type: 'STATE', shape: [8] } },
    output_features: { action: { type: 'ACTION', shape: [8] } },
  });
  const [old, made] = await Promise.all(
    ['old', 'new'].map((name) => readSafetensors(folder.path(name, 'model.safetensors'))),
  );
  expect([...made!.keys()].sort()).toEqual([...old!.keys()].sort());
  expect(made!.get(head)!.shape[0]).toBe(8);
  const rows = made!.get(head)!.data;
  expect(rows.subarray(0, (rows.length / 8) * 7)).toEqual(old!.get(head)!.data);
  const document = JSON.parse(out) as {
    copied: string[];
    widened: { key: string }[];
    statistics: { widened: { key: string }[] };
  };
  expect(document.widened.map(({ key }) => key)).toContain(head);
  expect(document.statistics.widened.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['action.min', 'action.max', 'observation.state.min']),
  );
  for (const key of document.copied) expect(made!.get(key)!.data, key).toEqual(old!.get(key)!.data);
});

test('statistics of both processors keep the old dimensions and take the new one from the data set', async () => {
  await setUp();
  const statistics = { action: vectorStatistics(8, 0.25), 'observation.state': vectorStatistics(8) };
  await smallDataSet(folder.path('data'), { statistics });
  const { err, out } = await adapt('--dataset', 'data', '--new-ckpt', 'new');
  expect(err).toBe('');
  for (const name of [PREPROCESSOR_STATE, POSTPROCESSOR_STATE]) {
    const [old, now] = await Promise.all(
      ['old', 'new'].map((at) => tensor(folder.path(at, name), 'action.max')),
    );
    expect(now).toEqual([...old!, 2.25 + 7 / 8]);
    expect(await tensor(folder.path('new', name), 'observation.environment_state.mean')).toEqual([
      0.5, 0.625, 0.75,
    ]);
  }
  const { steps } = await json(folder.path('new'), 'policy_preprocessor.json');
  expect(steps[3].config.features.action).toEqual({ type: 'ACTION', shape: [8] });
  expect(out).toContain('statistics   action (MIN_MAX): [7] → [8], old dimensions kept, 7 of the data set');
  expect(out).toContain(
    'action: min and max differ in the new data set in 7 of 7 kept dimensions; dimension 0 has -1.7500, 2.2500 and had -2.0000, 2.0000',
  );
  expect(out).toContain('lerobot-train --policy.path takes the statistics of its data set');
});

test('names of the data set are remembered, and the next adaptation goes by them', async () => {
  await setUp();
  await adapt('--dataset', 'data', '--new-ckpt', 'new');
  const { regrip: names } = await json(folder.path('new'), 'regrip_adaptation.json');
  expect(names.action_names).toEqual(['x', 'y', 'z', 'rx', 'ry', 'rz', 'rw', 'gripper']);
  const moved = { ...vector(9), names: ['gripper', 'x', 'y', 'z', 'rx', 'ry', 'rz', 'rw', 'left'] };
  await smallDataSet(folder.path('data'), {
    features: {
      action: moved,
      'observation.state': vector(8),
      'observation.environment_state': { ...vector(3), names: null },
    },
    statistics: { action: vectorStatistics(9), 'observation.state': vectorStatistics(8) },
  });
  const { err } = await regrip(['adapt', '--old-ckpt', 'new', '--dataset', 'data', '--new-ckpt', 'next'], {
    cwd: folder.path(),
  });
  expect(err).toBe('');
  const key = 'diffusion.unet.final_conv.1.bias';
  const [before, after] = await Promise.all(
    ['new', 'next'].map((at) => tensor(folder.path(at, 'model.safetensors'), key)),
  );
  expect(after!.slice(0, 8)).toEqual([before![7], ...before!.slice(0, 7)]);
  const mean = await tensor(folder.path('next', PREPROCESSOR_STATE), 'action.mean');
  expect(mean).toEqual([0.5 + 7 / 8, ...[0, 1, 2, 3, 4, 5, 6].map((index) => 0.5 + index / 8), 0.5 + 8 / 8]);
});

test('the data set of the old training names the old dimensions, where it is at hand', async () => {
  await setUp();
  const features = {
    'observation.state': vector(7),
    'observation.environment_state': { ...vector(3), names: null },
  };
  await smallDataSet(folder.path('home', 'me', 'old'), { features: { ...features, action: vector(7) } });
  const moved = { ...vector(8), names: ['gripper', 'x', 'y', 'z', 'rx', 'ry', 'rz', 'rw'] };
  await smallDataSet(folder.path('data'), { features: { ...features, action: moved } });
  const training = { dataset: { repo_id: 'me/old', root: null }, policy: smallConfig() };
  await folder.write({ 'old/train_config.json': JSON.stringify(training) });
  const moves = async (env: Record<string, string>, ...more: string[]) => {
    const args = ['adapt', '--old-ckpt', 'old', '--dataset', 'data', '--dry-run', '--json', ...more];
    const { out, err } = await regrip(args, { cwd: folder.path(), env });
    const { widened } = JSON.parse(out) as { widened: { key: string }[] };
    expect(widened.map(({ key }) => key)).toContain('diffusion.unet.final_conv.1.bias');
    return [JSON.parse(out).dimensions[0].from, /called as in (.*),/.exec(err)?.[1]];
  };
  const byName = [null, 0, 1, 2, 3, 4, 5, 6];
  const home = folder.path('home');
  expect(await moves({ HF_LEROBOT_HOME: home })).toEqual([byName, join(home, 'me', 'old')]);
  expect(await moves({}, '--old-dataset', join('home', 'me', 'old'))).toEqual([
    byName,
    join(home, 'me', 'old'),
  ]);
  expect(await moves({ HOME: home })).toEqual([[0, 1, 2, 3, 4, 5, 6, null], undefined]);
});

test('--map puts new dimensions anywhere, in the weights and in the statistics', async () => {
  await setUp();
  const { err } = await adapt('--dataset', 'data', '--new-ckpt', 'new', '--map', '0=new,1:8=0:7');
  expect(err).toBe('');
  const bias = (at: string) =>
    tensor(folder.path(at, 'model.safetensors'), 'diffusion.unet.final_conv.1.bias');
  expect((await bias('new')).slice(1)).toEqual(await bias('old'));
  const max = (at: string) => tensor(folder.path(at, POSTPROCESSOR_STATE), 'action.max');
  expect(await max('new')).toEqual([2, ...(await max('old'))]);
});

test('--strategy and --seed decide what the new action layers begin with', async () => {
  await setUp();
  const made = async (name: string, ...more: string[]) => {
    expect((await adapt('--dataset', 'data', '--new-ckpt', name, ...more)).err).toBe('');
    return tensor(folder.path(name, 'model.safetensors'), 'diffusion.unet.final_conv.1.bias');
  };
  const old = await tensor(folder.path('old', 'model.safetensors'), 'diffusion.unet.final_conv.1.bias');
  const [usual, seeded, again, anew] = [
    await made('usual'),
    await made('seeded', '--seed', '7'),
    await made('again', '--seed', '7'),
    await made('anew', '--strategy', 'reinit'),
  ];
  expect(usual.slice(0, 7)).toEqual(old);
  expect(seeded.slice(0, 7)).toEqual(old);
  expect(seeded).toEqual(again);
  expect(seeded[7]).not.toBe(usual[7]);
  expect(anew.slice(0, 7)).not.toEqual(old);
});

test('narrowing is a loss that must be allowed', async () => {
  await setUp();
  const six = {
    action: vector(6),
    'observation.state': vector(7),
    'observation.environment_state': vector(3),
  };
  await smallDataSet(folder.path('data'), { features: six, statistics: null });
  const call = ['--dataset', 'data', '--new-ckpt', 'new'];
  expect((await adapt(...call)).err).toContain('the new config would lose');
  expect((await adapt(...call, '--allow-drop')).code).toBe(0);
  const old = await tensor(folder.path('old', POSTPROCESSOR_STATE), 'action.min');
  expect(await tensor(folder.path('new', POSTPROCESSOR_STATE), 'action.min')).toEqual(old.slice(0, 6));
});

test('an observation of another name is found by rename_map, or by --rename', async () => {
  const config = smallConfig();
  await saveSmall(folder.path('old'), config, { rename: { 'observation.robot': 'observation.state' } });
  const features = {
    action: vector(8),
    'observation.robot': vector(8),
    'observation.environment_state': vector(3),
  };
  const statistics = { action: vectorStatistics(8), 'observation.robot': vectorStatistics(8) };
  await smallDataSet(folder.path('data'), { features, statistics });
  expect((await adapt('--dataset', 'data', '--new-ckpt', 'new')).err).toBe('');
  expect((await json(folder.path('new'), 'config.json')).input_features['observation.state'].shape).toEqual([
    8,
  ]);
  await saveSmall(folder.path('old'), config);
  const { err } = await adapt('--dataset', 'data', '--dry-run');
  expect(err).toContain(
    'has no observation.state, which the policy takes in; of this type it has observation.robot',
  );
  expect(err).toContain('--rename observation.state=observation.robot');
});

test('without statistics for what is new a plan is shown, and nothing is written', async () => {
  await setUp();
  await writeFile(
    folder.path('next.json'),
    JSON.stringify(smallConfig({ output_features: { action: { type: 'ACTION', shape: [8] } } })),
  );
  const plan = await adapt('--config', 'next.json', '--dry-run');
  expect([plan.code, plan.err]).toEqual([0, '']);
  expect(plan.out).toContain(
    'the new dimensions of action need statistics, because the policy normalizes by MIN_MAX',
  );
  const written = await adapt('--config', 'next.json', '--new-ckpt', 'new');
  expect(written).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--dataset FOLDER') });
  await smallDataSet(folder.path('bare'), { statistics: null });
  expect((await adapt('--dataset', 'bare', '--new-ckpt', 'new')).err).toContain('and the data set has none');
  expect((await readdir(folder.path())).sort()).toEqual(['bare', 'data', 'next.json', 'old']);
});

test('a train_config.json is written with the new policy in it, and one can be the new config', async () => {
  await setUp();
  const training = { dataset: { repo_id: 'me/mine' }, policy: smallConfig(), steps: 10.5 };
  await writeFile(folder.path('old', 'train_config.json'), JSON.stringify(training));
  await adapt('--dataset', 'data', '--new-ckpt', 'new');
  const made = await json(folder.path('new'), 'train_config.json');
  expect(made).toEqual({ ...training, policy: await json(folder.path('new'), 'config.json') });
  const { err } = await adapt(
    '--config',
    join('new', 'train_config.json'),
    '--dataset',
    'data',
    '--new-ckpt',
    'again',
  );
  expect(err).toBe('');
  expect(await json(folder.path('again'), 'train_config.json')).toEqual(made);
});

test('numbers of a config stay what they were: floats, infinity, integers beyond 2^53', async () => {
  await setUp();
  const text = JSON.stringify(smallConfig({ tolerance_s: 1.5, seed: 3 }));
  const odd = text
    .replace('"tolerance_s":1.5', '"tolerance_s":Infinity')
    .replace('"seed":3', '"seed":9007199254740993');
  await writeFile(
    folder.path('old', 'config.json'),
    odd.replace('"optimizer_lr":0.0001', '"optimizer_lr":1.0'),
  );
  const { err } = await adapt('--dataset', 'data', '--new-ckpt', 'new');
  expect(err).toBe('');
  const made = await readFile(folder.path('new', 'config.json'), 'utf8');
  for (const line of ['"tolerance_s": Infinity,', '"seed": 9007199254740993', '"optimizer_lr": 1.0,'])
    expect(made).toContain(line);
});

test('a config that contradicts the data set, and one of another policy, are refused with both sides', async () => {
  await setUp();
  await writeFile(folder.path('next.json'), JSON.stringify(smallConfig()));
  expect((await adapt('--config', 'next.json', '--dataset', 'data', '--dry-run')).err).toMatch(
    /next\.json: has observation\.state of shape \[7\], but the data set .*data has \[8\]/,
  );
  await writeFile(folder.path('next.json'), JSON.stringify(smallAct()));
  expect((await adapt('--config', 'next.json', '--dry-run')).err).toMatch(/diffusion.*LeRobot.*ACT/s);
  await writeFile(folder.path('next.yaml'), 'policy: {}');
  expect((await adapt('--config', 'next.yaml', '--dry-run')).err).toContain('is not a config of LeRobot');
});

test('an output that is there is replaced on request, and only if it holds nothing else', async () => {
  await setUp();
  const call = ['--dataset', 'data', '--new-ckpt', 'new'];
  await adapt(...call);
  expect((await adapt(...call)).err).toContain('the folder already exists');
  await writeFile(folder.path('new', 'config.json'), 'mine');
  expect((await adapt(...call, '--overwrite')).code).toBe(0);
  expect((await json(folder.path('new'), 'config.json')).type).toBe('diffusion');
  await writeFile(folder.path('new', 'notes.md'), 'mine');
  expect((await adapt(...call, '--overwrite')).err).toContain(
    'holds more than a policy of LeRobot (notes.md)',
  );
  for (const place of ['old', join('old', 'new'), join('data', 'new')])
    expect((await adapt('--dataset', 'data', '--new-ckpt', place)).err).toContain('which is never changed');
  await mkdir(folder.path('configs'));
  await cp(folder.path('new', 'config.json'), folder.path('configs', 'config.json'));
  expect(
    (
      await adapt(
        '--config',
        join('configs', 'config.json'),
        '--dataset',
        'data',
        '--new-ckpt',
        'configs',
        '--overwrite',
      )
    ).err,
  ).toContain('the folder of the new config');
  expect((await readdir(folder.path())).sort()).toEqual(['configs', 'data', 'new', 'old']);
});

test('what a killed process put aside comes back before the output is judged', async () => {
  await setUp();
  const call = ['--dataset', 'data', '--new-ckpt', 'new'];
  await adapt(...call);
  await rename(folder.path('new'), folder.path('.new.replaced'));
  expect((await adapt(...call)).err).toContain('the folder already exists');
});

test('old weights or statistics that are not finite are named, and nothing is written', async () => {
  await setUp();
  const states = [
    floats('action.min', [7], [0, 0, Number.NaN, 0, 0, 0, 0]),
    floats('action.max', [7], Array(7).fill(1)),
  ];
  await saveSafetensors(folder.path('old', PREPROCESSOR_STATE), states);
  const { err, code } = await adapt('--dataset', 'data', '--new-ckpt', 'new');
  expect([code, err]).toEqual([1, expect.stringContaining('action.min')]);
  expect((await readdir(folder.path())).sort()).toEqual(['data', 'old']);
});

test('a wrapper’s prefix of the old keys waits for a choice, and is kept on request', async () => {
  await setUp();
  const wrapped = weightsOf(smallConfig()).map((source) => ({ ...source, key: `module.${source.key}` }));
  await saveSafetensors(folder.path('old', 'model.safetensors'), wrapped);
  const call = ['--dataset', 'data', '--overwrite', '--new-ckpt', 'new'];
  expect((await adapt(...call)).err).toContain('--strip-prefix');
  expect((await adapt('--dataset', 'data', '--dry-run')).err).toContain(
    'regrip adapt --old-ckpt old --new-ckpt old-8d --strip-prefix --dataset data --dry-run',
  );
  for (const [option, prefix] of [
    ['--strip-prefix', ''],
    ['--keep-prefix', 'module.'],
  ] as const) {
    const { err } = await adapt(option, ...call);
    expect(err).toBe('');
    const made = await readSafetensors(folder.path('new', 'model.safetensors'));
    expect([...made.keys()].every((key) => key.startsWith(`${prefix}diffusion.`))).toBe(true);
  }
});

test('a policy from before LeRobot 0.4 is sent to LeRobot’s own migration', async () => {
  await setUp();
  await saveSafetensors(folder.path('old', 'model.safetensors'), [
    floats('normalize_inputs.buffer_action.mean', [1], [1]),
  ]);
  expect((await adapt('--dataset', 'data', '--dry-run')).err).toContain('migrate_policy_normalization');
});

test('warnings: no statistics at all, the hub repository of the old policy, a dimension that never changes', async () => {
  await saveSmall(folder.path('old'), smallConfig({ push_to_hub: true, repo_id: 'me/old' }), {
    statistics: [],
  });
  const constant = { ...vectorStatistics(8), min: Array(8).fill(1), max: Array(8).fill(1) };
  await smallDataSet(folder.path('data'), { statistics: { action: constant } });
  const { out } = await adapt('--dataset', 'data', '--new-ckpt', 'new');
  expect(out).toContain('has no statistics beside it');
  expect(out).toContain('a training pushes to me/old, as the old one did');
  expect(out).toContain('action[7] (gripper) never changes in the new data set');
});

test.each([
  [[], 'neither --dataset nor --config says what the new one is'],
  [['--dataset', 'data', 'horizon=8'], 'overrides are for Hydra'],
  [
    ['--dataset', 'data', '--old-config', 'x.yaml'],
    '--old-config x.yaml: the folder of a LeRobot policy has its own config.json',
  ],
  [
    ['--dataset', 'data', '--old-override', 'horizon=8'],
    "--old-override horizon=8: overrides are for Hydra's configs",
  ],
  [
    ['--dataset', 'data', '--weights', 'ema'],
    "--weights ema: LeRobot's policies have no second copy of their weights",
  ],
  [['--dataset', 'data', '--weights', 'model'], '--weights model: LeRobot'],
  [
    ['--dataset', 'data', '--optimizer', 'widen'],
    '--optimizer widen: the folder of a LeRobot policy holds no optimizer moments',
  ],
  [['--dataset', 'data', '--optimizer', 'reset'], '--optimizer reset: the folder'],
  [['--dataset', 'data', '--new-ckpt', 'new.ckpt'], 'what is written is a folder'],
  [['--dataset', 'nowhere'], 'is not a LeRobot data set: it lacks meta/info.json'],
])('a call that means nothing here is refused: %j', async (args, message) => {
  await setUp();
  const { err, code } = await adapt(...args, '--dry-run');
  expect([code > 0, err]).toEqual([true, expect.stringContaining(message)]);
});

test('--dataset and a missing --config are refused for a policy that is not one of LeRobot', async () => {
  expect(await adapt('--dry-run', '--dataset', 'data')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--old-ckpt old: there is nothing at this path'),
  });
  await writeFile(folder.path('old'), 'x');
  expect(await adapt('--dry-run')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--config is missing'),
  });
  expect((await adapt('--dry-run', '--dataset', 'data')).err).toContain('is not a policy of LeRobot');
});

test('a config of LeRobot for a policy of another kind is refused with both sides', async () => {
  await setUp();
  await folder.write({ 'old.ckpt': 'x', 'next.json': JSON.stringify({ policy: smallConfig() }) });
  for (const config of ['old', 'next.json']) {
    const call = ['adapt', '--old-ckpt', 'old.ckpt', '--dry-run', '--config', config];
    const { err } = await regrip(call, { cwd: folder.path() });
    expect(err).toContain(
      'it describes a diffusion policy of LeRobot, and old.ckpt is not the folder of one',
    );
  }
});

test('--expect refuses a plan whose inputs have changed since', async () => {
  await setUp();
  const { fingerprint } = JSON.parse((await adapt('--dataset', 'data', '--dry-run', '--json')).out);
  const call = ['--dataset', 'data', '--new-ckpt', 'new', '--expect', fingerprint];
  await writeFile(folder.path('data', 'meta', 'stats.json'), '{}');
  expect((await adapt(...call)).err).toContain('has changed since the plan was made');
});
