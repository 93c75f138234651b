/** 'Adapt Checkpoint…': the plan of every key first; what is written, and where, is decided with the plan in view. */
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { jobResults } from '../../engine/wire/jobResults.js';
import type { Job, JobRequestInput } from '../../engine/wire/jobs.js';
import type { PipelineResult } from '../../server/editorRequests.js';
import { resultOf } from '../jobs/ended.js';
import { AdaptModel } from '../panels/adaptModel.js';
import type { DimensionAction } from '../panels/dimensionMessages.js';
import { InputWatch } from '../panels/inputWatch.js';
import { Latest } from '../panels/latest.js';
import type { AdaptAction } from '../panels/panelMessages.js';
import { openPanel, type PanelOpening } from '../panels/panelView.js';
import { askOutput, askPath, askTarget, stageOf } from './ask.js';
import type { Command, CommandParts } from './command.js';

type AdaptRequest = Extract<JobRequestInput, { kind: 'adapt' }>;

export const adapt: Command = async (parts, argument) => {
  const target = await askTarget(parts, argument);
  if (target === undefined)
    throw new Error(
      vscode.l10n.t('Open the new training config first: it determines what the checkpoint is adapted to.'),
    );
  const { summary, pipeline } = target;
  const base = pipeline.startFolder;
  const oldCkpt =
    argument.text('oldCkpt') ??
    argument.text('file') ??
    (await askPath(vscode.l10n.t('Adapt: the checkpoint to inherit from'), {
      near: base,
      files: { [vscode.l10n.t('Checkpoints')]: ['ckpt', 'pth', 'pt'] },
    }));
  if (oldCkpt === undefined) return undefined;
  const request: AdaptRequest = {
    kind: 'adapt',
    config: summary.primary,
    overrides: [...summary.overrides],
    oldCkpt,
  };
  const planning = await parts.engine.start(planOf(request), base);
  const asked: Asked = { request, base, named: argument.text('newCkpt') ?? namedOutput(pipeline) };
  const { opening, writer } = await planPanel(parts, planning, asked);
  await remember(parts, planning.id, asked);
  openPanel(parts.place, opening).onDidDispose(() => writer.dispose());
  const output = argument.text('output');
  if (output !== undefined)
    await writer.write({ path: output, overwrite: argument.flag('overwrite') }, false);
  return planning.id;
};

/** After a reload of the window, by the id of the planning job; undefined when that is gone. */
export async function reopenAdaptation(
  parts: CommandParts,
  subject: string,
  panel: vscode.WebviewPanel,
): Promise<PanelOpening<'adapt'> | undefined> {
  await parts.engine.look();
  const asked = parts.memory.get<Record<string, Asked>>(REMEMBERED, {})[subject];
  const planning = parts.engine.job(asked?.newest ?? subject);
  if (planning === undefined || asked === undefined) return undefined;
  const { opening, writer } = await planPanel(parts, planning, asked, subject);
  panel.onDidDispose(() => writer.dispose());
  return opening;
}

/** The request of a plan: enough to write it. */
interface Asked {
  readonly request: AdaptRequest;
  readonly base: string;
  /** Where the config expects the result. */
  readonly named: string | undefined;
  /** The job that planned last, where it is not the panel's subject. */
  readonly newest?: string;
}

/** What is lost is shown in the plan, and accepted there. */
function planOf(request: AdaptRequest): AdaptRequest {
  return { ...request, dryRun: true, allowDrop: true };
}

const REMEMBERED = 'regrip.plans';
/** Panels that may still be open. */
const MAX_REMEMBERED = 10;

async function remember({ memory }: CommandParts, id: string, asked: Asked): Promise<void> {
  const before = Object.entries(memory.get<Record<string, Asked>>(REMEMBERED, {}));
  const others = before.filter(([subject]) => subject !== id);
  const kept = [...others, [id, asked] as const].slice(-MAX_REMEMBERED);
  await memory.update(REMEMBERED, Object.fromEntries(kept));
}

function namedOutput(pipeline: PipelineResult): string | undefined {
  const stage = stageOf(pipeline, 'checkpoint');
  return stage?.state === 'missing' ? stage.path : undefined;
}

type Planned = v.InferOutput<typeof jobResults.adapt>;

