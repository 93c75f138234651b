/** The error of reading and writing checkpoints. */
import { RegripError } from '../../base/errors.js';

type CheckpointFault =
  | 'checkpoint-missing' // the file is missing or may not be read
  | 'checkpoint-not-torch' // another kind of file
  | 'checkpoint-legacy' // torch's format before 1.6
  | 'checkpoint-truncated'
  | 'checkpoint-zip' // an archive that torch would not have written
  | 'checkpoint-pickle' // data.pkl cannot be read
  | 'checkpoint-layout' // no training checkpoint, or one with unexpected parts
  | 'checkpoint-tensor' // a tensor that its storage does not hold
  | 'checkpoint-exists' // the output already exists
  | 'checkpoint-content'; // the content to write contradicts itself

export class CheckpointError extends RegripError<CheckpointFault> {
  constructor(code: CheckpointFault, file: string, message: string, hint?: string, cause?: unknown) {
    super(hint === undefined ? { code, file, message, cause } : { code, file, message, hint, cause });
  }
}

export const SAVE_AGAIN = 'Copy the file again, or save it again with torch.save.';
export const CHOOSE = 'Choose a checkpoint that training wrote, such as checkpoints/latest.ckpt.';
