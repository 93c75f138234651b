/** Why an engine could not be installed. */
import { RegripError } from '../../base/errors.js';

/** Something that this machine lacks; everything else works with WebAssembly. */
export class InstallImpossible extends RegripError {
  constructor(message: string, hint: string) {
    super({ code: 'install-impossible', message, hint });
  }
}

/** A step that started and failed (network, disk, compiler): worth retrying. */
export class InstallFailed extends RegripError {
  constructor(message: string, hint: string, cause?: unknown, code = 'install-failed') {
    super({ code, message, hint, cause });
  }
}
