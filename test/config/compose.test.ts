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
  readonly compose_error?: string;
  readonly resolve_error?: string;
}

describe('Hydra 1.3.2 gives the same', () => {
  for (const name of readdirSync(CASES)) {
    const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
    test(name, async () => {
      const composed = compose(join(CASES, name, `${expected.config}.yaml`), expected.overrides, { env: {} });
      if (expected.resolved === undefined) await expect(composed).rejects.toThrow();
      else expect(JSON.parse(JSON.stringify((await composed).resolved))).toEqual(expected.resolved);
    });
  }
});
