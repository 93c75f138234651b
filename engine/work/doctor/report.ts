/** What `regrip doctor` tells: a row a job and a row a property of the machine. */

/** `slow` and `warning` work; `missing` does not. */
export type State = 'ok' | 'slow' | 'warning' | 'missing';

export interface Row {
  /** A job, or what was looked at. */
  readonly name: string;
  readonly state: State;
  /** Versions, paths, sizes: what there is. */
  readonly found: string;
  /** What mends it, as a command where there is one. */
  readonly fix?: string;
}

export interface DoctorReport {
  /** Whether every main job can run: all but a GPU and the user's own Python trainer, which are choices. */
  readonly ok: boolean;
  readonly jobs: readonly Row[];
  readonly machine: readonly Row[];
}
