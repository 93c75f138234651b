/** 'Convert Trajectories…': recorded episodes become a replay buffer, by default the one that the target's config names. */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import type { PipelineResult } from '../../server/editorRequests.js';
import { askOutput, askPath, askTarget, stageOf, workspaceFolder } from './ask.js';
import type { Command } from './command.js';

type ConvertRequest = Extract<JobRequestInput, { kind: 'convert' }>;

export const convert: Command = async (parts, argument) => {
  const target = await askTarget(parts, argument);
  const base = target?.pipeline.startFolder ?? workspaceFolder();
  const title = vscode.l10n.t('Convert Trajectories');
  const input =
    argument.text('input') ??
    argument.text('file') ??
    (await askPath(vscode.l10n.t('{0}: the folder that holds the recorded episodes', title), {
      folder: true,
      near: base,
    }));
  if (input === undefined) return undefined;
  const named = target && stageOf(target.pipeline, 'dataSet')?.path;
  // A fix fills in the form; another extension or a test may answer it.
  const isProposal = argument.flag('isProposal');
  const [wanted, size] = [argument.text('output'), argument.text('resolution')];
  const given = isProposal ? undefined : wanted;
  const output =
    given === undefined
      ? await askOutput(
          vscode.l10n.t('{0}: the data set to write', title),
          wanted ?? named ?? join(base, `${basename(input)}.zarr`),
          base,
        )
      : { path: given, overwrite: argument.flag('overwrite') };
  if (output === undefined) return undefined;
  const proposed = (size === undefined ? undefined : sizeOf(size)) ?? target?.pipeline.imageSize;
  const resolution = await askResolution(isProposal ? undefined : size, proposed, title);
  if (resolution === undefined) return undefined;
  const choices = given === undefined ? target?.pipeline.rotations : undefined;
  const rotation = await askRotation(choices, title);
  if (rotation === undefined) return undefined;
  const { path, overwrite } = output;
  const job = await parts.engine.start(
    {
      ...{ kind: 'convert', input, output: path, overwrite, resolution },
      ...(rotation !== RECORDED && { rotation }),
    },
    base,
  );
  await parts.panels.show(job);
  return job.id;
};

type Rotation = NonNullable<ConvertRequest['rotation']>;
const RECORDED: Rotation = 'quaternion';

/** Asked only where the policy's actions are not as wide as recorded ones. */
async function askRotation(
  choices: PipelineResult['rotations'],
  title: string,
): Promise<Rotation | undefined> {
  if (choices === undefined) return RECORDED;
  const items = choices.map(({ rotation, actionDim }) => ({
    label: rotation,
    description:
      rotation === RECORDED
        ? vscode.l10n.t('as recorded: {0}-D actions with the gripper', actionDim)
        : vscode.l10n.t('{0}-D actions with the gripper', actionDim),
    rotation,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('{0}: how poses write their rotations', title),
    ignoreFocusOut: true,
  });
  return picked?.rotation;
}

async function askResolution(
  given: string | undefined,
  proposed: readonly [number, number] | undefined,
  title: string,
): Promise<[number, number] | undefined> {
  const text =
    given ??
    (await vscode.window.showInputBox({
      title: vscode.l10n.t('{0}: width and height of the images', title),
      value: (proposed ?? [320, 180]).join(' '),
      ignoreFocusOut: true,
      validateInput: (value) =>
        sizeOf(value) === undefined ? vscode.l10n.t('Enter two whole numbers, such as 320 180.') : undefined,
    }));
  return text === undefined ? undefined : sizeOf(text);
}

function sizeOf(text: string): [number, number] | undefined {
  const [, width, height] = /^\s*(\d{1,5})[\s,x×]+(\d{1,5})\s*$/.exec(text) ?? [];
  return width === undefined || height === undefined ? undefined : [Number(width), Number(height)];
}
