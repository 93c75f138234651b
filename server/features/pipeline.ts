/** How far a target has come on the way from recordings to a robot: data set, checkpoint, config, runs; each with the next action. */

import { dirname, relative } from 'node:path';
import { counted } from '../../engine/base/counted.js';
import { RegripError } from '../../engine/base/errors.js';
import { ROTATIONS } from '../../engine/base/rotation.js';
import { onOneLine } from '../../engine/base/shown.js';
import { poseWidth, rotationOfWidth } from '../../engine/formats/poseLayout.js';
import { findRuns } from '../../engine/formats/run/findRuns.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import { CheckContext } from '../../engine/judge/checks/context.js';
import type { Judgement } from '../../engine/judge/checks/judge.js';
import { namedDataSet } from '../../engine/judge/checks/rules/dataSet.js';
import { pretrained, weightsOf } from '../../engine/judge/checks/rules/pretrained.js';
import { actionSizes, shapeMetaPath } from '../../engine/judge/checks/shapeMeta.js';
import { findIncompatibilities } from '../../engine/judge/policy/compatibility.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import type { PipelineResult, PipelineStage } from '../editorRequests.js';
import { asWanted } from '../settings.js';
import type { Workbench } from '../workbench.js';

/** `runFolders` are searched besides the folder of the config's own runs. */
export async function pipeline(
  target: CheckTarget,
  workbench: Workbench,
  runFolders: readonly string[],
  signal?: AbortSignal,
): Promise<PipelineResult> {
  const judgement = await workbench.judgement(target);
  const { survey, startFolder } = judgement;
  const context = new CheckContext({ target, survey, startFolder, disk: workbench.disk });
  const runs = await findRuns(runRoots(context, runFolders), signal, workbench.lookedAtRun);
  const imageSize = imageSizeOf(context);
  const rotations = rotationsFor(context);
  return {
    startFolder,
    ...(imageSize && { imageSize }),
    ...(rotations && { rotations }),
    stages: [
      await dataSetStage(context),
      await checkpointStage(context),
      configStage(target, judgement, workbench),
    ],
    runs: runs.map((run) => ({ ...run, name: relative(startFolder, run.path) })),
  };
}

/** Image size of the first camera in shape_meta. */
function imageSizeOf(context: CheckContext): readonly [number, number] | undefined {
  const holder = `${shapeMetaPath(context)}.obs`;
  const camera = context.keys(holder).find((key) => context.text(`${holder}.${key}.type`) === 'rgb');
  const [, height, width] = (camera && context.numbers(`${holder}.${camera}.shape`)) || [];
  return width === undefined || height === undefined ? undefined : [width, height];
}

/** Undefined where the policy's actions are as recordings have them: 7-D is a pose without a gripper, not an axis-angle with one. */
function rotationsFor(context: CheckContext): PipelineResult['rotations'] {
  const shape = actionSizes(context)?.shape;
  const width = shape?.length === 1 ? shape[0] : undefined;
  const fits = width === undefined || width === poseWidth({}) ? undefined : rotationOfWidth(width, true);
  if (fits === undefined) return undefined;
  const inOrder = [fits, ...ROTATIONS.filter((rotation) => rotation !== fits)];
  return inOrder.map((rotation) => ({ rotation, actionDim: poseWidth({ rotation }) + 1 }));
}

async function dataSetStage(context: CheckContext): Promise<PipelineStage> {
  const stage = { kind: 'dataSet', label: 'Data set' } as const;
  const named = namedDataSet(context);
  if (named === undefined) return { ...stage, state: 'missing', detail: 'not set in the config' };
  const { path, isRead } = named;
  if (!isRead) {
    const looked = await context.disk.dataSet(path);
    const detail = looked.kind === 'unreadable' ? looked.error.message : 'in an unsupported format';
    return { ...stage, path, state: looked.kind === 'missing' ? 'missing' : 'ready', detail };
  }
  const looked = await context.disk.dataSet(path);
  switch (looked.kind) {
    case 'missing':
      return { ...stage, path, state: 'missing', detail: 'missing', action: 'convert' };
    case 'unreadable':
      return { ...stage, path, state: 'problem', detail: looked.error.message, action: 'convert' };
    case 'found': {
      const { episodeEnds, columns } = looked.value;
      const action = columns.get('action')?.shape[1];
      const detail = `${counted(episodeEnds.length, 'episode')}, ${counted(episodeEnds.at(-1) ?? 0, 'step')}${action === undefined ? '' : `, ${action}-D actions`}`;
      return { ...stage, path, state: 'ready', detail };
    }
  }
}

async function checkpointStage(context: CheckContext): Promise<PipelineStage> {
  const stage = { kind: 'checkpoint', label: 'Checkpoint' } as const;
  const named = pretrained(context);
  if (named === undefined)
    return { ...stage, state: 'missing', detail: 'none: training from scratch', action: 'adapt' };
  const { path } = named;
  const looked = await context.disk.checkpoint(path);
  switch (looked.kind) {
    case 'missing':
      return { ...stage, path, state: 'missing', detail: 'missing', action: 'adapt' };
    case 'unreadable':
      return { ...stage, path, state: 'problem', detail: looked.error.message };
    case 'found': {
      const problems = incompatibilities(context, weightsOf(looked.value)?.tensors ?? []);
      if (typeof problems === 'string') return { ...stage, path, state: 'problem', detail: problems };
      if (problems > 0)
        return {
          ...stage,
          path,
          state: 'problem',
          detail: `${counted(problems, 'key')} ${problems === 1 ? 'differs' : 'differ'}`,
          action: 'adapt',
        };
      if (!named.loads) return { ...stage, path, state: 'problem', detail: 'fits, but is not loaded' };
      return { ...stage, path, state: 'ready', detail: 'fits this config' };
    }
  }
}

/** The number of problems, or why there is none. */
function incompatibilities(
  context: CheckContext,
  tensors: Parameters<typeof findIncompatibilities>[1],
): number | string {
  try {
    return findIncompatibilities(policySpec(context.survey.resolved), tensors).length;
  } catch (error) {
    if (error instanceof RegripError) return `not compared: ${onOneLine(error.message)}`;
    throw error;
  }
}

function configStage(
  { primary: path }: CheckTarget,
  { findings }: Judgement,
  { settings }: Workbench,
): PipelineStage {
  const shown = findings.flatMap((finding) => asWanted(finding, settings) ?? []);
  const count = (severity: string) => shown.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const stage = { kind: 'config', label: 'Config', path } as const;
  if (errors === 0 && warnings === 0)
    return { ...stage, state: 'ready', detail: 'none found', action: 'finetune' };
  const parts = [unlessNone(errors, 'error'), unlessNone(warnings, 'warning')];
  return {
    ...stage,
    state: errors > 0 ? 'problem' : 'ready',
    detail: parts.filter(Boolean).join(', '),
    action: 'check',
  };
}

function unlessNone(count: number, what: string): string {
  return count === 0 ? '' : counted(count, what);
}

/** The folders of a config's runs, and further folders. */
export function runRoots(context: CheckContext, runFolders: readonly string[]): string[] {
  return [...new Set([...runRoot(context), ...runFolders])];
}

/** Upstream puts runs into a folder per day: returns the first parent folder without a date in its name. */
function runRoot(context: CheckContext): string[] {
  const { runDir } = context.survey;
  if (runDir === undefined) return [];
  let root = dirname(context.absolute(runDir));
  while (/\d{4}[.-]\d{2}[.-]\d{2}|\d{2}[.:-]\d{2}[.:-]\d{2}/.test(root) && dirname(root) !== root)
    root = dirname(root);
  return [root];
}
