// @module-tag long
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toYaml } from '../../engine/config/yaml/write.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { regrip as call } from '../commands/call.js';
import { contentOf } from '../formats/checkpoint/files.js';
import { saveBare, saveRobomimic, saveSafetensors, saveWrapped } from '../formats/checkpoint/forms.js';
import { peerPython, torchPython } from '../peers.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from './fixtures.js';

let folder: string;
let close: () => Promise<void>;
let tensors: readonly TensorSource[];
let content: ReturnType<typeof contentOf>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-forms-'));
  const file = await openCheckpoint(await unpackCheckpoint('policy-7d', folder));
  close = () => file.close();
  content = contentOf(file);
  tensors = content.stateDicts['ema_model']!;
  await writeFile(join(folder, 'old.yaml'), toYaml(file.index.config!));
  await adapt('policy-7d.ckpt', '--new-ckpt', 'straight.ckpt');
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

const regrip = (...args: string[]) => call(args, { cwd: folder });
const adapt = (old: string, ...rest: string[]) =>
  regrip('adapt', '--old-ckpt', old, ...rest, '--config', NEW_CONFIG);
const path = (name: string) => join(folder, name);
const renamed = (name: (key: string) => string) =>
  tensors.map(({ alias, ...tensor }): TensorSource => {
    return { ...tensor, key: name(tensor.key), ...(alias !== undefined && { alias: name(alias) }) };
  });
const prefixed = (prefix: string) => renamed((key) => `${prefix}${key}`);

/** Digests of every tensor, by state dict. */
async function digests(name: string): Promise<Record<string, Record<string, { sha256: string }>>> {
  const { out } = await regrip('inspect', name, '--hash', '--json');
  return (JSON.parse(out) as { stateDicts: Record<string, Record<string, { sha256: string }>> }).stateDicts;
}

const FORMS: readonly (readonly [string, string, () => Promise<string>, RegExp])[] = [
  ['a bare state dict', 'bare.pt', () => saveBare(path('bare.pt'), tensors), /a bare state dict/],
  [
    'a checkpoint of Lightning',
    'lightning.ckpt',
    () =>
      saveWrapped(
        path('lightning.ckpt'),
        { state_dict: prefixed('policy.') },
        { epoch: 7, 'pytorch-lightning_version': '2.1.0' },
      ),
    /PyTorch Lightning \(weights in state_dict\)/,
  ],
  [
    'a dict with a model',
    'model.pth',
    () => saveWrapped(path('model.pth'), { model: tensors }),
    /state dict in model/,
  ],
  [
    'a dict with an average',
    'ema.pth',
    () => saveWrapped(path('ema.pth'), { ema: tensors }),
    /state dict in ema/,
  ],
  [
    'a checkpoint of robomimic',
    'robomimic.pth',
    () => saveRobomimic(path('robomimic.pth'), prefixed('policy.')),
    /robomimic/,
  ],
  [
    'a safetensors file',
    'policy.safetensors',
    () => saveSafetensors(path('policy.safetensors'), tensors),
    /a safetensors file/,
  ],
];

describe.each(FORMS)('%s', (_, name, make, text) => {
  beforeAll(async () => {
    await make();
  });

  it('is opened, and named', async () => {
    const { code, out } = await regrip('inspect', name);
    expect(code).toBe(0);
    expect(out).toMatch(text);
    const listing = await regrip('inspect', name, '--listing');
    expect(listing.out).toMatch(text);
    expect(listing.out).toContain('model.head.weight');
  });

  it('asks for the old config by the call that gives it', async () => {
    const { code, err } = await adapt(name, '--new-ckpt', `${name}-8d.ckpt`, '--seed', '7');
    expect(code).toBe(1);
    expect(err).toMatch(text);
    expect(err).toContain(
      `regrip adapt --old-ckpt ${name} --new-ckpt ${name}-8d.ckpt --old-config OLD.yaml --seed 7 --config ${NEW_CONFIG}`,
    );
  });

  it('becomes the checkpoint that the training’s own file becomes, but for the moments', async () => {
    const more = [
      '--old-config',
      'old.yaml',
      ...(/lightning|robomimic/.test(name) ? ['--strip-prefix'] : []),
    ];
    const { code, out, err } = await adapt(name, '--new-ckpt', `${name}-8d.ckpt`, ...more);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(text);
    expect(out).toContain('no moments (fresh state)');
    expect(await digests(`${name}-8d.ckpt`)).toEqual(await digests('straight.ckpt'));
    const file = await openCheckpoint(path(`${name}-8d.ckpt`));
    await file.close();
    expect(file.index).toMatchObject({ pickles: { epoch: 0, global_step: 0 }, config: { policy: {} } });
    expect(file.index.form).toBeUndefined();
    expect(file.index.optimizer!.paramGroups).toHaveLength(3);
  });
});

