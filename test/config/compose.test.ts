import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plain } from '../../engine/base/plain.js';
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

test('every case with an error in the reference is expected to fail here', () => {
  const failing = readdirSync(CASES).filter(
    (name) =>
      (JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected).resolved ===
      undefined,
  );
  expect(failing.sort()).toEqual(Object.keys(ERRORS).sort());
});
