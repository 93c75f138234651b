import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { type Plain, PyFloat } from '../../engine/base/plain.js';
import { compose } from '../../engine/config/compose.js';

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
    const folder = await mkdtemp(join(tmpdir(), 'regrip-hydra-'));
    const file = join(folder, 'train.yaml');
    await writeFile(file, text);
    return compose(file, overrides, { env: {} }).finally(() => rm(folder, { recursive: true }));
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
    const why = 'cwd calls hydra:runtime.cwd, which is known in a run only';
    expect(resolved).toEqual({ cwd: '${hydra:runtime.cwd}', b: [1, '${cwd}/x'] });
    expect(notEvaluated).toEqual([
      { path: 'cwd', why },
      { path: 'b.1', why },
    ]);
  });

  test('is no part of what the training sees', async () => {
    await expect(composed(`${RUN}dir: \${hydra.run.dir}\n`)).rejects.toMatchObject({ code: 'interpolation' });
  });
});