const PREFIXES: readonly (readonly [string, (key: string) => string, string])[] = [
  ['module', (key) => `module.${key}`, 'the prefix module. (DataParallel or DistributedDataParallel)'],
  ['nested', (key) => `module._orig_mod.${key}`, 'the prefix module._orig_mod. ('],
  ['lightning', (key) => `model.${key}`, 'the prefix model.'],
  ['policy', (key) => `policy.${key}`, 'the prefix policy.'],
  ['inner', (key) => key.replace(/^model\./, 'model._orig_mod.'), '_orig_mod behind model (torch.compile)'],
  [
    'both',
    (key) => `module.${key.replace(/^model\./, 'model._orig_mod.')}`,
    'the prefix module. and _orig_mod behind model',
  ],
];

describe.each(PREFIXES)('the wrapper %s', (name, wrap, text) => {
  const old = `wrapped-${name}.ckpt`;
  beforeAll(async () => {
    const dicts = { model: renamed(wrap), ema_model: renamed(wrap) };
    await writeCheckpoint(path(old), { ...content, stateDicts: dicts });
  });

  it('is recognised, and waits for a choice', async () => {
    const { code, err } = await adapt(old, '--dry-run');
    expect(code).toBe(1);
    expect(err).toContain(`its keys have ${text}`);
    expect(err).toContain(`without it ${tensors.length} of the ${tensors.length} keys`);
    expect(err).toContain(
      `regrip adapt --old-ckpt ${old} --new-ckpt wrapped-${name}-8d.ckpt --strip-prefix --dry-run --config`,
    );
  });

  it('is taken off: the same bytes as without it, moments included', async () => {
    const { code, out } = await adapt(old, '--new-ckpt', `stripped-${name}.ckpt`, '--strip-prefix');
    expect(code).toBe(0);
    expect(out).toContain('it was removed');
    const [stripped, straight] = [path(`stripped-${name}.ckpt`), path('straight.ckpt')];
    expect((await readFile(stripped)).equals(await readFile(straight))).toBe(true);
  });

  it('is kept where that is asked for, around new keys too', async () => {
    const { code } = await adapt(old, '--new-ckpt', `kept-${name}.ckpt`, '--keep-prefix');
    expect(code).toBe(0);
    const straight = await digests('straight.ckpt');
    const expected = Object.entries(straight['model']!).map(([key, value]) => [wrap(key), value.sha256]);
    const kept = Object.entries((await digests(`kept-${name}.ckpt`))['model']!);
    expect(kept.map(([key, value]) => [key, value.sha256])).toEqual(expected);
  });
});

describe('names that only look like a wrapper', () => {
  it("the policy's own keys begin with model. and normalizer.: nothing is recognised", async () => {
    const { code, out } = await adapt('policy-7d.ckpt', '--dry-run');
    expect(code).toBe(0);
    expect(out).not.toContain('prefix');
    const asked = await adapt('policy-7d.ckpt', '--dry-run', '--strip-prefix');
    expect(asked.code).toBe(0);
    expect(asked.out).toContain('there was nothing to strip');
  });

  it('two copies: each call is offered, and the other copy is not a loss', async () => {
    const twice = [...prefixed('net.'), ...prefixed('ema.')];
    await saveBare(path('twice.pt'), twice);
    const { err } = await adapt('twice.pt', '--dry-run', '--old-config', 'old.yaml');
    expect(err).toContain('holds the old policy 2 times');
    expect(err).toContain('--strip-prefix net. --old-config old.yaml');
    expect(err).toContain('--strip-prefix ema. --old-config old.yaml');
    const chosen = await adapt('twice.pt', '--dry-run', '--old-config', 'old.yaml', '--strip-prefix', 'ema');
    expect(chosen.code).toBe(0);
    expect(chosen.out).toContain(`${tensors.length} keys that do not belong to it were left out`);
  });

  it('a prefix that none has, and an override in its place', async () => {
    const wrong = await adapt('policy-7d.ckpt', '--dry-run', '--strip-prefix', 'modul');
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining('no key of the old policy has this prefix in'),
    ]);
    expect(wrong.err).toContain('Its keys have no prefix: leave the option out.');
    const override = await adapt('policy-7d.ckpt', '--dry-run', '--strip-prefix', 'training.seed=3');
    expect([override.code, override.err]).toEqual([2, expect.stringContaining('not an override')]);
  });
});

