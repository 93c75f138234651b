/** `npm run test:fast -- [PATH …]`: builds, then runs every test that needs no engine, no Python peer, no Chromium and no patience. */
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FILTER, filesLeftOut } from './fast/leftOut.mjs';
import { main, prepare, ROOT } from './setup.mjs';

await main(async () => {
  const asked = process.argv.slice(2);
  await prepare();
  const files = filesLeftOut();
  const whole = asked.filter((path) => files.includes(normalize(path)));
  if (whole.length > 0) throw new Error(`${whole[0]} is not fast; run: npx vitest run ${whole.join(' ')}`);
  return runFast(asked, files);
});

/** In this process, so that the closing lines come from what Vitest knows and not from its printed text. */
async function runFast(asked, files) {
  setEnvironment();
  const [{ startVitest, parseCLI }, { FastReporter }] = await Promise.all([
    import('vitest/node'),
    import('./fast/reporter.mjs'),
  ]);
  const { filter, options } = parseCLI(['vitest', 'run', ...asked]);
  const reporter = new FastReporter();
  const vitest = await startVitest('test', filter, {
    ...options,
    run: true,
    watch: false,
    tagsFilter: [FILTER],
    testTimeout: 30_000,
    exclude: ['**/node_modules/**', ...files],
    reporters: [['dot', {}], reporter],
  });
  await vitest.close();
  process.stdout.write(`${reporter.lines(files).join('\n')}\n`);
  return process.exitCode ?? (reporter.counts.failed === 0 ? 0 : 1);
}

/** For this process and all that it starts. */
function setEnvironment() {
  const guard = pathToFileURL(join(ROOT, 'scripts', 'fast', 'noEngine.mjs')).href;
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${guard}`.trim();
  process.env.REGRIP_TEST_FAST = '1';
  process.env.NODE_ENV ??= 'test';
}
