/** Which Node runs the engine. */
import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { isNodeSupported, OLDEST_NODE } from '../../base/process.js';
import { WireError } from '../wireError.js';

interface NodeQuestion {
  /** From the user's settings: must work, or it is an error. */
  readonly setting?: string | undefined;
  /** The folder of installed engines. */
  readonly engineHome: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folder in which a copy may be kept. */
  readonly share: string;
}

interface FoundNode {
  readonly path: string;
  /** Variables that it needs besides the engine's own environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly from: 'setting' | 'engine' | 'path' | 'this';
}

/** A setting, else the installed engine's own, else the first on PATH that is new enough, else the executable of this process. */
export async function whichNode(question: NodeQuestion): Promise<FoundNode> {
  const { setting, engineHome, env } = question;
  if (setting !== undefined && setting !== '')
    return { path: await required(setting), env: {}, from: 'setting' };
  const own = join(engineHome, 'node', 'bin', nodeName());
  if (await isNode(own)) return { path: own, env: {}, from: 'engine' };
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, nodeName());
    if (folder !== '' && (await isNode(path))) return { path, env: {}, from: 'path' };
  }
  if (process.versions['electron'] !== undefined)
    // It needs the files around it, so it is used in place.
    return { path: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' }, from: 'this' };
  return { path: await kept(process.execPath, question.share), env: {}, from: 'this' };
}

const nodeName = (): string => (process.platform === 'win32' ? 'node.exe' : 'node');

async function required(path: string): Promise<string> {
  const version = await versionOf(path);
  if (version !== undefined && isNodeSupported(version)) return path;
  throw new WireError({
    code: 'node-setting',
    file: path,
    message: version === undefined ? 'is not a working Node' : `is Node ${version}`,
    hint: `set it to a Node of version ${OLDEST_NODE.join('.')} or newer in the settings, or leave it empty`,
  });
}

async function isNode(path: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  const version = await versionOf(path);
  return version !== undefined && isNodeSupported(version);
}

/** Node prints its version within milliseconds; a program that takes seconds is something else. */
const ANSWER_MS = 5000;

function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: ANSWER_MS }, (error, output) => {
      resolve(error ? undefined : /^v(\d+\.\d+\.\d+)\s*$/.exec(output)?.[1]);
    });
  });
}

/** A remote editor's Node disappears with its next update, and jobs started later would not have one. */
async function kept(path: string, share: string): Promise<string> {
  const copy = join(share, 'node', process.versions.node, nodeName());
  await mkdir(dirname(copy), { recursive: true });
  if ((await stat(copy).catch(() => undefined)) !== undefined) return copy;
  await link(path, copy).catch(() => copyFile(path, copy)); // another file system, or linking is not permitted
  return copy;
}
