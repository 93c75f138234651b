/** Logs as the server's reader gives them to the panel. */
import { basename } from 'node:path';
import type { StepReader } from '../../../client/panels/gripperModel.js';
import type { GripperView } from '../../../client/panels/panelMessages.js';
import { gripperLog, logFrame, logStep } from '../../../server/reader/gripperLog.js';
import { Held } from '../../../server/reader/held.js';
import type { Task } from '../../../server/reader/task.js';

const task: Task = { signal: new AbortController().signal, stamp: 'fixture', held: new Held() };

export function viewOf(path: string): Promise<GripperView> {
  return gripperLog({ path, low: 0.3, high: 0.7, maxPoints: 4096 }, task);
}

export const logSteps: StepReader = {
  step: (path, row) => logStep({ path, row }, task),
  frame: async (path, row) => (await logFrame({ path, row }, task)).jpeg,
};

export const nameOf = (path: string): string => basename(path, '.json');
