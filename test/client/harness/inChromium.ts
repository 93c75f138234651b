/** Vitest's `describe` and `test` for what looks into pages: where there is no Chromium, and in a fast run, each is skipped, by its name. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe as anyDescribe, test as anyTest } from 'vitest';

const script = pathToFileURL(
  fileURLToPath(new URL('../../../scripts/machine/chromium.mjs', import.meta.url)),
);
const { chromiumPath } = (await import(script.href)) as { chromiumPath(): string | undefined };

export const CHROMIUM = process.env['REGRIP_TEST_FAST'] === '1' ? undefined : chromiumPath();
export const describe: typeof anyDescribe.skip = anyDescribe.skipIf(CHROMIUM === undefined);
export const test: typeof anyTest.skip = anyTest.skipIf(CHROMIUM === undefined);
