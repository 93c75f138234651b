/** What is bundled, and what is not: each process and thread starts from one module, whose bundle lies where its sources expect it. */

/** Sources → bundles. A bundle named `dist/a/b.js` stands for all modules of `a`, so paths between processes hold. */
export const ENTRIES = [
  { source: 'client/extension.ts', bundle: 'dist/client/extension.cjs' }, // the extension host loads CommonJS
  { source: 'server/main.ts', bundle: 'dist/server/main.js' },
  { source: 'server/reader.ts', bundle: 'dist/server/reader.js' },
  { source: 'engine/main.ts', bundle: 'dist/engine/main.js' },
  { source: 'engine/job.ts', bundle: 'dist/engine/job.js' },
  { source: 'engine/cli.ts', bundle: 'dist/engine/cli.js' },
  { source: 'engine/worker.ts', bundle: 'dist/engine/worker.js' },
  { source: 'engine/convert/frameWorker.ts', bundle: 'dist/engine/convert/frameWorker.js' },
];

/** Given by the editor, or native. A native package is shipped as it is (`packages.mjs`). */
export const EXTERNALS = ['vscode', 'sharp'];