it('a config of another policy is named, not the file blamed', async () => {
  await saveBare(path('bare.pt'), tensors);
  const { code, err } = await adapt('bare.pt', '--dry-run', '--old-config', NEW_CONFIG);
  expect(code).toBe(1);
  expect(err).toContain(`${NEW_CONFIG} expects model.`);
  const other = await saveBare(path('other.pt'), prefixed('another_').slice(0, 3));
  const none = await adapt(other, '--dry-run', '--old-config', 'old.yaml');
  expect(none.err).toContain('none of its keys (another_');
});

it('a safetensors file is not what is written', async () => {
  const { code, err } = await adapt('policy-7d.ckpt', '--new-ckpt', 'new.safetensors');
  expect([code, err]).toEqual([2, expect.stringContaining('ends in .ckpt')]);
});

describe('a wrapped file elsewhere', () => {
  const old = 'everywhere.ckpt';
  beforeAll(async () => {
    const dicts = { model: prefixed('module.'), ema_model: prefixed('module.') };
    await writeCheckpoint(path(old), { ...content, stateDicts: dicts });
  });

  it('check names the prefix, and the call that takes it off', async () => {
    const named = ['+pretrained.load_weights=true', `+pretrained.path=${path(old)}`];
    const { out } = await regrip('check', NEW_CONFIG, ...named, '--json');
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; message: string }[] };
    const found = diagnostics.find((each) => each.code === 'pretrained-incompatible');
    expect(found?.message).toContain('its keys have the prefix module.');
    expect(found?.message).toContain('--strip-prefix --config');
  });

  it.each(['evaluate', 'predict'])('%s says it before any tensor is read', async (command) => {
    const { code, err } = await regrip(command, old, ...(command === 'predict' ? ['--windows', '0'] : []));
    expect(code).toBe(1);
    expect(err).toContain('its keys have the prefix module.');
    expect(err).toContain('--strip-prefix');
  });

  it('finetune says it, started from the file or from what would be adapted', async () => {
    const small = [NEW_CONFIG, '--run-dir', 'run', `task.dataset_path=${DATA_SET}`];
    const init = await regrip('finetune', ...small, '--init', old);
    expect(init.err).toContain('its keys have the prefix module.');
    const adapted = await regrip('finetune', ...small, '--old-ckpt', old);
    expect(adapted.err).toContain('--strip-prefix --config');
  });
});

const withSafetensors = peerPython(['torch', 'dill', 'safetensors']);
const writer = withSafetensors ?? torchPython();

describe.skipIf(!writer)('files that torch itself wrote (needs a python with torch)', () => {
  beforeAll(() => {
    const script = fileURLToPath(new URL('../fixtures/adapt/save_forms.py', import.meta.url));
    execFileSync(writer!, [script, path('policy-7d.ckpt'), folder]);
  });

  it.each([
    'torch-bare.pt',
    'torch-lightning.ckpt',
    'torch-robomimic.pth',
    'torch-ema.pt',
    'torch-wrapped.pth',
  ])('%s', async (name) => {
    const strip = name === 'torch-wrapped.pth' ? ['--strip-prefix'] : [];
    const made = `${name}-8d.ckpt`;
    const { code, err } = await adapt(name, '--new-ckpt', made, '--old-config', 'old.yaml', ...strip);
    expect([code, err]).toEqual([0, '']);
    expect(await digests(made)).toEqual(await digests('straight.ckpt'));
  });

  it('a whole module is refused, with what to save instead', async () => {
    const { code, err } = await regrip('inspect', 'torch-module.pt');
    expect(code).toBe(1);
    expect(err).toContain('torch.save(model.state_dict(), FILE)');
  });

  it.skipIf(!withSafetensors)('a safetensors file (needs the safetensors package beside torch)', async () => {
    const call = [
      'torch.safetensors',
      '--new-ckpt',
      'torch-safe-8d.ckpt',
      '--old-config',
      'old.yaml',
    ] as const;
    const { code } = await adapt(...call);
    expect(code).toBe(0);
    expect(await digests('torch-safe-8d.ckpt')).toEqual(await digests('straight.ckpt'));
  });
});
