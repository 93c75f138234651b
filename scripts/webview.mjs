/** Bundles the panels' pages: a script for each, and the style that they share. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), '..', 'client', 'webview');
const PANELS = ['run', 'gripper', 'convert', 'adapt', 'checkpoint', 'zarr'];

/** Writes `<panel>.js` and `style.css`; resolves to esbuild's metafile, which says what each holds. */
export async function bundleWebviews(outdir, { isDebug = false } = {}) {
  const result = await build({
    entryPoints: [...PANELS.map((panel) => join(SOURCES, `${panel}.ts`)), join(SOURCES, 'style.css')],
    outdir,
    bundle: true,
    minify: !isDebug,
    sourcemap: isDebug && 'inline',
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    logLevel: 'warning',
  });
  return result.metafile;
}
