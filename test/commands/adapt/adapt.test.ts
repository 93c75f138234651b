import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../../adapt/fixtures.js';
import { readListing } from '../../adapt/references.js';
import { regrip as call } from '../call.js';

let folder: string;
let old: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-adapt-'));
  old = await unpackCheckpoint('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const regrip = (...args: string[]) => call(['adapt', ...args], { cwd: folder });
const adapt = (...rest: string[]) => regrip('--old-ckpt', 'policy-7d.ckpt', '--config', NEW_CONFIG, ...rest);
const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('regrip adapt', () => {
  it('writes a checkpoint that has every key of the 8-D policy, and leaves the old file as it was', async () => {
    const before = await digest(old);
    const { code, out } = await adapt('--new-ckpt', 'new.ckpt', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(out) as Record<string, unknown[]>;
    const keys = ['copied', 'widened', 'initialised', 'dropped', 'dimensions', 'fingerprint'];
    expect(Object.keys(document)).toEqual(keys);
    expect([
      document.copied!.length,
      document.widened!.length,
      document.initialised!.length,
      document.dropped!.length,
    ]).toEqual([195, 10, 6, 0]);
    expect(document.widened![0]).toEqual({ key: 'model.input_emb.weight', from: [32, 7], to: [32, 8] });
    expect(await digest(old)).toBe(before);

    const file = await openCheckpoint(join(folder, 'new.ckpt'));
    const listing = readListing('policy-8d.json').state_dicts;
    for (const name of ['model', 'ema_model'] as const) {
      const made = file.index.stateDicts[name]!.map(({ key, shape, dtype, alias }) => [
        key,
        shape,
        dtype,
        alias,
      ]);
      expect(made).toEqual(
        Object.entries(listing[name]).map(([key, t]) => [key, t.shape, t.dtype, t.aliases]),
      );
    }
    const unresolved = (readListing('policy-8d.json').cfg.policy as PlainMap).horizon;
    expect(file.index.pickles).toMatchObject({ global_step: 0, epoch: 0 });
    expect(file.index.config).toMatchObject({
      policy: { horizon: unresolved },
      training: { resume: true },
    });
    await file.close();
  });

  it('tells a person what was widened, kept and compared', async () => {
    const { out } = await adapt('--new-ckpt', 'told.ckpt');
    expect(out).toContain('7-D → 8-D by transplant, from the ema weights of');
    expect(out).toContain('widened      model.input_emb.weight  [32, 7] → [32, 8], new column 7: zero');
    expect(out).toContain('widened      model.head.weight  [7, 32] → [8, 32], new row 7: N(0, 0.02)');
    expect(out).toContain('initialised  normaliser of robot_gripper_state (6 keys)');
    expect(out).toContain('moments of 115 parameters kept, zero where new; learning rate 0.0003');
  });

  it('puts dimensions where --map says, and writes their names into the config', async () => {
    const call = ['--map', 'gripper@0=new', '--map', 'pose=0:7', '--new-ckpt', 'mapped.ckpt', '--json'];
    const { code, out, err } = await adapt(...call);
    expect([code, err]).toEqual([0, expect.stringContaining('action[1] (pose[0]) is')]);
    const { dimensions } = JSON.parse(out) as { dimensions: PlainMap[] };
    expect(dimensions.map(({ field, by, from, lost }) => [field, by, from, lost])).toEqual([
      ['action', 'map', [null, 0, 1, 2, 3, 4, 5, 6], []],
      ['robot_eef_pose', 'position', [0, 1, 2, 3, 4, 5, 6], []],
    ]);
    const file = await openCheckpoint(join(folder, 'mapped.ckpt'));
    await file.close();
    expect(file.index.config?.['regrip']).toEqual({ action_names: ['gripper', { pose: 7 }] });
    const again = ['--old-ckpt', 'mapped.ckpt', '--config', NEW_CONFIG, '--dry-run'];
    const named = await regrip(...again, '+regrip.action_names={pose:7,gripper:1}', '--weights', 'model');
    const told = await adapt('--dry-run', '--map', 'pose=0:7,gripper=new');
    expect(told.out).toContain(
      "names        regrip.action_names: [pose: 7, gripper] is in the new checkpoint's config; put it",
    );
    expect(named.out).toContain('action (by name): pose (0–6) ← old 1–7, gripper (7) ← old 0');
  });

  it('a map that contradicts a policy is a wrong call', async () => {
    const { code, err } = await adapt('--dry-run', '--map', 'pose=0:9');
    expect([code, err]).toEqual([2, expect.stringContaining('asks for old dimension 8')]);
    expect((await adapt('--dry-run', '--map', 'robot_gripper_state: 0=0')).err).toContain(
      'this observation is new',
    );
  });

  it('a dropped dimension is a loss, and with --allow-drop the plan says what holds', async () => {
    const call = ['--dry-run', '--map', 'rest=1:7,a=new:2'];
    const refused = await adapt(...call);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('action: old dimension 0 has no place'),
    ]);
    const { code, out } = await adapt(...call, '--allow-drop');
    expect(code).toBe(0);
    expect(out).toContain('old column 0 dropped, new columns 6–7 (a): zero');
    expect(out).toContain('predicts what the old policy predicts where the dropped values are 0');
  });

  it('plans without writing, and without the data set', async () => {
    const names = await readdir(folder);
    const { code, out } = await adapt('--dry-run', 'task.dataset_path=nowhere.zarr');
    expect(code).toBe(0);
    expect(out).toContain('Nothing was written (dry run).');
    expect(out).toContain('the data set was not compared');
    expect(await readdir(folder)).toEqual(names);
  });

  it('does not write without the data set that the gripper is fitted on', async () => {
    const { code, err } = await adapt('--new-ckpt', 'unfitted.ckpt', 'task.dataset_path=nowhere.zarr');
    expect(code).toBe(1);
    expect(err).toContain('nowhere.zarr');
    expect(await readdir(folder)).not.toContain('unfitted.ckpt');
  });

  it('writes what was planned, and refuses when an input changed since', async () => {
    const config = join(folder, 'config', 'planned.yaml');
    await cp(dirname(NEW_CONFIG), dirname(config), { recursive: true });
    await cp(NEW_CONFIG, config);
    const call = ['--old-ckpt', old, '--config', config, `task.dataset_path=${DATA_SET}`];
    const planned = await regrip(...call, '--dry-run', '--json');
    const { fingerprint } = JSON.parse(planned.out) as { fingerprint: string };
    const write = () => regrip(...call, '--new-ckpt', 'planned.ckpt', '--overwrite', '--expect', fingerprint);
    expect((await write()).code).toBe(0);
    await appendFile(config, '# another state of it\n');
    const refused = await write();
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('changed since the plan was made'),
    ]);
  });

  it('refuses an existing output, and replaces it when asked', async () => {
    await writeFile(join(folder, 'there.ckpt'), 'mine');
    const refused = await adapt('--new-ckpt', 'there.ckpt');
    expect([refused.code, await readFile(join(folder, 'there.ckpt'), 'utf8')]).toEqual([1, 'mine']);
    expect(refused.err).toContain('--overwrite');
    expect((await adapt('--new-ckpt', 'there.ckpt', '--overwrite')).code).toBe(0);
  });

  it('never writes over the old checkpoint', async () => {
    const { code, err } = await adapt('--new-ckpt', 'policy-7d.ckpt', '--overwrite');
    expect(code).toBe(2);
    expect(err).toContain('is the old checkpoint itself');
  });

  it('lists what would be lost, and exits with 1', async () => {
    const { code, err } = await adapt('--new-ckpt', 'x.ckpt', 'policy.n_layer=1');
    expect(code).toBe(1);
    expect(err).toContain('model.decoder.layers.1.linear2.bias: not in the new policy\n    … and 6 more');
    expect(err).toContain('--allow-drop');
  });

  it('suggests the new name of a camera', async () => {
    const rename = [
      '~task.shape_meta.obs.image',
      '+task.shape_meta.obs.camera={shape: [3,90,160], type: rgb}',
    ];
    const { code, err } = await adapt('--dry-run', ...rename);
    expect(code).toBe(1);
    expect(err).toContain('--rename image=camera');
    expect((await adapt('--dry-run', '--rename', 'image=camera', ...rename)).code).toBe(0);
  });

  it.each([
    ['no output', [], '--new-ckpt is missing'],
    ['another strategy', ['--dry-run', '--strategy', 'copy'], 'Allowed choices are transplant, reinit'],
    ['half a renaming', ['--dry-run', '--rename', 'image'], 'expected OLD=NEW'],
  ])('%s is a wrong call', async (_name, args, message) => {
    const { code, err } = await adapt(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it("accepts the guide's spellings", async () => {
    const { code } = await regrip(
      '--old_ckpt',
      old,
      '--new_ckpt',
      'guide.ckpt',
      '--config',
      NEW_CONFIG,
      `task.dataset_path=${DATA_SET}`,
    );
    expect(code).toBe(0);
  });
});
