/** `npm run demo`: installs what is missing, then runs the main job end to end on synthetic episodes. */
import { main, printTimings, runNode, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  printTimings();
  return runNode('out/scripts/demo/main.js', process.argv.slice(2));
});
