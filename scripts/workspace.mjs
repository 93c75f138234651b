/** `npm run workspace [-- FOLDER]`: makes the project that the suites in an editor open, in FOLDER or a temporary one. One that is there stays. */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from './setup.mjs';

await main(async () => {
  const { makeWorkspace } = await import('../out/test/e2e/workspace.js');
  const asked = process.argv[2];
  const folder = asked === undefined ? await mkdtemp(join(tmpdir(), 'regrip-workspace-')) : resolve(asked);
  if (asked === undefined || !existsSync(folder)) await makeWorkspace(folder);
  process.stdout.write(`${folder}\n`);
  return 0;
});
