/** Checkpoints that are chosen by a metric which the training does not log: it ends with a KeyError at the first checkpoint. */
import { counted } from '../../../base/counted.js';
import { BUILTIN_KEYS } from '../../../formats/run/trainLog.js';
import type { Logged, Moment } from '../../../project/python/loggedKeys.js';
import type { Check } from '../check.js';
import { type CheckContext, sourceName, sourceSpan } from '../context.js';
import type { Finding } from '../finding.js';
import { hasNoValidation } from '../validation.js';
import { isChanged, isMet } from './arguments.js';

export const MONITOR = 'checkpoint.topk.monitor_key';
const SHOWN = 8;

export const monitorNeverLogged: Check = {
  run: async (context) => {
    const monitored = context.text(MONITOR);
    if (monitored === undefined || monitored === '' || monitored === '???') return [];
    if (context.isOurLoop) return byBuiltin(context, monitored);
    const facts = await context.workspace();
    if (facts?.logged === undefined || isChanged(context, facts, MONITOR)) return [];
    const { logged } = facts;
    if (context.number('checkpoint.topk.k') === 0 || !isMet(context, logged.choice.when)) return [];
    const moments = logged.keys.get(monitored);
    if (moments !== undefined) return whenLogged(context, monitored, moments, logged);
    if (logged.patterns.some((pattern) => pattern.test(monitored))) return [];
    if (logged.hasRunner && !(await isSilentRunner(context))) return [];
    const names = [...logged.keys.keys()];
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
    const what = `${facts.name} never logs it (it logs ${names.slice(0, SHOWN).join(', ')}${more})`;
    return [finding(context, monitored, what, logged)];
  },
};

async function byBuiltin(context: CheckContext, monitored: string): Promise<Finding[]> {
  if (context.number('checkpoint.topk.k') === 0) return [];
  const isWithout = monitored.startsWith('val_') && (await hasNoValidation(context));
  if (BUILTIN_KEYS.test(monitored) && !isWithout) return [];
  const what = isWithout
    ? 'it is logged only where there are validation episodes, and task.dataset.val_ratio is 0'
    : 'the builtin runner never logs it';
  const message = `Checkpoints are chosen by ${monitored}, but ${what}: the training will not start`;
  return [context.finding('monitor-never-logged', context.span(MONITOR), message)];
}

async function isSilentRunner(context: CheckContext): Promise<boolean> {
  const target = context.text('task.env_runner._target_');
  return target !== undefined && (await context.project?.logsNothing(target)) === true;
}

async function whenLogged(
  context: CheckContext,
  monitored: string,
  moments: readonly Moment[],
  logged: Logged,
): Promise<Finding[]> {
  const isEmpty = moments.every(({ needsData }) => needsData) && (await hasNoValidation(context));
  if (isEmpty)
    return [
      finding(
        context,
        monitored,
        `it is logged only where there are validation episodes, and task.dataset.val_ratio is 0`,
        logged,
      ),
    ];
  if (context.value('training.debug') === true) return []; // upstream writes its own periods then
  const missed = moments.map((moment) => firstMissed(context, moment, logged));
  const [first] = missed;
  if (first === undefined || !missed.every((each) => each !== undefined)) return [];
  const what = `it is logged every ${counted(first.logged, 'epoch')} and checkpoints are chosen every ${first.chosen}, so that epoch ${first.epoch} has a checkpoint but no ${monitored}`;
  return [finding(context, monitored, what, logged)];
}

interface Missed {
  readonly epoch: number;
  readonly logged: number;
  readonly chosen: number;
}

/** The first epoch, from 0, in which a checkpoint is chosen but the metric is not logged; undefined where there is none or that cannot be determined. */
function firstMissed(context: CheckContext, moment: Moment, { choice }: Logged): Missed | undefined {
  const logged = periodOf(context, moment.every);
  const chosen = periodOf(context, choice.every);
  const epochs = context.number('training.num_epochs');
  if (logged === undefined || chosen === undefined || choice.isUnsure || epochs === undefined)
    return undefined;
  if (chosen % logged === 0 || chosen >= epochs) return undefined;
  return { epoch: chosen, logged, chosen };
}

/** Undefined where it depends on more than one key, or the key's value is not a period. */
function periodOf(context: CheckContext, [key, ...more]: readonly string[]): number | undefined {
  const period = key === undefined ? undefined : context.number(key);
  return more.length === 0 && period !== undefined && Number.isInteger(period) && period > 0
    ? period
    : undefined;
}

function finding(context: CheckContext, monitored: string, what: string, { choice }: Logged): Finding {
  const message = `Checkpoints are chosen by ${monitored}, but ${what}: the training ends with a KeyError at the first checkpoint`;
  const related = [{ span: sourceSpan(choice.place), message: `chosen here (${sourceName(choice.place)})` }];
  return context.finding('monitor-never-logged', context.span(MONITOR), message, { related });
}
