/** Why client and engine cannot speak with each other. */
import { RegripError } from '../base/errors.js';

type WireCode =
  | 'call-failed'
  | 'engine-code-missing'
  | 'engine-gone'
  | 'engine-silent'
  | 'engine-start'
  | 'folder-not-private'
  | 'message-malformed'
  | 'message-too-large'
  | 'message-unexpected'
  | 'node-setting'
  | 'peer-does-not-read';

export class WireError extends RegripError<WireCode> {}
