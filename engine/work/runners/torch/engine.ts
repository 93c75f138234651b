/** The user's PyTorch as a compute engine: the policy is built by their own class and computed in their interpreter. */
import type { RegripError } from '../../../base/errors.js';
import { at } from '../../../base/plain.js';
import { familyOfSpec } from '../../../judge/policy/families.js';
import { isNormalizerKey } from '../../../judge/policy/normalizer.js';
import type { PolicySpec } from '../../../judge/policy/spec.js';
import type { ComputeEngine, EngineRequest } from '../../../training/loop/compute.js';
import type { TorchPlace } from '../../../wire/workerMessages.js';
import { WorkError } from '../../workError.js';
import { measured } from './computed.js';
import { TorchProcess } from './process.js';
import { openTrainer } from './trainer.js';

interface Opened {
  readonly device: string;
  readonly torch: string;
  readonly note: string | null;
  readonly parameters: readonly { readonly key: string; readonly shape: readonly number[] }[];
}

/** Throws `torch-failed` where the project's class cannot be built, `torch-policy` where it is another policy than the config's. */
export async function openTorch({ config, torch: place }: EngineRequest): Promise<ComputeEngine> {
  if (place === undefined) throw new Error('no interpreter was given');
  const child = new TorchProcess(place);
  const asked = at(config, ['training', 'device']);
  const device = typeof asked === 'string' ? asked : 'cuda:0';
  const opening = child.call<Opened>('open', { config, device, folders: place.folders });
  const { result } = await opening.catch((error: unknown) => {
    child.close();
    throw error;
  });
  const note = result.note ?? undefined;
  return {
    device: `PyTorch ${result.torch}, ${result.device}`,
    ...(note !== undefined && { note }),
    requireComputed,
    trainer: async (setup) => {
      requireSamePolicy(setup.spec, result, place);
      return openTrainer(child, setup);
    },
    policy: async (spec, weights) => {
      requireSamePolicy(spec, result, place);
      return measured(child, spec, weights);
    },
  };
}

/** Those whose `model` denoises under a condition of encoded observations. */
const COMPUTED: ReadonlySet<string> = new Set([
  'transformerHybrid',
  'transformerLowdim',
  'unetHybrid',
  'unetImage',
  'unetLowdim',
]);

function requireComputed(spec: PolicySpec): void {
  if (COMPUTED.has(spec.family)) return;
  const { name, trainedBy } = familyOfSpec(spec);
  throw new WorkError({
    code: 'torch-policy',
    message: `the torch runner does not train a ${name}`,
    hint: trainedBy ?? 'Fine-tune it with --runner python, which starts your own train.py.',
  });
}

/** The class is the user's own, and may have been changed since upstream's. */
function requireSamePolicy(spec: PolicySpec, { parameters }: Opened, { folders }: TorchPlace): void {
  const built = new Map(parameters.map(({ key, shape }) => [key, shape.join(', ')]));
  const wanted = spec.parameters.filter(({ key }) => !isNormalizerKey(key));
  const absent = wanted.find(({ key }) => !built.has(key));
  if (absent !== undefined) throw other(`${absent.key} is not in it`, folders);
  const unlike = wanted.find(({ key, shape }) => built.get(key) !== shape.join(', '));
  if (unlike !== undefined) {
    const found = `${unlike.key} is [${built.get(unlike.key)}] in it, expected [${unlike.shape.join(', ')}]`;
    throw other(found, folders);
  }
  const known = new Set(wanted.map(({ key }) => key));
  const more = parameters.find(({ key }) => !known.has(key) && !isNormalizerKey(key));
  if (more !== undefined) throw other(`it also has ${more.key}`, folders);
}

function other(what: string, folders: readonly string[]): RegripError {
  return new WorkError({
    code: 'torch-policy',
    message: `the policy that the project's own class builds from this config is another one than Regrip reads from it: ${what}`,
    hint: `the class was imported from ${folders.join(' or ')}; check that the checkout there is the one that the config is written for. --runner python trains any class as it is`,
  });
}
