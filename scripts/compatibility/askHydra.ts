/** Asks the real Hydra of a Python what it composes for each case. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.js';
import { PEER_NOW, type PeerAnswer } from './compare.js';

const ROOT = '../../../'; // of the checkout, from out/scripts/compatibility
const PEER = fileURLToPath(new URL(`${ROOT}scripts/compatibility/hydra_peer.py`, import.meta.url));
/** Answers of the largest project are some tens of megabytes. */
const MAX_ANSWERS = 2 ** 30;

export function askHydra(cases: readonly Case[], python: string): PeerAnswer[] {
  const input = cases.map((test) => JSON.stringify(test)).join('\n');
  const env = { ...process.env, REGRIP_NOW: PEER_NOW };
  const { status, signal, error, stdout } = spawnSync(python, [PEER], {
    ...{ input, env, encoding: 'utf8', maxBuffer: MAX_ANSWERS, stdio: ['pipe', 'pipe', 'inherit'] },
  });
  if (status !== 0) throw new Error(`${PEER} ended with ${status ?? signal}`, { cause: error });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PeerAnswer);
}
