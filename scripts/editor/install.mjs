/** Brings a real VS Code for tests, outside the checkout: code-server from npm with a Node of its own. Chromium is the system's. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../setup.mjs';

/** Holds VS Code 1.139; it wants Node 24. */
const EDITOR = 'code-server@4.139.1';
const NODE = 'node@24.21.0';
const FOLDER = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regrip', 'vscode');

export async function bringEditor() {
  const server = join(FOLDER, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
  const node = join(FOLDER, 'node_modules', '.bin', 'node');
  if (existsSync(server) && existsSync(node)) return;
  rmSync(FOLDER, { recursive: true, force: true }); // npm does not mend what an interrupted install left
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{ "name": "regrip-test-editor", "private": true }\n');
  // Node first: code-server's own install script runs with the one on PATH, and refuses another.
  const quiet = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const first = await run('npm', [...quiet, NODE], {}, FOLDER);
  const PATH = `${join(FOLDER, 'node_modules', '.bin')}:${process.env.PATH}`;
  const second = first || (await run('npm', [...quiet, EDITOR], { PATH, ...headers() }, FOLDER));
  if (second !== 0 || !existsSync(server))
    throw new Error(`code-server could not be installed into ${FOLDER}: see npm's message above`);
}

/** The editor's native parts use Node's stable interface, so the headers of this Node serve; else node-gyp downloads some. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}
