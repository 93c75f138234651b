/** Why something cannot be judged or planned. */
import { RegripError } from '../base/errors.js';
import type { DataSetContentCode } from '../formats/dataSet.js';

type JudgeCode =
  | DataSetContentCode
  | 'data-set-gripper'
  | 'key-prefix'
  | 'no-such-weights'
  | 'old-config'
  | 'optimizer-layout'
  | 'other-family'
  | 'trained-elsewhere'
  | 'unreadable'
  | 'widen-dtype';

export class JudgeError extends RegripError<JudgeCode> {}
