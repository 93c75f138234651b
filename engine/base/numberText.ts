/**
 * Numbers for a person: a measurement may be NaN, infinite or missing. No other file calls `toFixed` and its
 * kin, which throw or write `NaN` followed by a unit.
 */

/** What a text can show; null and undefined stand for what was not measured. */
type Shown = number | null | undefined;

/** Shown in place of a missing number. */
export const NONE = '–';

/** `digits` decimal places: `fixed(2, 3)` is `2.000`. */
export function fixed(value: Shown, digits: number, unit = ''): string {
  return finite(value, (number) => `${number.toFixed(digits)}${unit}`);
}

/** `digits` significant ones, with trailing zeros: `precise(2, 3)` is `2.00`. */
export function precise(value: Shown, digits: number): string {
  return finite(value, (number) => number.toPrecision(digits));
}

/** At most `digits` significant ones, without trailing zeros: `rounded(2, 3)` is `2`. */
export function rounded(value: Shown, digits: number): string {
  return finite(value, (number) => String(Number(number.toPrecision(digits))));
}

/** `exponential(0.0012, 1)` is `1.2e-3`. */
export function exponential(value: Shown, digits?: number): string {
  return finite(value, (number) => number.toExponential(digits));
}

/** Four significant digits, with an exponent for very large and very small numbers. */
export function fourDigits(value: Shown): string {
  return finite(value, (number) => {
    const size = Math.abs(number);
    return size !== 0 && (size < 1e-3 || size >= 1e6) ? number.toExponential(3) : rounded(number, 4);
  });
}

function finite(value: Shown, text: (value: number) => string): string {
  if (value === null || value === undefined) return NONE;
  return Number.isFinite(value) ? text(value) : String(value);
}
