/** Requests the settings from the client, at the start and whenever they change. */
import type { Connection, InitializeParams } from 'vscode-languageserver';
import { pathOf } from './documents/uris.js';
import { type Settings, settingsOf } from './settings.js';

export class Configuration {
  private isAsked = false;
  /** The workspace folders, absolute. */
  folders: readonly string[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly apply: (settings: Settings) => void,
  ) {}

  /** A client without `workspace/configuration` passes its settings here, once. */
  initialize({ capabilities, workspaceFolders, initializationOptions }: InitializeParams): void {
    this.isAsked = capabilities.workspace?.configuration === true;
    this.folders = (workspaceFolders ?? []).flatMap(({ uri }) => pathOf(uri) ?? []);
    if (!this.isAsked) this.apply(settingsOf(initializationOptions, this.folders[0]));
  }

  async ask(): Promise<void> {
    if (!this.isAsked) return;
    this.apply(settingsOf(await this.connection.workspace.getConfiguration('regrip'), this.folders[0]));
  }
}
