/** Carries a plan out between two policies in memory, without their normalisers, for tests of equality over many sizes. */
import { widen } from '../../engine/adapt/widen.js';
import type { PlainMap } from '../../engine/base/plain.js';
import { Stream } from '../../engine/base/streams.js';
import type { CheckpointIndex } from '../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../engine/judge/adapt/plan.js';
import { type AdaptOptions, type KeyPlan, TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { initialValues } from '../../engine/judge/policy/initial.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';
import { toDevice } from '../../engine/tensors/policy/layout.js';
import type { ParameterStore } from '../../engine/tensors/policy/parameters.js';
import { freshStore } from '../tensors/policy/stores.js';

/** The policy of `config` as it continues `old`, whose values are all in its store. */
export async function adaptedInMemory(
  old: ParameterStore,
  config: PlainMap,
  options: Partial<AdaptOptions> = {},
): Promise<{ readonly params: ParameterStore; readonly keys: readonly KeyPlan[] }> {
  const spec = policySpec(config);
  const { keys } = planAdaptation({
    index: indexOfSpec(old.spec),
    old: old.spec,
    spec,
    newConfig: config,
    options: { ...TRANSPLANT, ...options },
  });
  const params = freshStore(spec, 1);
  for (const [position, plan] of keys.entries()) {
    const entry = spec.parameters[position]!;
    if (entry.kind === 'normalizer' || entry.alias !== undefined || entry.shape.includes(0)) continue;
    params.set(plan.key, toDevice(await valuesOf(plan, position, old), entry));
  }
  return { params, keys };
}

async function valuesOf(plan: KeyPlan, position: number, old: ParameterStore): Promise<Float32Array> {
  if (plan.fate === 'copied') return old.torchValues(plan.source.key);
  if (plan.fill.kind === 'fitted') throw new Error(`${plan.key} is the normaliser's`);
  const fresh = initialValues(plan.fill, plan.shape, new Stream(3, 'initialisation', position));
  if (plan.fate === 'initialised') return fresh;
  const before = new Uint8Array((await old.torchValues(plan.source.key)).buffer);
  const bytes = new Uint8Array(fresh.buffer);
  return floats(widen(before, plan.source.shape[plan.axis]!, bytes, plan, 4));
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

/** Of a file that holds such a policy, trained without an optimizer. */
function indexOfSpec({ parameters }: PolicySpec): CheckpointIndex {
  const tensors = parameters.map(({ key, shape, dtype, alias }, at) => ({
    key,
    shape,
    dtype,
    stride: [],
    storageOffset: 0,
    storage: String(at),
    ...(alias !== undefined && { alias }),
  }));
  const stateDicts = { model: tensors, ema_model: tensors };
  return { path: 'old.ckpt', stateDicts } as unknown as CheckpointIndex;
}
