/** The latest measurement, kept for the next supervisor's status. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { writeFileAtomic } from '../base/atomic.js';
import type { JobResult } from '../wire/jobResults.js';
import { type EngineStatus, measuredSpeed } from '../wire/supervisorMessages.js';

type Speed = NonNullable<EngineStatus['engine']>;

/** Of the backend that `auto` chooses; undefined when none is usable. */
export function speedOf(
  { chosen, backends }: JobResult<'measureEngine'>,
  measured: number,
): Speed | undefined {
  const backend = backends.find(({ name }) => name === chosen);
  if (backend?.available !== true) return undefined;
  const { name, device, matmulGflops, convGflops } = backend;
  return { backend: name, device, matmulGflops, convGflops, measured };
}

export async function readSpeed(path: string): Promise<Speed | undefined> {
  try {
    return v.parse(measuredSpeed, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // not measured yet, or by another version
  }
}

export async function writeSpeed(path: string, speed: Speed): Promise<void> {
  await writeFileAtomic(path, (file) => file.writeFile(`${JSON.stringify(speed)}\n`), 0o600);
}
