/** The error of reading LeRobot's folders. */
import { RegripError } from '../../base/errors.js';

type LerobotFault =
  | 'lerobot-json' // a file of the folder is not the JSON that LeRobot writes
  | 'lerobot-policy' // not a policy's folder, or one that lacks a part
  | 'lerobot-processor' // a processor that LeRobot would not load, or whose statistics contradict it
  | 'lerobot-data-set'; // the headers of a data set lack something or contradict themselves

export class LerobotError extends RegripError<LerobotFault> {
  constructor(code: LerobotFault, file: string, message: string, hint?: string, cause?: unknown) {
    super(hint === undefined ? { code, file, message, cause } : { code, file, message, hint, cause });
  }
}

export const SAVE_AGAIN = 'Copy the folder again, or save the policy again (policy.save_pretrained).';
