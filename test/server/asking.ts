/** An editor for each test: it is stopped behind it, logged no fault, and is asked at the cursor of marked text. */
import { afterEach, expect } from 'vitest';
import {
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  type Hover,
  HoverRequest,
  type Location,
  type MarkupContent,
  type Position,
} from 'vscode-languageserver-protocol';
import { type TargetsResult, targetsChanged, targetsRequest } from '../../server/editorRequests.js';
import { Editor, type Files, unmark } from './client.js';

export class Asking {
  private opened: Editor | undefined;

  constructor() {
    afterEach(async () => {
      await this.opened?.stop();
      expect(this.opened?.errors ?? []).toEqual([]);
      this.opened = undefined;
    });
  }

  get editor(): Editor {
    return this.opened!;
  }

  /** Starts anew on these files and opens one: the one with a cursor, else the first. */
  async open(files: Files, name = withCursor(files), settings: unknown = {}): Promise<Editor> {
    await this.opened?.stop();
    this.opened = await Editor.start(files, settings);
    await this.opened.open(name);
    return this.opened;
  }

  /** Opens the files; what a request about the open one needs. */
  async document(files: Files, name = withCursor(files)): Promise<{ textDocument: { uri: string } }> {
    const editor = await this.open(files, name);
    return { textDocument: { uri: editor.uri(name) } };
  }

  async cursor(files: Files): Promise<{ textDocument: { uri: string }; position: Position }> {
    const name = withCursor(files);
    return { ...(await this.document(files, name)), position: unmark(files[name]!).cursors[0]! };
  }

  /** The hover's markdown; '' for none. */
  async hovered(files: Files): Promise<string> {
    const params = await this.cursor(files);
    const answer = (await this.editor.connection.sendRequest(HoverRequest.type, params)) as Hover | null;
    return (answer?.contents as MarkupContent | undefined)?.value ?? '';
  }

  /** Where the definition leads, as `file:line` from 1. */
  async led(files: Files): Promise<string[]> {
    const params = await this.cursor(files);
    const found = await this.editor.connection.sendRequest(DefinitionRequest.type, params);
    return this.places((found ?? []) as Location[]);
  }

  places(locations: readonly Location[]): string[] {
    return locations.map(({ uri, range }) => `${this.name(uri)}:${range.start.line + 1}`);
  }

  /** The file's name below the workspace folder. */
  name(uri: string): string {
    return uri.slice(this.editor.uri('').length + 1);
  }

  /** In the order in which a client shows them. */
  async completed(files: Files): Promise<readonly CompletionItem[]> {
    const params = await this.cursor(files);
    const found = await this.editor.connection.sendRequest(CompletionRequest.type, params);
    const order = ({ sortText, label }: CompletionItem) => sortText ?? label;
    return [...(found as CompletionItem[])].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** Waits for the look at the workspace to find what is wanted. */
  targets(wanted: (result: TargetsResult) => boolean): Promise<TargetsResult> {
    const { connection } = this.editor;
    return new Promise((resolve) => {
      const look = (result: TargetsResult) => {
        if (wanted(result)) resolve(result);
      };
      connection.onNotification(targetsChanged, look);
      void connection.sendRequest(targetsRequest).then(look);
    });
  }

  /** The names that are offered. */
  async offered(files: Files): Promise<string[]> {
    return (await this.completed(files)).map(({ label }) => label);
  }
}

function withCursor(files: Files): string {
  const names = Object.keys(files);
  return names.find((name) => files[name]!.includes('<|>')) ?? names[0]!;
}
