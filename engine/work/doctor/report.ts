/** What `regrip doctor` reports: one row per job and one per property of the machine. */

/** `slow` and `warning` work; `missing` does not. */
export type State = 'ok' | 'slow' | 'warning' | 'missing';

export interface Row {
  /** A job, or what was examined. */
  readonly name: string;
  readonly state: State;
  /** What was found: versions, paths, sizes. */
  readonly found: string;
  /** How to fix it, as a command where there is one. */
  readonly fix?: string;
}

export interface DoctorReport {
  /** Whether every main job can run: everything but a GPU and the user's own Python trainer, which are optional. */
  readonly ok: boolean;
  readonly jobs: readonly Row[];
  readonly machine: readonly Row[];
}
