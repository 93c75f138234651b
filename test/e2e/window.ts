/** A window of the editor as the launcher sees it: answers what the suites inside ask, and looks at what is shown. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { Exchange, type Request, type Results, type WebviewSeen } from './exchange.js';

export interface Folders {
  /** For everything that the editor and the engine write. */
  readonly folder: string;
  readonly shots: string;
}

export class EditorWindow {
  private readonly exchange: Exchange;
  private readonly served = new Set<string>();
  private page: Page | undefined;
  /** What the browser's console says as errors. */
  readonly problems: string[] = [];

  constructor(private readonly options: Folders) {
    this.exchange = new Exchange(options.folder);
  }

  show(page: Page): void {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`${message.location().url}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.problems.push(error.stack ?? error.message));
  }

  /** Before the editor starts the suites of a phase. */
  async begin(phase: string): Promise<void> {
    await this.exchange.put('phase.json', { phase });
  }

  /** Answers until the suites of the phase have told their results. */
  async results(phase: string, patience: number): Promise<Results> {
    for (const end = Date.now() + patience; Date.now() < end; await wait(50)) {
      await this.serve();
      const results = await this.exchange.results(phase);
      if (results !== undefined) return results;
    }
    await this.shot(`stuck-${phase}`);
    throw new Error(`the suites of '${phase}' gave no result in ${patience / 1000} s`);
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
      case 'shown':
        return this.shown(request.text);
      case 'notifications':
        return this.page!.locator('.notification-list-item').allInnerTexts();
      case 'clickInTerminal':
        return this.clickInTerminal(request.text);
      case 'stored':
        return this.stored(request.text);
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
      notes: [...document.querySelectorAll('.notes li')].map((note) => note.textContent),
      drawn: [...document.querySelectorAll('canvas')].filter((canvas) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
        return data?.some((value) => value !== 0) ?? false;
      }).length,
    }));
  }

  private async clickInTerminal(text: string): Promise<void> {
    const { mouse, keyboard } = this.page!;
    const run = this.page!.locator('.xterm-rows span', { hasText: text }).first();
    const place = await run.evaluate((span, part) => {
      const { x, y, width, height } = span.getBoundingClientRect();
      const middle = span.textContent.indexOf(part) + part.length / 2;
      return { x: x + (middle * width) / span.textContent.length, y: y + height / 2 };
    }, text);
    await keyboard.down('Control');
    try {
      await mouse.move(place.x, place.y, { steps: 5 });
      await this.page!.getByText(/\+ click\)/).waitFor({ timeout: 20_000 }); // the terminal has asked for links
      await mouse.click(place.x, place.y);
    } finally {
      await keyboard.up('Control');
    }
  }

  private async shown(text: string): Promise<number> {
    for (const end = Date.now() + 20_000; Date.now() < end; await wait(10)) {
      const seen = this.page!.frames().map((frame) =>
        frame.evaluate((part) => document.querySelector('main')?.innerText.includes(part), text),
      );
      if ((await Promise.allSettled(seen)).some((one) => one.status === 'fulfilled' && one.value === true))
        return Date.now();
    }
    throw new Error(`no page shows ${text}`);
  }

  /** In a browser the editor stores its tabs every few seconds, on a desktop as the window closes. */
  private async stored(text: string): Promise<void> {
    for (const end = Date.now() + 40_000; Date.now() < end; await wait(200)) {
      const tabs = await this.page!.evaluate(storedTabs);
      if (tabs === undefined || tabs.some((tab) => tab.includes(text))) return;
    }
    throw new Error(`the editor did not store ${text}`);
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

/** Runs in the page: the tabs of each workspace as the editor for browsers stores them; undefined in any other editor. */
async function storedTabs(): Promise<string[] | undefined> {
  const settled = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const names = (await indexedDB.databases()).map(({ name = '' }) => name);
  const states = names.filter((name) => name.startsWith('vscode-web-state-db'));
  if (states.length === 0) return undefined;
  const tabs: string[] = [];
  for (const name of states) {
    const database = await settled(indexedDB.open(name));
    const table = database.transaction('ItemTable').objectStore('ItemTable');
    tabs.push(String(await settled(table.get('memento/workbench.parts.editor'))));
    database.close();
  }
  return tabs;
}
