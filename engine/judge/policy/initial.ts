/** What a new policy's tensors are filled with: a rule for each, and its values. No tensors of a backend. */

/** A seeded stream of random numbers. */
export interface RandomSource {
  /** 32 random bits. */
  uint32(): number;
  /** Standard normal. */
  normal(): number;
}

export type InitialRule =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  /** A buffer that follows from the hyper-parameters. */
  | { readonly kind: 'computed'; readonly values: () => Float32Array };

/** The values of a whole tensor, float32 in C order. */
export function initialValues(
  rule: InitialRule,
  shape: readonly number[],
  source: RandomSource,
): Float32Array {
  if (rule.kind === 'computed') return rule.values();
  const values = new Float32Array(shape.reduce((count, size) => count * size, 1));
  if (rule.kind === 'constant') return values.fill(rule.value);
  const draw =
    rule.kind === 'normal'
      ? () => source.normal() * rule.std
      : () => ((2 * source.uint32()) / 2 ** 32 - 1) * rule.bound;
  return values.map(draw);
}
