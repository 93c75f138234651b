/** Why an engine could not be installed. */
import { RegripError } from '../../base/errors.js';

/** Something that this machine lacks; everything else works with WebAssembly. */
export class InstallImpossible extends RegripError<'install-impossible'> {
  constructor(message: string, hint: string) {
    super({ code: 'install-impossible', message, hint });
  }
}

type InstallFault = 'install-failed' | 'wheels-missing';

/** A step that started and failed (network, disk, compiler): worth retrying. */
export class InstallFailed extends RegripError<InstallFault> {
  constructor(message: string, hint: string, cause?: unknown, code: InstallFault = 'install-failed') {
    super({ code, message, hint, cause });
  }
}
