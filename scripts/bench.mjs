/** `npm run bench [name …]`: installs what is missing, then compares with the Python peers. */
import { main, runNode, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  return runNode('out/scripts/bench/main.js', process.argv.slice(2));
});
