/** The table of families, and that each family's answers about a key agree with the keys and shapes that it lists. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import {
  FAMILIES,
  familiesFor,
  familyOf,
  familyOfSpec,
  knownFamily,
  policySpec,
  unknownPolicy,
} from '../../../engine/judge/policy/families.js';
import { renamedKey } from '../../../engine/judge/policy/family.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { config, gripper, image, pose, shapeMeta, unetHybridConfig } from '../../tensors/policy/configs.js';

/** One whole config for each family, with two cameras, so that names in keys are told apart. */
const CAMERAS = shapeMeta(
  { wrist: image(3, 90, 160), robot_eef_pose: pose, nets: image(3, 90, 160), obs_nets: gripper },
  8,
);
const CONFIGS = {
  transformerHybrid: config({ shape_meta: CAMERAS }),
  unetHybrid: unetHybridConfig({ shape_meta: CAMERAS }),
};
const SPECS = Object.values(CONFIGS).map((resolved) => policySpec(resolved));
const rows = SPECS.map((spec) => [spec.family, spec] as const);
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

describe('the table', () => {
  it('has a folder and a config of this test for each family, and no name twice', () => {
    const ids = FAMILIES.map(({ id }) => id);
    expect(Object.keys(CONFIGS).sort()).toEqual([...ids].sort());
    for (const id of ids)
      expect(existsSync(new URL(`../../../engine/judge/policy/${id}/family.ts`, import.meta.url))).toBe(true);
    const classes = FAMILIES.flatMap((family) => family.classes);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(classes).size).toBe(classes.length);
  });

  it.each(rows)('%s reads its own class, in whatever module it lies', (id, spec) => {
    const family = familyOfSpec(spec);
    expect(family.id).toBe(id);
    for (const name of family.classes) {
      const resolved = { policy: { _target_: `mine.${name}` } };
      expect(familyOf(resolved)).toBe(family);
      expect(knownFamily(resolved)).toBe(family);
      expect(familiesFor(resolved)).toEqual([family]);
      expect(unknownPolicy(resolved)).toBeUndefined();
    }
  });

  it('another class: an error with the list, and every family for a single setting', () => {
    const resolved = { policy: { _target_: 'mine.Other' } };
    const list = FAMILIES.flatMap(({ classes }) => classes).join(', ');
    expect(() => familyOf(resolved)).toThrow(`policy._target_ is mine.Other`);
    expect(() => familyOf(resolved)).toThrow(`it knows ${list}`);
    expect(unknownPolicy(resolved)?.message).toContain(list);
    expect(knownFamily(resolved)).toBeUndefined();
    expect(familiesFor(resolved)).toBe(FAMILIES);
  });

  it.each<PlainMap | undefined>([
    undefined,
    {},
    { policy: { _target_: '???' } },
    { policy: { _target_: '${task.policy}' } },
  ])('a config that names no class yet is not called unknown: %j', (resolved) =>
    expect(unknownPolicy(resolved)).toBeUndefined(),
  );
});

describe.each(rows)('%s', (_, spec) => {
  const family = familyOfSpec(spec);

  it('has a place for every key, the parts of one camera and of one field together', () => {
    for (const { key, kind } of spec.parameters)
      expect([key, family.placeOf(key).part === 'normalizer']).toEqual([key, kind === 'normalizer']);
    const named = spec.parameters.flatMap(({ key }) => family.placeOf(key).of?.name ?? []);
    const fields = spec.normalizer.map(({ name }) => name);
    expect(new Set(named)).toEqual(new Set([...fields, ...spec.observations.map(({ key }) => key)]));
  });

  it('renames an observation in its keys and nowhere else', () => {
    const { key: name } = spec.observations.find(({ type }) => type === 'rgb')!;
    const keys = new Set(spec.parameters.map(({ key }) => key));
    const renamed = spec.parameters.map(({ key }) => {
      const { of } = family.placeOf(key);
      return of?.name === name ? renamedKey(key, of, 'front') : key;
    });
    expect(renamed.filter((key) => !keys.has(key)).length).toBeGreaterThan(100);
    expect(renamed.map((key) => key.replace('.front.', `.${name}.`))).toEqual([...keys]);
  });

  it('follows the actions and observations along axes of that length', () => {
    const followed = spec.parameters.flatMap((entry) => {
      const axis = family.axisOf(entry.key, spec);
      return axis === undefined ? [] : [[entry, axis] as const];
    });
    for (const [{ key, shape }, { axis, segments }] of followed)
      expect([key, segments.reduce((sum, { width }) => sum + width, 0)]).toEqual([key, shape[axis]]);
    const layers = followed.flatMap(([{ key }]) => key.replace(/\.(weight|bias)$/, ''));
    for (const layer of family.actionLayers) expect(layers).toContain(layer);
  });

  it('leaves no axis out that the action or an observation widens', () => {
    for (const wide of widened(spec))
      for (const [at, { key, shape }] of wide.parameters.entries()) {
        const before = spec.parameters[at]!;
        expect(before.key).toBe(key);
        const axes = shape.flatMap((size, axis) => (size === before.shape[axis] ? [] : [axis]));
        const axis = family.axisOf(key, wide)?.axis;
        if (axes.length > 0) expect([key, axes]).toEqual([key, [axis]]);
      }
  });

  it('starts every entry by a rule, with as many values as it has', () => {
    for (const entry of spec.parameters.filter(({ kind }) => kind !== 'normalizer')) {
      const rule = family.initialRule(entry, spec);
      if (rule.kind === 'computed')
        expect([entry.key, rule.values().length]).toEqual([entry.key, product(entry.shape)]);
    }
  });

  it('holds each trained tensor in one group at most, with a decay for each group', () => {
    const groups = family.parameterGroups(spec);
    const keys = groups.flatMap(({ parameters }) => parameters.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    const trained = spec.parameters.filter(
      ({ kind, alias, shape }) => kind === 'parameter' && alias === undefined && product(shape) > 0,
    );
    expect(trained.filter(({ key }) => !keys.includes(key))).toEqual([]);
  });

  it('turns kernels with an order that has each axis once', () => {
    const kernels = spec.parameters.filter(({ engineAxes }) => engineAxes !== undefined);
    for (const { shape, engineAxes } of kernels)
      expect([...engineAxes!].sort()).toEqual(shape.map((_length, axis) => axis));
  });
});

/** The same policy with one action dimension more, and with one observation value more. */
function widened({ family }: PolicySpec): PolicySpec[] {
  const resolved = CONFIGS[family as keyof typeof CONFIGS];
  const obs = {
    wrist: image(3, 90, 160),
    robot_eef_pose: { ...pose, shape: [8] },
    nets: image(3, 90, 160),
    obs_nets: gripper,
  };
  const more = [shapeMeta({ ...obs, robot_eef_pose: pose }, 9), shapeMeta(obs, 8)];
  return more.map((meta) =>
    policySpec({ ...resolved, policy: { ...(resolved.policy as object), shape_meta: meta } }),
  );
}
