/** `npm run package`: the extension for linux-x64 with its engine, and the universal one without. */
import { packageAll } from './package/vsix.mjs';
import { main, printTimings, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  for (const file of await packageAll()) process.stdout.write(`${file}\n`);
  printTimings();
  return 0;
});
