/** A real VS Code for tests: code-server's editor on this machine, seen through headless Chromium. What runs here never exercises Electron. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Frame, type Page } from 'playwright-core';
import { engineHome } from '../../engine/base/engineHome.js';
import { Exchange, type Request, type Results, type WebviewSeen } from './exchange.js';

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'regrip', 'vscode');
const NODE = join(CACHE, 'node_modules', '.bin', 'node');
const SERVER = join(CACHE, 'node_modules/code-server/lib/vscode/out/server-main.js');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined when the machine has all that the editor needs, else what it lacks. */
export function missingEditor(): string | undefined {
  if (!existsSync(SERVER) || !existsSync(NODE)) return `no code-server in ${CACHE}`;
  return CHROMIUM.some((path) => existsSync(path)) ? undefined : 'no Chromium';
}

export interface EditorOptions {
  /** For everything that the editor and the engine write. */
  readonly folder: string;
  readonly workspace: string;
  /** Of the package under test. */
  readonly vsix: string;
  /** The folder of the driver extension. */
  readonly driver: string;
  readonly shots: string;
  readonly isTrusted: boolean;
}

const START_MS = 60_000;

export class TestEditor {
  private readonly exchange: Exchange;
  private server: ChildProcess | undefined;
  private context: BrowserContext | undefined;
  private page: Page | undefined;
  private port = 0;
  readonly problems: string[] = [];
  private readonly served = new Set<string>();

  constructor(private readonly options: EditorOptions) {
    this.exchange = new Exchange(options.folder);
  }

  /** Installs the package, starts the editor's server and a browser. */
  async start(): Promise<void> {
    const { folder, vsix } = this.options;
    await mkdir(folder, { recursive: true });
    await promisify(execFile)(NODE, [SERVER, ...this.folders(), '--install-extension', vsix, '--force'], {
      env: this.env(),
    });
    this.port = await freePort();
    const args = ['--host', '127.0.0.1', '--port', String(this.port), '--without-connection-token'];
    const plain = ['--accept-server-license-terms', '--disable-telemetry', '--enable-smoke-test-driver'];
    const trust = this.options.isTrusted ? ['--disable-workspace-trust'] : [];
    this.server = spawn(NODE, [SERVER, ...args, ...plain, ...trust, ...this.folders()], {
      env: this.env(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.server.stderr!.on('data', (data: Buffer) => this.problems.push(`server: ${data.toString().trim()}`));
    await listening(this.port);
    this.context = await chromium.launchPersistentContext(join(folder, 'browser'), {
      executablePath: CHROMIUM.find((path) => existsSync(path))!,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 1,
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  /** Opens the workspace with the suites of a phase, and gives their results. */
  async run(phase: string, patience: number): Promise<Results> {
    const { driver, workspace } = this.options;
    await this.exchange.put('phase.json', { phase });
    const remote = (path: string) => `vscode-remote://127.0.0.1:${this.port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(driver)],
      ['extensionTestsPath', remote(join(driver, 'index.cjs'))],
      ['skipWelcome', 'true'],
    ];
    const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await this.page!.goto(`http://127.0.0.1:${this.port}/?${query}`);
    for (const end = Date.now() + patience; Date.now() < end; await wait(50)) {
      await this.serve();
      const results = await this.exchange.results(phase);
      if (results !== undefined) return results;
    }
    await this.shot(`stuck-${phase}`);
    throw new Error(`the suites of '${phase}' gave no result in ${patience / 1000} s`);
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
    const { folder } = this.options;
    return {
      ...process.env,
      PATH: `${join(CACHE, 'node_modules', '.bin')}:${process.env['PATH']}`,
      REGRIP_E2E: folder,
      REGRIP_ENGINE_HOME: engineHome(),
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_DATA_HOME: join(folder, 'data'),
    };
  }

  private async serve(): Promise<void> {
    for (const name of await readdir(this.options.folder)) {
      const [, id] = /^ask-(.*)\.json$/.exec(name) ?? [];
      if (id === undefined || this.served.has(id)) continue;
      this.served.add(id);
      const request = JSON.parse(await readFile(join(this.options.folder, name), 'utf8')) as Request;
      try {
        await this.exchange.answer(id, await this.carryOut(request));
      } catch (error) {
        await this.exchange.answer(id, undefined, String(error));
      }
    }
  }

  private async carryOut(request: Request): Promise<unknown> {
    switch (request.kind) {
      case 'shot':
        return this.shot(request.name);
      case 'webview':
        return this.webview();
      case 'type':
        await this.page!.keyboard.type(request.text);
        return undefined;
      case 'keys':
        for (const key of request.keys) await this.page!.keyboard.press(key);
        return undefined;
      default:
        return request satisfies never;
    }
  }

  private async shot(name: string): Promise<void> {
    await mkdir(this.options.shots, { recursive: true });
    await this.page!.screenshot({ path: join(this.options.shots, `${name}.png`) });
  }

  private async webview(): Promise<WebviewSeen> {
    const frame = await this.front();
    return frame.evaluate(() => ({
      text: document.body.innerText,
      drawn: [...document.querySelectorAll('canvas')].filter((canvas) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
        return data?.some((value) => value !== 0) ?? false;
      }).length,
    }));
  }

  /** Of the webviews that are shown, the one whose page is ours. */
  private async front(): Promise<Frame> {
    for (const end = Date.now() + 20_000; Date.now() < end; await wait(100)) {
      for (const frame of this.page!.frames()) {
        if (frame.name() !== 'active-frame' && frame.parentFrame()?.name() === '') continue;
        const isOurs = await frame
          .evaluate(() => document.querySelector('main') !== null && document.body.offsetParent !== undefined)
          .catch(() => false);
        const element = isOurs ? await frame.frameElement().catch(() => undefined) : undefined;
        if (element !== undefined && (await element.isVisible())) return frame;
      }
    }
    throw new Error('no page of a panel is shown');
  }
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
  throw new Error(`the editor did not listen within ${START_MS / 1000} s`);
}
