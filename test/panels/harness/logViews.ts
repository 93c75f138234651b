/** Judged logs for the panel, and their single steps, read from real files. */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { StepReader } from '../../../client/panels/gripperModel.js';
import type { GripperView, StepView } from '../../../client/panels/protocol.js';
import { type LogStep, readInferenceLog } from '../../../engine/formats/inferenceLog/index.js';
import { judgeGripper } from '../../../engine/gripper/judge.js';
import { readGripperLog } from '../../../engine/gripper/trace.js';

const LATENCY = 'inference_latency';

export async function viewOf(path: string): Promise<GripperView> {
  const log = await readGripperLog(path);
  const { facts, verdict, findings } = judgeGripper(log);
  const steps = await stepsOf(path);
  const { trace, summary } = log;
  const rowOf = (step: number): number => trace.step.indexOf(step);
  const column = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isFinite(v) ? v : null));
  const latency = steps.map((step) => step.timing.get(LATENCY) ?? Number.NaN);
  const { gripper, chunkMin, chunkMax, stateGripper, x, y, z } = trace;
  return {
    report: {
      file: path,
      layout: summary.layout,
      checkpoint: summary.checkpoint ?? null,
      steps: facts.steps,
      actionDim: summary.actionDim ?? null,
      min: facts.min ?? null,
      max: facts.max ?? null,
      uniqueValues: facts.uniqueValues,
      changes: facts.changes,
      switches: facts.switches.length,
      switchSteps: facts.switches.map(({ step }) => step),
      dwells: [...facts.dwells],
      verdict,
      findings: [...findings],
    },
    rows: trace.length,
    isExecuted: log.isExecuted,
    trace: {
      steps: Array.from(trace.step, (_, row) => row),
      columns: [gripper, chunkMin, chunkMax, stateGripper, x, y, z, latency].map(column),
      bucketSteps: 1,
    },
    latencyName: latency.some(Number.isFinite) ? LATENCY : null,
    switchRows: facts.switches.map(({ step }) => rowOf(step)),
    findingRows: findings.map(({ step }) => (step === null ? null : rowOf(step))),
    frames: steps.filter((step) => step.image !== undefined).length,
  };
}

async function stepsOf(path: string): Promise<LogStep[]> {
  const steps: LogStep[] = [];
  await readInferenceLog(path, { onStep: (step) => void steps.push(step) });
  return steps;
}

export const logSteps: StepReader = {
  step: async (path, row): Promise<StepView> => {
    const step = (await stepsOf(path))[row]!;
    return {
      step: step.step,
      action: step.action.map((values) => [...values]),
      state: step.state === undefined ? null : [...step.state],
      timing: Object.fromEntries(step.timing),
      hasFrame: step.image !== undefined,
    };
  },
  frame: async (path, row) => {
    const { start, end } = (await stepsOf(path))[row]!.image!;
    return new Uint8Array(Buffer.from(readFileSync(path).toString('latin1').slice(start, end), 'base64'));
  },
};

export const nameOf = (path: string): string => basename(path, '.json');
