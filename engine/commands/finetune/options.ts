/** The options of `regrip finetune`, and which of them exclude each other. */
import { UsageError } from '../../base/errors.js';
import type { MapEntries } from '../../judge/adapt/mapEntry.js';
import type { Runner } from '../../training/runFolder.js';
import type { OnNaN } from '../../work/runners/python/onNaN.js';
import type { ScriptCall } from './writeScript.js';

export interface FinetuneCall {
  readonly oldCkpt?: string;
  readonly map: MapEntries;
  readonly init?: string;
  readonly runner: Runner;
  readonly python?: string;
  readonly trainScript?: string;
  readonly onNan?: OnNaN;
  readonly runDir?: string;
  readonly backend?: string;
  readonly writeScript?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Throws before anything is read. */
export function refuseWrongOptions(call: FinetuneCall): void {
  if (call.oldCkpt !== undefined && call.init !== undefined)
    throw new UsageError(
      '--old-ckpt and --init exclude each other',
      '--old-ckpt adapts the checkpoint first, --init takes it as it is',
    );
  if (call.oldCkpt === undefined && call.map.size > 0)
    throw new UsageError(
      '--map needs --old-ckpt',
      'It says which dimensions of an old policy the new ones continue.',
    );
  refuseOthersOptions(call);
}

/** Options that only one runner supports. */
function refuseOthersOptions({ runner, backend, python, trainScript, onNan }: FinetuneCall): void {
  if (runner !== 'builtin' && backend !== undefined)
    throw new UsageError(
      '--backend needs --runner builtin',
      'choose the device of PyTorch with the override training.device',
    );
  if (runner === 'builtin' && python !== undefined)
    throw new UsageError('--python needs --runner torch or --runner python');
  if (runner !== 'python' && trainScript !== undefined)
    throw new UsageError('--train-script needs --runner python');
  if (runner !== 'python' && onNan !== undefined)
    throw new UsageError(
      '--on-nan needs --runner python',
      'the other runners always stop before they write such a checkpoint',
    );
}

/** Undefined where it is to train. */
export function scriptCallOf({ writeScript: file, ...call }: FinetuneCall): ScriptCall | undefined {
  if (file !== undefined && call.onNan !== undefined)
    throw new UsageError(
      '--on-nan and --write-script exclude each other',
      'The script starts train.py itself, and nobody looks at its losses.',
    );
  if (file === undefined && call.overwrite === true)
    throw new UsageError('--overwrite needs --write-script', 'A run folder is never overwritten.');
  return file === undefined ? undefined : { ...call, writeScript: file };
}
