/** How much each diffusion time step counts in the loss. */

/**
 * One weight per time step. A noise prediction says little about the gripper where the noise is high, although the sampler decides
 * the sign there; the error of the predicted action grows by (1 - ᾱ) / ᾱ, so that is the weight, capped, plus one, and then
 * scaled to mean 1 over all time steps.
 */
export function highNoiseWeights(alphasCumprod: ArrayLike<number>, cap: number): Float32Array {
  const raw = Array.from(alphasCumprod, (alpha) => Math.min((1 - alpha) / alpha, cap) + 1);
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
  return Float32Array.from(raw, (weight) => weight / mean);
}
