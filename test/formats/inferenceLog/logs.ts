/** Inference logs as text, made to measure, and reading them from memory or a file. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type LogStep,
  type LogSummary,
  readInferenceLog,
} from '../../../engine/formats/inferenceLog/index.js';

export const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/inferenceLog/${name}`, import.meta.url));

export interface Read {
  readonly steps: readonly LogStep[];
  readonly summary: LogSummary;
}

export async function read(path: string, pieceBytes?: number): Promise<Read> {
  const steps: LogStep[] = [];
  const onStep = (step: LogStep) => void steps.push(step);
  const summary = await readInferenceLog(
    path,
    pieceBytes === undefined ? { onStep } : { onStep, pieceBytes },
  );
  return { steps, summary };
}

export async function readText(path: string, text: string | Uint8Array): Promise<Read> {
  await writeFile(path, text);
  return read(path);
}

/** The bytes that a range of a file names. */
export async function bytesAt(path: string, { start, end }: { start: number; end: number }): Promise<string> {
  return (await readFile(path)).subarray(start, end).toString('latin1');
}

/** A pose far from any recording, with a unit quaternion. */
const POSE = [0.4, 0, 0.3, 0, 0, 0, 1];

/** One record of the layout `steps`; its chunk has two rows. */
export function record(step: number, gripper: number, state = 1, pose: readonly number[] = POSE) {
  return {
    step,
    input: { state: [...pose, state] },
    action: {
      values: [
        [...pose, gripper],
        [...pose, gripper],
      ],
    },
  };
}

/** A log whose gripper takes these values. */
export function logOf(values: readonly number[]): { steps: ReturnType<typeof record>[] } {
  return { steps: values.map((value, step) => record(step, value)) };
}