async function planPanel(parts: CommandParts, planning: Job, asked: Asked, subject: string = planning.id) {
  const { request, named } = asked;
  const planned = v.parse(jobResults.adapt, await resultOf(parts.engine, planning));
  const model = new AdaptModel(subject, shown(planned), undefined);
  const proposed = named ?? beside(request.oldCkpt, planned.plan.newActionDim);
  const writer = new Writer(parts, model, { ...asked, proposed }, { planned, command: planning.command });
  const opening: PanelOpening<'adapt'> = {
    model,
    title: vscode.l10n.t('Adapt {0}', basename(request.oldCkpt)),
    act: async (action) => {
      await writer.act(action);
      return undefined;
    },
  };
  return { opening, writer };
}

function shown({ plan, dimensions }: Planned) {
  return { ...plan, dimensions };
}

/** `old.ckpt` → `old_8d.ckpt`. */
function beside(oldCkpt: string, actionDim: number): string {
  return join(dirname(oldCkpt), `${basename(oldCkpt).replace(/\.\w+$/, '')}_${actionDim}d.ckpt`);
}

interface Plan {
  readonly planned: Planned;
  /** As on the command line. */
  readonly command: string;
}

class Writer {
  private written: string | undefined;
  private readonly plans = new Latest();
  private readonly inputs = new InputWatch(([first]) => this.model.outdate(first!));

  constructor(
    private readonly parts: CommandParts,
    private readonly model: AdaptModel,
    private asked: Asked & { readonly proposed: string },
    private plan: Plan,
  ) {
    this.watchInputs();
  }

  dispose(): void {
    this.plans.cancel();
    this.inputs.dispose();
  }

  /** Against what the engine saw when it planned, so that a panel of an earlier window is judged as well. */
  private watchInputs(): void {
    this.inputs.restart();
    for (const { path, stamp } of this.plan.planned.plan.inputs) this.inputs.expect(path, stamp);
  }

  async act(action: AdaptAction): Promise<void> {
    switch (action.kind) {
      case 'planAgain':
        return this.planAgain(this.plans.begin());
      case 'write': {
        const { proposed, base } = this.asked;
        const output = await askOutput(vscode.l10n.t('Adapt: the checkpoint to write'), proposed, base);
        if (output !== undefined) await this.write(output, action.acceptLosses);
        return;
      }
      case 'cancel':
        this.model.setState('cancelled');
        return;
      case 'openResult':
        if (this.written !== undefined)
          await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(this.written));
        return;
      case 'copyCommand':
        await vscode.env.clipboard.writeText(this.plan.command);
        return;
      default:
        this.changeDimensions(action);
    }
  }

  private changeDimensions(action: DimensionAction): void {
    const asks = this.model.changeDimensions(action);
    if (asks === 'plan') {
      this.plans.soon((isLatest) => this.planAgain(isLatest));
      return;
    }
    this.plans.cancel();
    this.model.setState('planned');
  }

  private async planAgain(isLatest: () => boolean): Promise<void> {
    const { engine } = this.parts;
    const { maps } = this.model;
    const request = { ...this.asked.request, map: [...maps] };
    this.model.setState('planning');
    try {
      const job = await engine.start(planOf(request), this.asked.base);
      const planned = v.parse(jobResults.adapt, await resultOf(engine, job));
      if (!isLatest()) return;
      this.asked = { ...this.asked, request, newest: job.id };
      this.plan = { planned, command: job.command };
      this.model.replan(shown(planned), maps);
      this.watchInputs();
      await remember(this.parts, this.model.subject, this.asked);
    } catch (error) {
      if (isLatest()) this.model.setState('failed', error instanceof Error ? error.message : String(error));
    }
  }

  async write({ path, overwrite }: { path: string; overwrite: boolean }, allowDrop: boolean): Promise<void> {
    const { engine } = this.parts;
    if (this.model.isOutdated) throw new Error(vscode.l10n.t('The plan is outdated. Plan again first.'));
    this.model.writing(path);
    try {
      const job = await engine.start(
        { ...this.asked.request, newCkpt: path, overwrite, allowDrop, expect: this.plan.planned.fingerprint },
        this.asked.base,
      );
      this.plan = { ...this.plan, command: job.command };
      await resultOf(engine, job);
      this.written = path;
      this.model.setState('written');
    } catch (error) {
      this.model.setState('failed', error instanceof Error ? error.message : String(error));
    }
  }
}
