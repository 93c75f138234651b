/** Files by which the suites in the extension host ask the launcher outside for what only it can do: look at the window, reload it. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export type Request =
  | { readonly kind: 'shot'; readonly name: string }
  /** What the page of the webview in front shows. */
  | { readonly kind: 'webview' }
  /** When (ms of the epoch) a page first shows the text. */
  | { readonly kind: 'shown'; readonly text: string }
  /** The texts of those shown. */
  | { readonly kind: 'notifications' }
  /** With Control held, on the first line of the terminal that shows the text. */
  | { readonly kind: 'clickInTerminal'; readonly text: string }
  /** Until the editor has put a text into what it stores of its tabs: a window that is reloaded before loses the last seconds. */
  | { readonly kind: 'stored'; readonly text: string }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'keys'; readonly keys: readonly string[] };

export interface WebviewSeen {
  readonly text: string;
  /** What a run says about itself, also where the page has it folded. */
  readonly notes: readonly string[];
  /** Canvases that hold something. */
  readonly drawn: number;
}

export interface Results {
  readonly passed: readonly { readonly title: string; readonly ms: number }[];
  readonly failed: readonly { readonly title: string; readonly reason: string }[];
  readonly measured: Readonly<Record<string, number>>;
}

const EVERY_MS = 50;
const PATIENCE_MS = 60_000;

export class Exchange {
  private asked = 0;

  constructor(private readonly folder: string) {}

  // ── in the extension host ──

  async ask<Answer>(request: Request): Promise<Answer> {
    const id = `${process.pid}-${this.asked++}`;
    await this.put(`ask-${id}.json`, request);
    const answer = await this.take<{ value?: Answer; error?: string }>(`answer-${id}.json`);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as Answer;
  }

  async tell(results: Results, phase: string): Promise<void> {
    await this.put(`results-${phase}.json`, results);
  }

  // ── in the launcher ──

  async answer(id: string, value: unknown, error?: string): Promise<void> {
    await this.put(`answer-${id}.json`, error === undefined ? { value } : { error });
  }

  async results(phase: string): Promise<Results | undefined> {
    const file = join(this.folder, `results-${phase}.json`);
    return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Results) : undefined;
  }

  async put(name: string, value: unknown): Promise<void> {
    const file = join(this.folder, name);
    await writeFile(`${file}.part`, JSON.stringify(value));
    await rename(`${file}.part`, file);
  }

  private async take<Value>(name: string): Promise<Value> {
    const file = join(this.folder, name);
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(EVERY_MS))
      if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Value;
    throw new Error(`the launcher did not answer: ${name}`);
  }
}
