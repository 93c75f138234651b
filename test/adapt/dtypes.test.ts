// @module-tag long
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { float32Of, floatBytes } from '../../engine/formats/checkpoint/floats.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { regrip as call } from '../commands/call.js';
import { contentOf } from '../formats/checkpoint/files.js';
import { torchPython } from '../peers.js';
import { NEW_CONFIG, unpackCheckpoint } from './fixtures.js';

const COMPARE = fileURLToPath(new URL('../fixtures/adapt/compare_dtypes.py', import.meta.url));

let folder: string;
let original: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-dtypes-'));
  original = await unpackCheckpoint('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type DtypeOf = (key: string) => string;

/** The reference 7-D checkpoint with weights and moments in other dtypes. */
async function cast(name: string, dtypeOf: DtypeOf): Promise<string> {
  const file = await openCheckpoint(original);
  const content = contentOf(file);
  const recast = (source: TensorSource): TensorSource => {
    const dtype = dtypeOf(source.alias ?? source.key);
    const read = async () => encoded(await source.read(), dtype);
    return { ...source, dtype, read };
  };
  const path = join(folder, `${name}.ckpt`);
  const moments = [...content.optimizer!.state].map(
    ([index, { step, expAvg, expAvgSq }]) =>
      [index, { step, expAvg: recast(expAvg), expAvgSq: recast(expAvgSq) }] as const,
  );
  await writeCheckpoint(path, {
    ...content,
    stateDicts: Object.fromEntries(
      Object.entries(content.stateDicts).map(([dict, list]) => [dict, list.map(recast)]),
    ),
    optimizer: { ...content.optimizer!, state: new Map(moments) },
  }).finally(() => file.close());
  return path;
}

/** An integer dtype is there to be refused: its values do not matter. */
function encoded(bytes: Uint8Array, dtype: string): Uint8Array {
  const values = float32Of(bytes, 'float32');
  return dtype === 'int8' ? new Uint8Array(values.length) : floatBytes(values, dtype);
}

const adapt = (from: string, ...rest: string[]) =>
  call(['adapt', '--old-ckpt', from, '--config', NEW_CONFIG, ...rest], { cwd: folder });

const CASTS: readonly (readonly [string, DtypeOf])[] = [
  ['bfloat16', () => 'bfloat16'],
  ['float16', () => 'float16'],
  ['float64', () => 'float64'],
  ['mixed', (key) => (key.startsWith('normalizer.') || key.includes('head') ? 'float32' : 'bfloat16')],
];

describe.each(CASTS)('a checkpoint in %s', (name, dtypeOf) => {
  let old: string;
  beforeAll(async () => {
    old = await cast(name, dtypeOf);
  });

  it('is planned and written alike, and says its dtypes', async () => {
    const dry = await adapt(old, '--dry-run');
    const run = await adapt(old, '--new-ckpt', `${name}-8d.ckpt`);
    expect([dry.code, run.code]).toEqual([0, 0]);
    const lines = (text: string) => text.split('\n').slice(0, -2);
    expect(lines(dry.out)).toEqual(lines(run.out));
    expect(run.out).toContain(`${dtypeOf('model.input_emb.weight')} (`);

    const file = await openCheckpoint(join(folder, `${name}-8d.ckpt`));
    await file.close();
    const dtypes = new Map(file.index.stateDicts['model']!.map(({ key, dtype }) => [key, dtype]));
    expect(dtypes.get('model.input_emb.weight')).toBe(dtypeOf('model.input_emb.weight'));
    expect(dtypes.get('normalizer.params_dict.robot_gripper_state.scale')).toBe('float32');
  });

  it.skipIf(!torchPython())('keeps every old bit, as torch sees it (needs a python with torch)', () => {
    const args = [COMPARE, original, old, join(folder, `${name}-8d.ckpt`)];
    const found = JSON.parse(execFileSync(torchPython()!, args, { encoding: 'utf8' })) as {
      dtypes: Record<string, string>;
    };
    expect(found).toMatchObject({ rounded: [], kept: [], moments: [] });
    expect(found.dtypes['model.head.weight']).toBe(dtypeOf('model.head.weight'));
  });
});

it('a dtype that cannot be widened is refused by the dry run too', async () => {
  const old = await cast('int8', (key) => (key === 'model.input_emb.weight' ? 'int8' : 'float32'));
  const { code, err } = await adapt(old, '--dry-run');
  expect(code).toBe(1);
  expect(err).toContain('model.input_emb.weight is int8: new entries can be added to float32, float16');
});
