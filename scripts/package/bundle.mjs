/** Bundles the extension's processes with esbuild: minified, without a node_modules folder beside them but for the native packages. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../setup.mjs';
import { ENTRIES, EXTERNALS } from './entries.mjs';

/** Writes the bundles of `entries` below `into`; resolves to the size in bytes and the inputs of each, by its path; readable and with source maps to debug. */
export async function bundle({ entries = ENTRIES, into = ROOT, isDebug = false } = {}) {
  const bundles = await Promise.all(entries.map((entry) => bundleOne(entry, into, isDebug)));
  return new Map(bundles.map((each) => [each.bundle, each]));
}

async function bundleOne({ source, bundle }, into, isDebug) {
  const isModule = bundle.endsWith('.js');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile: join(into, bundle),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: isModule ? 'esm' : 'cjs',
    external: EXTERNALS,
    minify: !isDebug,
    keepNames: isModule, // errors and tfjs's classes are told apart by their names; the client has none of them, and starts sooner
    sourcemap: isDebug,
    legalComments: 'none', // THIRD-PARTY-NOTICES.txt has them
    metafile: true,
    logLevel: 'warning',
    plugins: [ownPlaces(bundle)],
    ...(isModule && { banner: { js: COMMONJS_GLOBALS } }),
  });
  const { size } = await stat(join(into, bundle));
  return { bundle, size, inputs: Object.keys(metafile.inputs) };
}

/** What bundled CommonJS packages take for granted. Set as globals: names of ours may be the same. */
const COMMONJS_GLOBALS = `import { createRequire as regripRequire } from 'node:module';
globalThis.require ??= regripRequire(import.meta.url);
globalThis.__filename ??= import.meta.filename;
globalThis.__dirname ??= import.meta.dirname;`;

/** A module of ours that asks for its own place gets the one that it has among the sources, seen from `dist`. */
function ownPlaces(bundle) {
  const folder = join(ROOT, dirname(bundle));
  return {
    name: 'own-places',
    setup({ onLoad }) {
      onLoad({ filter: /\/(engine|server)\/.*\.ts$/ }, async ({ path }) => {
        if (path.includes('node_modules')) return undefined;
        const text = await readFile(path, 'utf8');
        const place = join(ROOT, 'dist', relative(ROOT, path)).replace(/\.ts$/, '.js');
        const fromHere = relative(folder, place).split(sep).join('/');
        const itself = `new URL(${JSON.stringify(`./${fromHere}`)}, import.meta.url).href`;
        return { contents: text.replaceAll('import.meta.url', itself), loader: 'ts' };
      });
    },
  };
}
