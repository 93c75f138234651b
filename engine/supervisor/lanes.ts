/** Which jobs run beside each other: a device takes one at a time, what needs no tensors runs two by two. */
import { engineHome, isInstalled } from '../base/engineHome.js';
import { unreachable } from '../base/errors.js';
import type { JobRequest } from '../wire/jobs.js';

export type Lane = 'gpu' | 'cpu' | 'beside';

/** Two trainings on a device take longer than one after the other, and may not fit its memory together. */
export const LANE_CAPACITY: Readonly<Record<Lane, number>> = { gpu: 1, cpu: 1, beside: 2 };

/** Where a job waits. A config may choose its own backend; which one is not known before it is composed. */
export function laneOf(request: JobRequest, env: NodeJS.ProcessEnv = process.env): Lane {
  switch (request.kind) {
    case 'finetune':
      return request.runner === 'python'
        ? pytorchDeviceOf(request.overrides)
        : deviceOf(request.backend, env);
    case 'evaluate':
      return deviceOf(request.backend, env);
    case 'measureEngine': // beside a training it would measure half of the device
      return deviceOf(undefined, env);
    case 'convert':
    case 'adapt':
    case 'gripper':
    case 'report':
    case 'installEngine':
      return 'beside';
    default:
      return unreachable(request);
  }
}

function deviceOf(backend: string | undefined, env: NodeJS.ProcessEnv): Lane {
  if (backend === 'tensorflow-cpu' || backend === 'wasm') return 'cpu';
  return backend === 'tensorflow-cuda' || isInstalled(engineHome(env), 'cuda12') ? 'gpu' : 'cpu';
}

/** PyTorch finds a GPU whatever our engine has; which device the config names is not known before it is composed. */
function pytorchDeviceOf(overrides: readonly string[]): Lane {
  return overrides.some((override) => /^\+*training\.device=cpu$/.test(override)) ? 'cpu' : 'gpu';
}
