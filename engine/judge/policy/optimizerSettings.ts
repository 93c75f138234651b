/** Reads what a config gives the optimizer; which keys give it is the family's matter. */
import { asNumber, type PlainMap } from '../../base/plain.js';
import { shownJson } from '../../base/shown.js';
import { numberAt, optional, PolicyConfigError } from './config.js';

/** torch's default. */
export const USUAL_EPS = 1e-8;

/** A rate or a decay; `otherwise` where the optimizer has a value of its own for an absent one. */
export function rateAt(config: PlainMap, name: string, otherwise?: number): number {
  const path = ['optimizer', name];
  const value = numberAt(config, path, otherwise);
  if (value < 0) throw new PolicyConfigError(path, `is ${value}, expected zero or more`);
  return value;
}

export function betasAt(config: PlainMap, otherwise?: [number, number]): [number, number] {
  const path = ['optimizer', 'betas'];
  const betas = optional(config, path) ?? otherwise;
  const [first, second] = Array.isArray(betas) && betas.length === 2 ? betas.map(asNumber) : [];
  if (first === undefined || second === undefined || !isBeta(first) || !isBeta(second))
    throw new PolicyConfigError(path, `is ${shownJson(betas)}, expected two numbers from 0 to below 1`);
  return [first, second];
}

function isBeta(value: number): boolean {
  return value >= 0 && value < 1;
}
