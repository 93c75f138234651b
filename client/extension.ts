/** The extension: activate wires the language server, the engine, the viewers and the commands. */

import * as vscode from 'vscode';
import { fixed } from '../engine/base/numberText.js';
import { resume } from '../engine/wire/supervisorMessages.js';
import { activationCpuMs, activationStart } from './activationStart.js';
import { reopenAdaptation } from './commands/adapt.js';
import type { CommandParts } from './commands/command.js';
import { reopenGripper } from './commands/gripper.js';
import { chooseRun } from './commands/openRunFolder.js';
import { registerCommands } from './commands/table.js';
import { registerViewers } from './editors/viewers.js';
import { Engine } from './engine/engine.js';
import { EngineItem } from './engine/engineItem.js';
import { JobLogs } from './engine/jobLogs.js';
import { JobNotices } from './engine/jobNotices.js';
import { JobPanels } from './jobs/jobPanels.js';
import { LanguageServer } from './language/languageServer.js';
import { registerMismatches } from './language/mismatches.js';
import { TargetItem } from './language/targetItem.js';
import { Targets } from './language/targets.js';
import type { PanelKind } from './panels/panelMessages.js';
import { type PanelOpening, type PanelPlace, restorePanels } from './panels/panelView.js';
import { PipelineView } from './sidebar/pipelineView.js';
import { EngineCli } from './terminal/engineCli.js';

/** What the tests in a real editor look at. */
export interface RegripExtension {
  /** From the first line of the bundle. */
  readonly activationMs: number;
  /** What of it was computing. */
  readonly activationCpuMs: number;
  /** Settles when the language server answers; rejects when it cannot start. */
  readonly serverStarted: Promise<void>;
  /** Jobs that this window knows of. */
  readonly engine: Engine;
}

let server: LanguageServer | undefined;

export function activate(context: vscode.ExtensionContext): RegripExtension {
  const log = vscode.window.createOutputChannel('Regrip', { log: true });
  server = new LanguageServer(context.asAbsolutePath('dist/server/main.js'));
  const parts = partsOf(context, server, log);
  const { engine, panels, targets, place } = parts;
  context.subscriptions.push(
    log,
    server,
    targets,
    engine,
    parts.logs,
    new TargetItem(targets),
    new EngineItem(engine),
    new JobNotices(
      engine,
      (job) => panels.show(job),
      async ({ id }) => void (await engine.call(resume, { id })),
    ),
    new PipelineView(parts),
    restorePanels(place, (kind, subject, panel) => reopened(parts, kind, subject, panel)),
    ...registerViewers({ place, server, targets }),
    ...registerMismatches(server),
    ...registerCommands(parts),
  );
  const serverStarted = server.start();
  serverStarted.catch((error: unknown) => log.error(`the language server did not start: ${error}`));
  const activationMs = performance.now() - activationStart;
  const cpuMs = activationCpuMs();
  log.info(`activated in ${fixed(activationMs, 0)} ms, ${fixed(cpuMs, 0)} ms of computing`);
  engine.look().catch((error: unknown) => log.error(`the search for a running engine failed: ${error}`));
  return { activationMs, activationCpuMs: cpuMs, serverStarted, engine };
}

/** A panel of the window before; undefined where what it was about is gone. */
async function reopened(
  parts: CommandParts,
  kind: PanelKind,
  subject: string,
  panel: vscode.WebviewPanel,
): Promise<PanelOpening<PanelKind> | undefined> {
  const reopen = async () => {
    if (kind === 'gripper') return reopenGripper(parts, subject, panel);
    return kind === 'adapt'
      ? reopenAdaptation(parts, subject, panel)
      : parts.panels.reopen(kind, subject, panel);
  };
  const opening = await reopen();
  return opening as unknown as PanelOpening<PanelKind> | undefined;
}

function partsOf(
  context: vscode.ExtensionContext,
  languageServer: LanguageServer,
  log: vscode.LogOutputChannel,
): CommandParts {
  const place: PanelPlace = {
    extensionUri: context.extensionUri,
    problem: (problem) => log.error(problem instanceof Error ? problem : JSON.stringify(problem)),
  };
  const engine = new Engine(context, log);
  const logs = new JobLogs(engine);
  return {
    server: languageServer,
    targets: new Targets(languageServer, context.workspaceState, log),
    cli: new EngineCli(context),
    engine,
    logs,
    panels: new JobPanels(place, engine, logs, () => chooseRun(languageServer)),
    place,
    memory: context.workspaceState,
    log,
  };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
