/** The client's requests about targets: the list, the choice, and the state of the current one. */
import type { Connection } from 'vscode-languageserver';
import { summaryOf, targetId } from '../documents/targets.js';
import {
  type PipelineResult,
  pipelineRequest,
  rereadRequest,
  setScriptArgumentsRequest,
  setTargetRequest,
  type TargetsResult,
  targetsChanged,
  targetsRequest,
} from '../editorRequests.js';
import { unlessCancelled } from '../requests.js';
import type { Workbench } from '../workbench.js';
import { pipeline } from './pipeline.js';

export class TargetRequests {
  private told: string | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly workbench: Workbench,
    { chosen, reread }: { readonly chosen: () => void; readonly reread: () => Promise<void> },
  ) {
    connection.onRequest(targetsRequest, (token) => unlessCancelled(token, () => this.result()));
    connection.onRequest(setTargetRequest, ({ id }, token) => {
      workbench.targets.choose(id);
      chosen();
      return unlessCancelled(token, () => this.result());
    });
    connection.onRequest(setScriptArgumentsRequest, ({ script, text }, token) => {
      workbench.targets.setArguments(script, text);
      chosen();
      return unlessCancelled(token, () => this.result());
    });
    connection.onRequest(rereadRequest, (token) => unlessCancelled(token, reread));
    connection.onRequest(pipelineRequest, ({ target }, token) =>
      unlessCancelled(token, () => this.pipeline(target)),
    );
  }

  /** Notifies the client when the list or the current target has changed. */
  async tell(): Promise<void> {
    const result = await this.result();
    const text = JSON.stringify(result);
    if (text === this.told) return;
    this.told = text;
    await this.connection.sendNotification(targetsChanged, result);
  }

  private async result(): Promise<TargetsResult> {
    const current = await this.workbench.currentTarget();
    const all = await this.workbench.targets.all();
    const isListed = current === undefined || all.some((target) => targetId(target) === targetId(current));
    return {
      targets: (isListed ? all : [current, ...all]).map(summaryOf),
      current: current && targetId(current),
    };
  }

  private async pipeline(id: string | undefined): Promise<PipelineResult | null> {
    const all = id === undefined ? [] : await this.workbench.targets.all();
    const target = all.find((each) => targetId(each) === id) ?? (await this.workbench.currentTarget());
    if (target === undefined) return null;
    return pipeline(target, this.workbench, this.workbench.settings.runFolders);
  }
}
