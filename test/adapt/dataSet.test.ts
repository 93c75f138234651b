import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitDataSet, rangeShifts } from '../../engine/adapt/dataSet.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';
import { DATA_SET } from './fixtures.js';
import { readNormalizer } from './references.js';

describe('fitDataSet', () => {
  it("equals upstream's normaliser of the reference data set (1e-5)", async () => {
    const widths = { action: 8, robot_eef_pose: 7, robot_gripper_state: 1 };
    const fitted = await fitDataSet(DATA_SET, new Map(Object.entries(widths)));
    const expected = readNormalizer();
    for (const field of Object.keys(widths)) {
      for (const name of ['offset', 'scale', 'max', 'mean', 'min', 'std'] as const) {
        const key = name === 'offset' || name === 'scale' ? name : `input_stats.${name}`;
        const values = expected[`params_dict.${field}.${key}`]!;
        values.forEach((value, i) => {
          const tolerance = 1e-5 * Math.max(1, Math.abs(value));
          expect(Math.abs(fitted.get(field)![name][i]! - value), `${field}.${key}[${i}]`).toBeLessThan(
            tolerance,
          );
        });
      }
    }
  });

  it('reads the array that the config names for a field', async () => {
    const columns = { action: 'robot_eef_pose' };
    const fitted = await fitDataSet(DATA_SET, new Map([['action', 7]]), { columns });
    const named = await fitDataSet(DATA_SET, new Map([['robot_eef_pose', 7]]));
    expect(fitted.get('action')).toEqual(named.get('robot_eef_pose'));
  });

  it('names an array that the data set does not have, or has in another width', async () => {
    await expect(fitDataSet(DATA_SET, new Map([['wrist', 3]]))).rejects.toThrow(
      /array wrist of shape \[N, 3\], but the data set does not have it/,
    );
    await expect(fitDataSet(DATA_SET, new Map([['action', 7]]))).rejects.toThrow(
      /array action of shape \[N, 7\], but it has shape \[\d+, 8\]/,
    );
  });

  it('says which rotations an array of another width holds, and what its shape must be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-adapt-'));
    const made = floats(4, 10, 4, () => 0);
    const layout = { ...made.layout, attributes: { rotation_rep: 'rotation_6d' } };
    const path = await writeZarr(join(folder, 'd.zarr'), { action: { ...made, layout } }, [4]);
    await expect(fitDataSet(path, new Map([['action', 8]]))).rejects.toMatchObject({
      message: expect.stringMatching(/shape \[N, 8\], but it has shape \[4, 10\] with 6-D rotations$/),
      hint: expect.stringContaining('to [10], or convert the recordings without --rotation'),
    });
    await rm(folder, { recursive: true });
  });
});

describe('a point cloud', () => {
  const cloud = (path: string, width: number) =>
    fitDataSet(path, new Map([['points', width]]), {
      columns: { points: ['cloud', 'points'] },
      observations: [{ key: 'points', type: 'point_cloud', shape: [9, width] }],
    });

  it('is fitted over its last axis, whatever the number of points', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-cloud-'));
    try {
      const { values } = floats(4, 6, 4, (step, at) => step + 10 * (at % 3));
      const layout = { shape: [4, 2, 3], dtype: '<f4', chunks: [4, 2, 3], compressor: null } as const;
      const path = await writeZarr(join(folder, 'd.zarr'), { points: { layout, values } }, [4]);
      const found = (await cloud(path, 3)).get('points')!;
      expect([...found.min, ...found.max]).toEqual([0, 10, 20, 3, 13, 23]);
      await expect(cloud(path, 6)).rejects.toThrow(
        /array points of shape \[N, points, 6\], but it has shape \[4, 2, 3\]/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('rangeShifts', () => {
  const f = (...values: number[]) => Float32Array.from(values);
  const old = { min: f(0, 0), max: f(1, 1), scale: f(2, 2), offset: f(-1, -1) };

  it('finds nothing in equal ranges, float32 rounding included', () => {
    expect(rangeShifts('action', old, { min: f(0, 1e-8, 5), max: f(1, 1, 6) })).toEqual([]);
  });

  it('names the dimension, both ranges and how far the new data reach', () => {
    const [shift, ...others] = rangeShifts('action', old, { min: f(0, 0, 0), max: f(1, 1.5, 1) });
    expect(others).toEqual([]);
    expect(shift).toEqual({ field: 'action', dimension: 1, old: [0, 1], now: [0, 1.5], reach: 2 });
  });
});
