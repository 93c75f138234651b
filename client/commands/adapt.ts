/** 'Adapt Checkpoint…': the plan of every key first; what is written, and where, is decided with the plan in view. */
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { jobResults } from '../../engine/wire/jobResults.js';
import type { Job, JobRequestInput } from '../../engine/wire/jobs.js';
import type { PipelineResult } from '../../server/editorRequests.js';
import { resultOf } from '../jobs/ended.js';
import { AdaptModel } from '../panels/adaptModel.js';
import { InputWatch } from '../panels/inputWatch.js';
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
  const planning = await parts.engine.start({ ...request, dryRun: true }, base);
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
  const planning = parts.engine.job(subject);
  const asked = parts.memory.get<Record<string, Asked>>(REMEMBERED, {})[subject];
  if (planning === undefined || asked === undefined) return undefined;
  const { opening, writer } = await planPanel(parts, planning, asked);
  panel.onDidDispose(() => writer.dispose());
  return opening;
}

/** The request of a plan: enough to write it. */
interface Asked {
  readonly request: AdaptRequest;
  readonly base: string;
  /** Where the config expects the result. */
  readonly named: string | undefined;
}

const REMEMBERED = 'regrip.plans';
/** Panels that may still be open. */
const MAX_REMEMBERED = 10;

async function remember({ memory }: CommandParts, id: string, asked: Asked): Promise<void> {
  const before = Object.entries(memory.get<Record<string, Asked>>(REMEMBERED, {}));
  const kept = [...before, [id, asked] as const].slice(-MAX_REMEMBERED);
  await memory.update(REMEMBERED, Object.fromEntries(kept));
}

function namedOutput(pipeline: PipelineResult): string | undefined {
  const stage = stageOf(pipeline, 'checkpoint');
  return stage?.state === 'missing' ? stage.path : undefined;
}

type Planned = v.InferOutput<typeof jobResults.adapt>;

async function planPanel(parts: CommandParts, planning: Job, asked: Asked) {
  const { request, base, named } = asked;
  const planned = v.parse(jobResults.adapt, await resultOf(parts.engine, planning));
  const model = new AdaptModel(planning.id, planned.plan, undefined);
  const proposed = named ?? beside(request.oldCkpt, planned.plan.newActionDim);
  const writer = new Writer(parts, model, request, { base, proposed }, planned);
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

/** `old.ckpt` → `old_8d.ckpt`. */
function beside(oldCkpt: string, actionDim: number): string {
  return join(dirname(oldCkpt), `${basename(oldCkpt).replace(/\.\w+$/, '')}_${actionDim}d.ckpt`);
}

class Writer {
  private written: string | undefined;
  private command = '';
  private readonly inputs = new InputWatch(([first]) => this.model.outdate(first!));

  constructor(
    private readonly parts: CommandParts,
    private readonly model: AdaptModel,
    private readonly request: AdaptRequest,
    private readonly places: { readonly base: string; readonly proposed: string },
    private planned: Planned,
  ) {
    this.watchInputs();
  }

  dispose(): void {
    this.inputs.dispose();
  }

  /** Against what the engine saw when it planned, so that a panel of an earlier window is judged as well. */
  private watchInputs(): void {
    this.inputs.restart();
    for (const { path, stamp } of this.planned.plan.inputs) this.inputs.expect(path, stamp);
  }

  async act(action: AdaptAction): Promise<void> {
    switch (action.kind) {
      case 'planAgain':
        return this.planAgain();
      case 'write': {
        const { proposed, base } = this.places;
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
        await vscode.env.clipboard.writeText(this.command);
        return;
      default:
        action satisfies never;
    }
  }

  private async planAgain(): Promise<void> {
    const { engine } = this.parts;
    this.model.setState('planning');
    try {
      const job = await engine.start({ ...this.request, dryRun: true }, this.places.base);
      this.planned = v.parse(jobResults.adapt, await resultOf(engine, job));
      this.model.replan(this.planned.plan);
      this.watchInputs();
    } catch (error) {
      this.model.setState('failed', error instanceof Error ? error.message : String(error));
    }
  }

  async write({ path, overwrite }: { path: string; overwrite: boolean }, allowDrop: boolean): Promise<void> {
    const { engine } = this.parts;
    if (this.model.isOutdated) throw new Error(vscode.l10n.t('The plan is outdated. Plan again first.'));
    this.model.writing(path);
    try {
      const job = await engine.start(
        { ...this.request, newCkpt: path, overwrite, allowDrop, expect: this.planned.fingerprint },
        this.places.base,
      );
      this.command = job.command;
      await resultOf(engine, job);
      this.written = path;
      this.model.setState('written');
    } catch (error) {
      this.model.setState('failed', error instanceof Error ? error.message : String(error));
    }
  }
}
