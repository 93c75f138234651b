/** `npm run soak [-- --minutes N]`: installs what is missing, then runs mixed jobs through one supervisor and watches what they leave. */
import { main, runNode, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  return runNode('out/scripts/soak/main.js', process.argv.slice(2));
});
