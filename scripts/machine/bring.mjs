/** Brings what the tests need of the machine, and says which suites are skipped for want of what. Plain Node: runs before packages are there. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bringEditor } from '../editor/install.mjs';
import { stage } from '../setup.mjs';
import { aptInstall, remedy, thisMachine } from './install.mjs';
import { CACHE, tailOf } from './logged.mjs';
import { bringNewestNode } from './newestNode.mjs';
import { missingParts } from './parts.mjs';
import { bringPeers } from './peers.mjs';

/** Two promises: `system` (compiler and libraries are as good as they get) and `all` (the skips, and the peers' interpreters). */
export function bringMachine() {
  const system = stage('system packages', bringSystem);
  return { system, all: system.then(bringRest) };
}

/** The skips for want of a part, each `{ name, why }`. */
async function bringSystem() {
  const missing = missingParts();
  if (missing.length === 0) return [];
  const plan = remedy(missing, thisMachine());
  const why = plan.advice ?? (await installed(plan));
  const lacking = missingParts();
  if (lacking.length > 0) process.stderr.write(`${lackingText(lacking, why)}\n`);
  return skipsOf(lacking);
}

/** Undefined, or why apt-get brought nothing. */
async function installed(plan) {
  process.stderr.write(`── apt-get installs ${plan.packages.join(' ')}\n`);
  const log = join(CACHE, 'ci', 'apt.log');
  rmSync(log, { force: true });
  const status = await aptInstall(plan, log);
  return status === 0 ? undefined : `apt-get ended with status ${status}; ${log} ends with\n${tailOf(log)}`;
}

function lackingText(lacking, why) {
  const names = lacking.map(({ name }) => `  ${name}`).join('\n');
  return `This machine lacks\n${names}\nThe tests that need them are skipped. What brings them:\n  ${why ?? 'nothing that apt-get has'}`;
}

/** A suite is skipped once, whatever else it lacks. */
export function skipsOf(lacking) {
  const skips = new Map();
  for (const { name, skips: suites } of lacking)
    for (const suite of suites) skips.set(suite, [...(skips.get(suite) ?? []), name]);
  return [...skips].map(([name, lacks]) => ({ name, why: `lacks ${lacks.join(', ')}` }));
}

/** The editor's build and the downloads wait for the libraries, not for each other. */
async function bringRest(skips) {
  const isPossible = (suite) => !skips.some(({ name }) => name.startsWith(suite));
  const [peers, editorFault, newest] = await Promise.all([
    isPossible('comparisons with Python')
      ? stage('Python peers', bringPeers)
      : { why: 'lacks pip and venv of Python' },
    isPossible('suites in a real editor') ? stage('editor: install', triedEditor) : undefined,
    stage('newest Node', bringNewestNode),
  ]);
  if (peers.why !== undefined && isPossible('comparisons with Python'))
    skips.push({ name: 'comparisons with Python peers', why: peers.why });
  if (newest.why !== undefined) skips.push({ name: 'the way on the newest Node', why: newest.why });
  const env = { ...peerEnv(peers), ...(newest.node !== undefined && { REGRIP_NEWEST_NODE: newest.node }) };
  return { skips, editorFault, canHaveEditor: isPossible('suites in a real editor'), env };
}

/** A failure here is the editor's own: counted, while everything else goes on. */
async function triedEditor() {
  if (process.env.REGRIP_E2E === 'electron') return undefined;
  try {
    await bringEditor();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function peerEnv(peers) {
  const env = {};
  if (peers.python !== undefined) env.REGRIP_PEER_PYTHON = peers.python;
  if (!process.env.REGRIP_TORCH_PYTHON && existsSync('/usr/bin/python3'))
    env.REGRIP_TORCH_PYTHON = '/usr/bin/python3';
  return env;
}
