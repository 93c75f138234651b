/** Other learning rates for what an adaptation added and for what it inherited. */
import { asNumber, at, isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import type { ParameterSpec } from '../judge/policy/spec.js';

interface LearningRateFactors {
  readonly widened: number;
  readonly inherited: number;
}

/**
 * The factor of each parameter: `inherited`, with `widened` in the rows or columns that are new according to the checkpoint's
 * `regrip_adaptation`. Undefined where both are 1, and where nothing was inherited (a training from scratch).
 */
export function multiplierOf(
  factors: LearningRateFactors,
  adaptation: Plain | undefined,
  inherits: boolean,
): ((entry: ParameterSpec) => number | Float32Array) | undefined {
  const { widened, inherited } = factors;
  if (!inherits || (widened === 1 && inherited === 1)) return undefined;
  const records = isPlainMap(adaptation) ? adaptation['widened'] : undefined;
  return (entry) => {
    const record = isPlainMap(records) ? records[entry.key] : undefined;
    return isPlainMap(record) ? mask(entry.shape, record, factors) : inherited;
  };
}

/** One factor per element, in C order of the state dict's shape. */
function mask(shape: readonly number[], record: PlainMap, factors: LearningRateFactors): Float32Array {
  const axis = asNumber(record['axis']) ?? 0;
  const indices = at(record, ['new_indices']);
  const fresh = new Set(Array.isArray(indices) ? indices.map((index: Plain) => asNumber(index)) : []);
  const size = shape.reduce((a, b) => a * b, 1);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) =>
    fresh.has(Math.floor(i / inner) % shape[axis]!) ? factors.widened : factors.inherited,
  );
}
