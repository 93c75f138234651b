/** A panel in headless Chromium: the real page and the real session, with the editor's part of the line in between. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../../client/panels/html.js';
import type { Changes, PanelModel } from '../../../client/panels/model.js';
import type { ActionOf, PanelKind, ToPage } from '../../../client/panels/panelMessages.js';
import { PanelSession } from '../../../client/panels/session.js';
import { CHROMIUM } from './inChromium.js';
import { THEMES, type ThemeName } from './themes.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ORIGIN = 'https://panel.test';
const NONCE = 'aGFybmVzcw';

export interface Shown<Kind extends PanelKind> {
  readonly page: Page;
  readonly session: PanelSession<Kind>;
  /** What the page asked for, in order. */
  readonly actions: ActionOf<Kind>[];
  /** Errors of the console, of scripts and of the content security policy. */
  readonly problems: string[];
  /** As the editor does when a panel is hidden and shown again: the page is gone, its state is not. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface ShowOptions<Kind extends PanelKind> {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly act?: (action: ActionOf<Kind>) => Promise<ToPage<Kind> | undefined>;
  readonly words?: Readonly<Record<string, string>>;
  readonly reducedMotion?: boolean;
}

/** One browser, and the bundles of all pages, for a test file. */
export class PanelBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async open(): Promise<PanelBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-panels-'));
    const bundler = (await import(pathToFileURL(join(ROOT, 'scripts/webview.mjs')).href)) as {
      bundleWebviews(outdir: string): Promise<unknown>;
    };
    await bundler.bundleWebviews(folder);
    const browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    return new PanelBrowser(browser, folder);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true });
  }

  async show<Kind extends PanelKind>(
    model: PanelModel<Kind> & { readonly changed: Changes },
    options: ShowOptions<Kind> = {},
  ): Promise<Shown<Kind>> {
    const { width = 1280, height = 900, theme = 'dark' } = options;
    const page = await this.browser.newPage({
      viewport: { width, height },
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    });
    const problems = watch(page);
    await this.serve(page, model.kind);
    const actions: ActionOf<Kind>[] = [];
    // Messages keep their order, as they do in the editor.
    let line = Promise.resolve();
    const session = new PanelSession<Kind>({
      model,
      port: {
        post: (message) => {
          line = line
            .then(() => post(page, message))
            .catch((error: unknown) => void problems.push(String(error)));
        },
      },
      act: (action) => {
        actions.push(action);
        return options.act?.(action) ?? Promise.resolve(undefined);
      },
      words: options.words ?? {},
      refused: (problem) => problems.push(problem),
    });
    await page.exposeFunction('sendToHost', (message: unknown) => session.receive(message));
    await page.addInitScript(editorApi, { classes: THEMES[theme].bodyClass, colours: THEMES[theme].colours });
    const open = async (): Promise<void> => {
      await page.goto(`${ORIGIN}/${model.kind}.html`);
      await page.waitForSelector('main > :nth-child(3)');
    };
    await open();
    return {
      page,
      session,
      actions,
      problems,
      reopen: async () => {
        session.setVisible(false);
        await page.goto('about:blank');
        session.setVisible(true);
        await open();
      },
      close: async () => {
        session.dispose();
        await line;
        await page.close();
      },
    };
  }

  /** The page's files, and nothing else. */
  private async serve(page: Page, kind: PanelKind): Promise<void> {
    const html = pageHtml({
      kind,
      title: `Regrip ${kind}`,
      nonce: NONCE,
      scriptUri: `${ORIGIN}/${kind}.js`,
      styleUri: `${ORIGIN}/style.css`,
      language: 'en',
    });
    const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };
    await page.route(`${ORIGIN}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name.endsWith('.html')) return route.fulfill({ contentType: 'text/html', body: html });
      const contentType = types[name.split('.').at(-1)!];
      if (contentType === undefined) return route.fulfill({ status: 204 });
      return route.fulfill({ contentType, body: await readFile(join(this.folder, name)) });
    });
  }
}

function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  return problems;
}

async function post(page: Page, message: unknown): Promise<void> {
  if (page.isClosed()) return;
  // A page that was taken down while a message was on its way is what happens in the editor too.
  await page
    .evaluate((data) => window.postMessage(data, '*'), message)
    .catch((error: Error) => {
      if (!/navigation|destroyed|closed/.test(error.message)) throw error;
    });
}

/** Runs in the page before its own script: the editor's classes, colours and interface. */
function editorApi(theme: { classes: string; colours: Readonly<Record<string, string>> }): void {
  const mark = (): void => {
    document.body.classList.add(theme.classes);
    for (const [name, value] of Object.entries(theme.colours))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
  };
  new MutationObserver((_found, observer) => {
    if (document.body === null) return;
    observer.disconnect();
    mark();
  }).observe(document, { childList: true, subtree: true });
  const host = window as unknown as {
    acquireVsCodeApi: () => unknown;
    sendToHost: (message: unknown) => Promise<void>;
  };
  host.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => void host.sendToHost(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
}
