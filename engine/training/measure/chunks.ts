/** The chunks that a robot would run of whole episodes, one after the other, and the steps of each that it would execute. */
import type { PolicySpec } from '../../judge/policy/spec.js';
import { executedSteps, trajectoryOf } from '../../judge/policy/trajectory.js';
import type { Window } from '../../judge/windows/windows.js';

/** A window from which one chunk is predicted, and the rows whose actions the robot would execute. */
export interface Chunk {
  readonly window: Window;
  /** Row of the current observation. */
  readonly now: number;
  readonly executed: readonly number[];
}

/** The chunks of the marked episodes in order, at most `limit`, which may cut the last episode short. */
export function chunksOf(
  episodeEnds: readonly number[],
  mask: readonly boolean[],
  spec: PolicySpec,
  latencySteps: number,
  limit: number,
): Chunk[] {
  const chunks: Chunk[] = [];
  const { from, executedFrom } = trajectoryOf(spec);
  const steps = executedSteps(spec);
  if (steps === 0) return chunks;
  for (const [episode, episodeEnd] of episodeEnds.entries()) {
    if (!mask[episode]) continue;
    const episodeStart = episode === 0 ? 0 : episodeEnds[episode - 1]!;
    for (let now = episodeStart; now < episodeEnd && chunks.length < limit; now += steps) {
      const first = now - (spec.obsSteps - 1);
      const start = first + from + executedFrom + latencySteps;
      const count = Math.min(steps, episodeEnd - start);
      if (count <= 0) break;
      chunks.push({
        window: { episode, episodeStart, episodeEnd, first, length: spec.horizon + latencySteps },
        now,
        executed: Array.from({ length: count }, (_, i) => start + i),
      });
    }
  }
  return chunks;
}
