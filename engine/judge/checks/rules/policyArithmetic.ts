/** Whether the policy's sizes go together, and whether a policy can be built at all. */

import { PolicyConfigError } from '../../policy/config.js';
import { isNamesPath } from '../../policy/dimensionNames.js';
import { familiesFor, POLICY_TARGET, policySpec, unknownPolicy } from '../../policy/families.js';
import { trajectoryOf } from '../../policy/trajectory.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Finding } from '../finding.js';
import { observations } from '../shapeMeta.js';

export const policyArithmetic: Check = {
  run: (context) => [
    ...cropPaths(context).flatMap((path) => crop(path, context)),
    ...horizon(context),
    ...invalid(context),
  ],
};

function cropPaths({ survey }: CheckContext): string[] {
  return [...new Set(familiesFor(survey.resolved).flatMap(({ cropPath }) => cropPath ?? []))];
}

function crop(cropPath: string, context: CheckContext): Finding[] {
  const [height, width] = context.numbers(cropPath) ?? [];
  if (height === undefined || width === undefined) return [];
  return observations(context).flatMap(({ key, isImage, sizes: { path, shape } }) => {
    const [, imageHeight, imageWidth] = shape ?? [];
    if (!isImage || imageHeight === undefined || imageWidth === undefined) return [];
    if (height <= imageHeight && width <= imageWidth) return [];
    const message = `The crop [${height}, ${width}] is larger than the image ${key} [${imageHeight}, ${imageWidth}] (height, width): the policy cannot be built`;
    const related = [{ span: context.span(path), message: `${key} is [${shape!.join(', ')}]` }];
    const usual = (size: number) => Math.floor(size * 0.9); // as upstream's own crops
    const size = `[${usual(imageHeight)}, ${usual(imageWidth)}]`;
    const edit = context.replace(cropPath, size);
    const fixes = edit === undefined ? [] : [{ title: `Use ${size}`, edits: [edit] }];
    return [context.finding('crop-larger-than-image', context.span(cropPath), message, { related, fixes })];
  });
}

/** The actions that are carried out begin at the last observed step, `action_pred[:, To - 1 : To - 1 + Ta]`, or at the one after it. */
function horizon(context: CheckContext): Finding[] {
  const [steps, observed, actions] = ['horizon', 'n_obs_steps', 'n_action_steps'].map((name) =>
    context.number(`policy.${name}`),
  );
  if (steps === undefined || observed === undefined || actions === undefined) return [];
  const from = executedFrom(context) ?? observed - 1;
  const needed = from + actions;
  if (needed <= steps) return [];
  const sum = `n_obs_steps${from === observed ? '' : ' - 1'} + n_action_steps`;
  const message = `The horizon is ${steps}, but ${observed} observation and ${actions} action steps need ${needed} (${sum}): the policy returns only ${Math.max(0, steps - from)} actions`;
  const related = [
    { span: context.span('policy.n_obs_steps'), message: `n_obs_steps is ${observed}` },
    { span: context.span('policy.n_action_steps'), message: `n_action_steps is ${actions}` },
  ];
  return [context.finding('horizon-too-short', context.span('policy.horizon'), message, { related })];
}

/** In the horizon; undefined where the policy is not known. One that predicts its executed steps alone has them all. */
function executedFrom({ survey }: CheckContext): number | undefined {
  try {
    const { from, executedFrom: start } = trajectoryOf(policySpec(survey.resolved));
    return from + start;
  } catch (error) {
    if (error instanceof PolicyConfigError) return undefined;
    throw error;
  }
}

/** What another runner makes of it is not known, so it is an error for the builtin one alone. */
function invalid(context: CheckContext): Finding[] {
  if (context.text(POLICY_TARGET.join('.')) === undefined) return [];
  if (unknownPolicy(context.survey.resolved) !== undefined) return []; // told by a check of its own
  try {
    policySpec(context.survey.resolved);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyConfigError)) throw error;
    const path = error.path.join('.');
    if (isNamesPath(error.path) || isTold(context, path) || isNotKnown(context, path)) return [];
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    const isOurs = context.isOurLoop;
    const message = `Regrip's builtin runner cannot build this policy: ${error.message}${hint}`;
    const found = context.finding('policy-invalid', context.span(path), message);
    return [isOurs ? found : { ...found, severity: 'information' }];
  }
}

/** By a finding of its own. */
function isTold(context: CheckContext, path: string): boolean {
  const counts = familiesFor(context.survey.resolved).flatMap(({ divisions }) =>
    divisions.map(({ count }) => count),
  );
  return cropPaths(context).includes(path) || counts.includes(path);
}

/** It or what holds it is written, with a value that only a run knows, or that a finding of its own calls broken. */
function isNotKnown(context: CheckContext, path: string): boolean {
  const steps = path.split('.');
  return steps.some((_, count) => {
    const here = steps.slice(0, count + 1).join('.');
    return context.value(here) === undefined && context.origin(here).at(-1)?.inside === '';
  });
}
