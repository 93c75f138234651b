/** Brings a real VS Code for tests, outside the checkout: code-server from npm with a Node of its own. Chromium is the system's. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, runLogged, tailOf } from '../machine/logged.mjs';

/** Holds VS Code 1.139; it wants Node 24. */
const VERSION = '4.139.1';
const NODE = 'node@24.21.0';
const TRIES = 2; // what fails twice fails for a reason that a third try does not mend

/** Named by its version and renamed into place when it is whole: what is there is usable, and a half-made one is not there. */
const FOLDER = join(CACHE, `code-server-${VERSION}`);
const LOG = join(CACHE, 'code-server.log');

export function editorPaths() {
  const modules = join(FOLDER, 'node_modules');
  return {
    folder: FOLDER,
    bin: join(modules, '.bin'),
    node: join(modules, '.bin', 'node'),
    server: join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

export function editorIsThere() {
  const { node, server } = editorPaths();
  return existsSync(server) && existsSync(node);
}

export async function bringEditor() {
  if (editorIsThere()) return;
  rmSync(LOG, { force: true });
  for (let tried = 1; ; tried++) {
    const status = await install();
    if (status === 0 && editorIsThere()) return;
    const said = `code-server ${VERSION} could not be installed (npm ended with status ${status}); ${LOG} ends with\n${tailOf(LOG)}`;
    if (tried === TRIES) throw new Error(said);
    process.stderr.write(`${said}\n── the editor is tried once more, from nothing\n`);
  }
}

async function install() {
  const beside = `${FOLDER}.${process.pid}.tmp`;
  try {
    const status = await fill(beside);
    if (status === 0) publish(beside);
    return status;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Node first: code-server's own install script runs with the one on PATH, and refuses another. */
async function fill(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "regrip-test-editor", "private": true }\n');
  const PATH = `${join(folder, 'node_modules', '.bin')}:${process.env.PATH}`;
  return (
    (await npmInstall(folder, NODE, {})) ||
    (await npmInstall(folder, `code-server@${VERSION}`, { PATH, ...headers() }))
  );
}

/** Under `npm test` these are of the outer npm: code-server reads from the first which Node it is being installed with. */
const OWN_NPM = { npm_config_user_agent: undefined, npm_config_local_prefix: undefined };

/** With the scripts' own output, which is where a build says what it lacks. */
function npmInstall(folder, what, env) {
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=warn', '--foreground-scripts', what];
  return runLogged(LOG, 'npm', args, { ...env, ...OWN_NPM }, folder);
}

/** Another checkout may have been first: its editor serves as well. */
function publish(beside) {
  if (editorIsThere()) return;
  rmSync(FOLDER, { recursive: true, force: true });
  renameSync(beside, FOLDER);
}

/** The editor's native parts use Node's stable interface, so the headers of this Node serve; else node-gyp downloads some. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}
