/** Which jobs run at the same time: one per device, and two of those that need no tensors. */
import { engineHome, isInstalled } from '../base/engineHome.js';
import { unreachable } from '../base/errors.js';
import type { JobRequest } from '../wire/jobs.js';

export type Lane = 'gpu' | 'cpu' | 'beside';

/** Two trainings on one device take longer than in sequence, and may not fit its memory together. */
export const LANE_CAPACITY: Readonly<Record<Lane, number>> = { gpu: 1, cpu: 1, beside: 2 };

/** The lane in which a job waits. A config may choose its own backend, which is unknown until it is composed. */
export function laneOf(request: JobRequest, env: NodeJS.ProcessEnv = process.env): Lane {
  switch (request.kind) {
    case 'finetune':
      return request.runner === 'python' || request.runner === 'torch'
        ? pytorchDeviceOf(request.overrides)
        : deviceOf(request.backend, env);
    case 'evaluate':
      return deviceOf(request.backend, env);
    case 'measureEngine': // beside a training it would measure only half the device
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

/** PyTorch finds a GPU whatever our engine has; the config's device is unknown until it is composed. */
function pytorchDeviceOf(overrides: readonly string[]): Lane {
  return overrides.some((override) => /^\+*training\.device=cpu$/.test(override)) ? 'cpu' : 'gpu';
}
