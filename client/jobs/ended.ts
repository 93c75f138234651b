/** Waits for a job's end and its result. */
import type { Job, JobTelling } from '../../engine/wire/jobs.js';
import type { Engine } from '../engine/engine.js';

type StateTold = Extract<JobTelling, { kind: 'state' }>;
const FINAL: ReadonlySet<StateTold['state']> = new Set(['done', 'failed', 'cancelled']);

/** The document that the job's command prints with `--json`. Rejects with the reason of a job that failed or was cancelled. */
export async function resultOf(engine: Engine, { id, title }: Job): Promise<unknown> {
  let result: unknown;
  let settle: (told: StateTold) => void;
  const ended = new Promise<StateTold>((resolve) => {
    settle = resolve;
  });
  const following = await engine.follow(id, (events) => {
    for (const { told } of events) {
      if (told.kind === 'result') result = told.result;
      if (told.kind === 'state' && FINAL.has(told.state)) settle(told);
    }
  });
  const { state, error } = await ended.finally(() => following.dispose());
  if (state === 'done') return result;
  const reason = error === undefined ? state : [error.message, error.hint].filter(Boolean).join('. ');
  throw new Error(`${title}: ${reason}`);
}
