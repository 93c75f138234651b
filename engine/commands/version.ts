/** `regrip --version`: that of the package, and which Node runs it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Read from the package.json above this code: that of a checkout (sources or `out`), an installed extension (`dist`) or the engine's copy. */
export function versionText(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return `regrip ${version} (Node ${process.versions.node})`;
}
