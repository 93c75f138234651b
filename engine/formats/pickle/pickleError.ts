/** The one error of reading and writing pickles: a tag, the byte offset and what to do. */
import { RegripError } from '../../base/errors.js';

export type PickleFault =
  | 'pickle-truncated' // the bytes end inside an opcode or before STOP
  | 'pickle-malformed' // an opcode that finds the wrong thing on the stack
  | 'pickle-opcode' // a byte that is not an opcode, or an opcode that plain data cannot represent
  | 'pickle-protocol' // newer than any protocol that exists
  | 'pickle-limit' // a bound against crafted files was reached
  | 'pickle-value'; // a value that the writer, or a projection of the nodes, cannot express

export class PickleError extends RegripError<PickleFault> {
  /** Where in the pickle, in bytes; undefined when the error is about a value. */
  readonly offset: number | undefined;

  constructor(code: PickleFault, found: string, offset?: number, hint: string = HINTS[code]) {
    super({ code, message: offset === undefined ? found : `${found} (pickle byte ${offset})`, hint });
    this.offset = offset;
  }
}

const HINTS: Readonly<Record<PickleFault, string>> = {
  'pickle-truncated': 'The file is truncated: copy or save it again.',
  'pickle-malformed':
    'The file is damaged or was made by hand: save it again with Python’s pickle, torch or dill.',
  'pickle-opcode': 'Only in-band buffers are supported: save it again with Python’s pickle.',
  'pickle-protocol': 'Only protocols 0 to 5 are supported: save it again with protocol=4.',
  'pickle-limit': 'Recordings and checkpoints never need that much: the file is damaged or hostile.',
  'pickle-value': 'Store plain values, arrays and containers.',
};
