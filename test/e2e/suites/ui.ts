/** What the suites share: the extension, the workspace's files, waiting, and the window as the launcher sees it. */
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RegripExtension } from '../../../client/extension.js';
import type { Exchange, WebviewSeen } from '../exchange.js';

export const measured: Record<string, number> = {};
let exchange: Exchange;

export function setExchange(value: Exchange): void {
  exchange = value;
}

export const shot = (name: string): Promise<void> => exchange.ask({ kind: 'shot', name });
export const webview = (): Promise<WebviewSeen> => exchange.ask({ kind: 'webview' });
/** Milliseconds until a page shows the text, after `act` was begun. */
export async function timeToShow(text: string, act: () => Thenable<unknown>): Promise<number> {
  const shown = exchange.ask<number>({ kind: 'shown', text });
  await wait(200); // the launcher looks by now
  const started = Date.now();
  const [at] = await Promise.all([shown, act()]);
  return at - started;
}
export const clickInTerminal = (text: string): Promise<void> =>
  exchange.ask({ kind: 'clickInTerminal', text });
export const stored = (text: string): Promise<void> => exchange.ask({ kind: 'stored', text });
export const notifications = (): Promise<string[]> => exchange.ask({ kind: 'notifications' });
export const press = (...keys: string[]): Promise<void> => exchange.ask({ kind: 'keys', keys });
export const type = (text: string): Promise<void> => exchange.ask({ kind: 'type', text });

export async function extension(): Promise<RegripExtension> {
  const found = vscode.extensions.getExtension<RegripExtension>('regrip.regrip')!;
  const api = await found.activate();
  await api.serverStarted;
  return api;
}

export function file(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
}

export async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)));
}

/** The first value that is neither undefined, null nor false. */
export async function until<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  patience = 30_000,
): Promise<Exclude<Value, undefined | null | false>> {
  for (const end = Date.now() + patience; ; await wait(50)) {
    // A look fails as long as the page that it looks at is not there yet.
    const seen = await Promise.resolve()
      .then(look)
      .then(
        (value) => ({ value }),
        (problem: Error) => ({ problem }),
      );
    if ('value' in seen && seen.value !== undefined && seen.value !== null && seen.value !== false)
      return seen.value as Exclude<Value, undefined | null | false>;
    if (Date.now() > end)
      throw new Error(`waited in vain for ${what}${'problem' in seen ? `: ${seen.problem.message}` : ''}`);
  }
}

export function codes(name: string): string[] {
  return vscode.languages.getDiagnostics(file(name)).map(({ code }) => String(code));
}

export async function hovers(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const found = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    position,
  );
  return found
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

export function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(text));
}

/** A window that has just opened is busy with itself: waits until its event loop answers at once for a while. */
export async function quiet(): Promise<void> {
  for (let calm = 0; calm < 10; ) {
    const started = performance.now();
    await wait(100);
    calm = performance.now() - started < 115 ? calm + 1 : 0;
  }
}

export async function useTheme(theme: 'Default Light Modern' | 'Default Dark Modern'): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update('workbench.colorTheme', theme, vscode.ConfigurationTarget.Global);
}
