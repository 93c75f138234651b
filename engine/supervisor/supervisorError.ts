/** Why the supervisor does not do what it is asked for. */
import { RegripError } from '../base/errors.js';

export type SupervisorCode =
  | 'engine-draining'
  | 'job-no-training'
  | 'job-state'
  | 'job-too-large'
  | 'job-unknown'
  | 'not-greeted'
  | 'too-many-clients'
  | 'too-many-jobs'
  | 'wrong-protocol'
  | 'wrong-token';

export class SupervisorError extends RegripError<SupervisorCode> {}
