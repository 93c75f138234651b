/** What stands in for the module `vscode` where a test is about what a file of ours makes of it: answers that are set, and what was shown. */
import { vi } from 'vitest';

export class EventEmitter<Value> {
  private readonly listeners = new Set<(value: Value) => void>();
  readonly event = (listener: (value: Value) => void) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: Value): void {
    for (const listener of this.listeners) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}
export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}
export class ThemeIcon {
  constructor(readonly id: string) {}
}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const Uri = { file: (path: string) => ({ scheme: 'file', path, fsPath: path }) };
const nothing = { dispose: () => undefined };

export const l10n = {
  t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, index) => String(values[index])),
};
export const window = {
  showErrorMessage: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showWarningMessage: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showInformationMessage: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showInputBox: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showQuickPick: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showOpenDialog: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showSaveDialog: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  showTextDocument: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined),
  createTreeView: () => nothing,
};
export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: { scheme: string; fsPath: string } }[] | undefined,
  settings: {} as Record<string, unknown>,
  asRelativePath: (path: string) => path,
  getConfiguration: () => ({ get: (name: string, other: unknown) => workspace.settings[name] ?? other }),
};
export const commands = { executeCommand: vi.fn(async (..._: unknown[]): Promise<unknown> => undefined) };
export const env = { clipboard: { writeText: vi.fn(async (_: string): Promise<void> => undefined) } };
export const languages = { onDidChangeDiagnostics: () => nothing };
export const extensions = { getExtension: vi.fn((_: string): unknown => undefined) };
