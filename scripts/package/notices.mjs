/** The licences of all packages that are shipped, in one text. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';

/** `inputs` are paths of bundled modules, `native` names of packages that are shipped as they are. */
export async function notices(inputs, native) {
  const names = new Set([...inputs.flatMap((path) => packageOf(path) ?? []), ...native]);
  const parts = await Promise.all([...names].sort().map(notice));
  return `Regrip ships these packages, each under its licence.\n\n${parts.join('\n\n')}\n`;
}

/** The innermost package, `a` or `@a/b`, with its folder for a nested one. */
function packageOf(path) {
  const found = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path);
  return found === null ? undefined : found[1].replace(/^.*?node_modules\//, '');
}

async function notice(name) {
  const folder = join(ROOT, 'node_modules', name);
  const { version, license, homepage } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const head = `── ${name.replace(/^.*node_modules\//, '')} ${version} (${license ?? 'see below'})${homepage ? `, ${homepage}` : ''}`;
  return [head, ...texts.map((text) => text.trim())].join('\n\n');
}
