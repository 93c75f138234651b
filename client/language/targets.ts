/** The target: what the server knows of it, and what the user picked in this workspace. */
import * as vscode from 'vscode';
import {
  setScriptArgumentsRequest,
  setTargetRequest,
  type TargetSummary,
  type TargetsResult,
  targetsChanged,
  targetsRequest,
} from '../../server/editorRequests.js';
import type { LanguageServer } from './languageServer.js';

const REMEMBERED = 'regrip.target';
/** By the paths of launch scripts, as the user typed them. */
const ARGUMENTS = 'regrip.scriptArguments';

export class Targets implements vscode.Disposable {
  private known: TargetsResult = { targets: [], current: undefined };
  private reminded: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly parts: vscode.Disposable[];
  readonly onChange = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.parts = [
      this.changed,
      server.onUp(() => {
        this.reminded = this.askAndRemind();
      }),
      server.onDown(() => this.take({ targets: [], current: undefined })),
    ];
    server.onNotification(targetsChanged, (result) => this.take(result));
  }

  get all(): readonly TargetSummary[] {
    return this.known.targets;
  }

  get current(): TargetSummary | undefined {
    return this.byId(this.known.current);
  }

  byId(id: string | undefined): TargetSummary | undefined {
    return this.known.targets.find((target) => target.id === id);
  }

  /** Asks for them anew, in a window that has just opened once the server is up: the last notification may be older than what is open now. */
  async look(): Promise<void> {
    await this.server.whenUp();
    await this.reminded;
    this.take(await this.server.ask(targetsRequest));
  }

  /** Makes it the target that findings are judged for, remembered for this workspace. */
  async pick(id: string): Promise<void> {
    await this.memory.update(REMEMBERED, id);
    this.take(await this.server.ask(setTargetRequest, { id }));
  }

  /** The arguments of a launch script, remembered for this workspace; '' forgets them. */
  async giveArguments(script: string, text: string): Promise<void> {
    const { [script]: _, ...others } = this.memory.get<Record<string, string>>(ARGUMENTS, {});
    await this.memory.update(ARGUMENTS, text.trim() === '' ? others : { ...others, [script]: text });
    this.take(await this.server.ask(setScriptArgumentsRequest, { script, text }));
  }

  /** A newly started server does not know the earlier choices. */
  private async askAndRemind(): Promise<void> {
    try {
      this.take(await this.server.ask(targetsRequest));
      for (const [script, text] of Object.entries(this.memory.get<Record<string, string>>(ARGUMENTS, {})))
        this.take(await this.server.ask(setScriptArgumentsRequest, { script, text }));
      const remembered = this.byId(this.memory.get<string>(REMEMBERED));
      if (remembered !== undefined && remembered.id !== this.known.current) await this.pick(remembered.id);
    } catch (error) {
      this.log.error(`no targets from the language server: ${error}`);
    }
  }

  private take(result: TargetsResult): void {
    this.known = result;
    this.changed.fire();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}
