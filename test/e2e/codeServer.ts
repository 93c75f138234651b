/** VS Code as a server on this machine (code-server), seen through headless Chromium: where no desktop is. It never exercises Electron. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type EditorHost, environment, type HostOptions } from './host.js';

/** Named by scripts/editor/run.mjs, which brought them. */
const { REGRIP_E2E_BIN: BIN = '', REGRIP_E2E_NODE: NODE = '', REGRIP_E2E_SERVER: SERVER = '' } = process.env;
const CHROMIUM = process.env['REGRIP_E2E_CHROMIUM'] ?? '';
const START_MS = 60_000;

export class CodeServer implements EditorHost {
  private server: ChildProcess | undefined;
  private context: BrowserContext | undefined;
  private page: Page | undefined;
  private port = 0;

  constructor(private readonly options: HostOptions) {}

  async start(): Promise<void> {
    requireParts();
    const { folder, vsix, isTrusted } = this.options;
    await promisify(execFile)(NODE, [SERVER, ...this.folders(), '--install-extension', vsix, '--force'], {
      env: this.env(),
    });
    this.port = await freePort();
    const args = ['--host', '127.0.0.1', '--port', String(this.port), '--without-connection-token'];
    const plain = ['--accept-server-license-terms', '--disable-telemetry', '--enable-smoke-test-driver'];
    const trust = isTrusted ? ['--disable-workspace-trust'] : [];
    this.server = spawn(NODE, [SERVER, ...args, ...plain, ...trust, ...this.folders()], {
      env: this.env(),
      stdio: 'ignore',
    });
    await listening(this.port);
    this.context = await chromium.launchPersistentContext(join(folder, 'browser'), {
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 1,
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
  }

  async open(): Promise<Page> {
    const { driver, workspace } = this.options;
    const remote = (path: string) => `vscode-remote://127.0.0.1:${this.port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(driver)],
      ['extensionTestsPath', remote(join(driver, 'index.cjs'))],
      ['skipWelcome', 'true'],
    ];
    const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await this.page!.goto(`http://127.0.0.1:${this.port}/?${query}`);
    return this.page!;
  }

  async stop(): Promise<void> {
    await this.context?.close();
    this.server?.kill();
  }

  private folders(): string[] {
    const { folder } = this.options;
    return ['--server-data-dir', join(folder, 'server'), '--extensions-dir', join(folder, 'extensions')];
  }

  private env(): NodeJS.ProcessEnv {
    const path = `${BIN}:${process.env['PATH']}`;
    return { ...environment(this.options), PATH: path };
  }
}

function requireParts(): void {
  if (!existsSync(SERVER) || !existsSync(NODE))
    throw new Error('there is no code-server: npm run e2e brings it');
  if (!existsSync(CHROMIUM)) throw new Error('there is no Chromium: apt-get install chromium');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await wait(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  throw new Error(`the editor was not listening within ${START_MS / 1000} s`);
}
