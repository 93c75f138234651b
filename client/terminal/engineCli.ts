/** Runs the engine's command line in a terminal of the editor. Only the package of a platform with an engine has it. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';

export class EngineCli {
  private readonly module: string;
  readonly hasEngine: boolean;

  constructor(context: vscode.ExtensionContext) {
    this.module = context.asAbsolutePath('dist/engine/cli.js');
    this.hasEngine = existsSync(this.module);
    // Menus offer commands that need the engine only where it is available; the palette has them all, and they explain why they cannot run.
    void vscode.commands.executeCommand('setContext', 'regrip.hasEngine', this.hasEngine);
  }

  /** As a task: no shell quotes the arguments, and what it printed stays. Resolves once it has started. */
  async run(title: string, args: readonly string[]): Promise<void> {
    await vscode.tasks.executeTask(this.task(title, args));
  }

  /** The same; resolves to its exit code, undefined where it was killed or could not be started. */
  async runToEnd(title: string, args: readonly string[]): Promise<number | undefined> {
    const ended = new Map<vscode.TaskExecution, number | undefined>();
    let look: () => unknown = () => undefined;
    const note = (execution: vscode.TaskExecution, exitCode: number | undefined): void => {
      if (!ended.has(execution)) ended.set(execution, exitCode);
      look();
    };
    const listening = [
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => note(execution, exitCode)),
      // Comes second, and alone where no process could be started.
      vscode.tasks.onDidEndTask(({ execution }) => note(execution, undefined)),
    ];
    try {
      const execution = await vscode.tasks.executeTask(this.task(title, args));
      // It may have ended before the editor said that it had started.
      if (!ended.has(execution))
        await new Promise<void>((resolve) => {
          look = () => ended.has(execution) && resolve();
        });
      return ended.get(execution);
    } finally {
      for (const each of listening) each.dispose();
    }
  }

  private task(title: string, args: readonly string[]): vscode.Task {
    const { program, env } = nodeProgram();
    const task = new vscode.Task(
      { type: 'regrip', command: args[0] },
      vscode.TaskScope.Workspace,
      title,
      'Regrip',
      new vscode.ProcessExecution(program, [this.module, ...args], { env }),
    );
    task.presentationOptions = { clear: true, focus: true, showReuseMessage: false };
    return task;
  }
}

/** The setting, else what this extension host runs in. */
function nodeProgram(): { readonly program: string; readonly env: Record<string, string> } {
  const named = vscode.workspace.getConfiguration('regrip').get<string>('node.path', '');
  if (named !== '') return { program: named, env: {} };
  return { program: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } };
}
