/** `npm run bundle [-- --debug]`: what the extension runs, into dist/; to debug, readable and with source maps. */
import { bundleAll } from './package/stage.mjs';
import { main } from './setup.mjs';

await main(async () => {
  await bundleAll({ isDebug: process.argv.includes('--debug') });
  return 0;
});
