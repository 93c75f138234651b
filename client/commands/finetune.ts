/** 'Fine-tune…': asks what the training starts from, starts it, and shows its run. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Job, JobRequestInput } from '../../engine/wire/jobs.js';
import type { PipelineResult } from '../../server/editorRequests.js';
import type { Engine } from '../engine/engine.js';
import { askPath, askTarget, stageOf } from './ask.js';
import { askEngine } from './askEngine.js';
import type { Command, CommandArgument, CommandParts } from './command.js';
import { pythonInterpreter } from './pythonInterpreter.js';

type FinetuneRequest = Extract<JobRequestInput, { kind: 'finetune' }>;
type Start = Pick<FinetuneRequest, 'init' | 'oldCkpt' | 'runDir'> & {
  readonly overrides?: readonly string[];
};

export const finetune: Command = async (parts, argument) => {
  const asked = await askFinetune(parts, argument);
  if (asked === undefined) return undefined;
  const { request, folder } = asked;
  if (request.runner === undefined && !(await askEngine(parts))) return undefined;
  const job = await parts.engine.start(request, folder);
  const begun = await whenRunKnown(parts.engine, job);
  await parts.panels.show(begun);
  return begun.id;
};

/** What to train from what, and the folder where it starts; undefined where the user cancels. */
export async function askFinetune(
  parts: CommandParts,
  argument: CommandArgument,
): Promise<{ readonly request: FinetuneRequest; readonly folder: string } | undefined> {
  const target = await askTarget(parts, argument);
  if (target === undefined) throw new Error(vscode.l10n.t('Open a training config first.'));
  const { summary, pipeline } = target;
  const start = givenStart(argument.text('init'), argument.text('oldCkpt')) ?? (await askStart(pipeline));
  if (start === undefined) return undefined;
  const trainer = await trainerOf(vscode.Uri.file(summary.primary));
  const more = argument.texts('overrides') ?? [];
  const { overrides = [], ...from } = start;
  const runDir = argument.text('runDir');
  const request: FinetuneRequest = {
    kind: 'finetune',
    config: summary.primary,
    overrides: [...summary.overrides, ...overrides, ...more],
    ...from,
    ...(runDir !== undefined && { runDir }),
    ...trainer,
  };
  return { request, folder: pipeline.startFolder };
}

/** The settings of the config's folder; the builtin trainer is the default and is not passed. */
async function trainerOf(config: vscode.Uri): Promise<Pick<FinetuneRequest, 'runner' | 'python' | 'onNan'>> {
  const settings = vscode.workspace.getConfiguration('regrip', config);
  const runner = settings.get<string>('runner');
  if (runner !== 'python' && runner !== 'torch') return {};
  const python = await pythonInterpreter(config);
  const goesOn = runner === 'python' && settings.get<string>('onNaN') === 'continue';
  return { runner, ...(python !== undefined && { python }), ...(goesOn && { onNan: 'continue' }) };
}

function givenStart(init: string | undefined, oldCkpt: string | undefined): Start | undefined {
  if (init !== undefined) return { init };
  return oldCkpt === undefined ? undefined : { oldCkpt };
}

interface StartPick extends vscode.QuickPickItem {
  readonly choose: () => Promise<Start | undefined> | Start;
}

function askStart(pipeline: PipelineResult): Promise<Start | undefined> {
  const near = pipeline.startFolder;
  const files = { [vscode.l10n.t('Checkpoints')]: ['ckpt', 'pth', 'pt'] };
  const pretrained = stageOf(pipeline, 'checkpoint');
  const picks: StartPick[] = [
    ...(pretrained?.path !== undefined && pretrained.state === 'ready'
      ? [
          {
            label: vscode.l10n.t('$(check) The checkpoint of the config'),
            description: basename(pretrained.path),
            detail: pretrained.detail,
            choose: () => ({}),
          },
        ]
      : []),
    {
      label: vscode.l10n.t('$(arrow-swap) An old checkpoint, adapted first…'),
      detail: vscode.l10n.t('7-D weights are widened to this config; their values stay unchanged'),
      choose: async () => {
        const oldCkpt = await askPath(vscode.l10n.t('Fine-tune: the old checkpoint'), { near, files });
        return oldCkpt === undefined ? undefined : { oldCkpt };
      },
    },
    {
      label: vscode.l10n.t('$(file) A checkpoint that already fits…'),
      choose: async () => {
        const init = await askPath(vscode.l10n.t('Fine-tune: the checkpoint to start from'), { near, files });
        return init === undefined ? undefined : { init };
      },
    },
    ...pipeline.runs
      .filter(({ hasLatest, state }) => hasLatest && state !== 'running')
      .slice(0, 5)
      .map(({ path, name, epoch }) => ({
        label: vscode.l10n.t('$(debug-continue) Resume {0}', name),
        description: epoch === undefined ? '' : vscode.l10n.t('after epoch {0}', epoch),
        choose: () => ({ runDir: path, overrides: ['training.resume=True'] }),
      })),
    {
      label: vscode.l10n.t('$(circle-slash) From scratch'),
      detail: vscode.l10n.t('no weights are inherited'),
      choose: () => ({ overrides: pretrained?.path === undefined ? [] : ['pretrained.load_weights=False'] }),
    },
  ];
  return picked(picks);
}

async function picked(picks: readonly StartPick[]): Promise<Start | undefined> {
  const pick = await vscode.window.showQuickPick([...picks], {
    placeHolder: vscode.l10n.t('Select what the training starts from'),
    ignoreFocusOut: true,
  });
  return pick?.choose();
}

/** The job knows its run folder once its config is composed; one that fails before that has none. */
function whenRunKnown(engine: Engine, job: Job): Promise<Job> {
  const isKnown = (each: Job | undefined): each is Job =>
    each !== undefined && (each.runDir !== undefined || each.ended !== undefined || each.state === 'queued');
  const now = engine.job(job.id);
  if (isKnown(now) && now.runDir !== undefined) return Promise.resolve(now);
  return new Promise((resolve) => {
    const listening = engine.onChange(() => {
      const found = engine.job(job.id);
      if (found === undefined || (found.runDir === undefined && found.ended === undefined)) return;
      listening.dispose();
      resolve(found);
    });
  });
}
