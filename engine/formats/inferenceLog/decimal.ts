/** Decimal text to the nearest double, straight from bytes: about three times as fast as making a string for `Number`. */

/** 10^22 is the last power of ten that a double holds exactly. */
const MAX_FRACTION = 22;
const POWERS = Float64Array.from({ length: MAX_FRACTION + 1 }, (_, n) => Number(`1e${n}`));
/** So many digits are exact in a double. */
const EXACT_DIGITS = 15;
/** Four more keep the second half small; a float32 has at most 19 in Python's text, leading zeros left out. */
const MAX_DIGITS = 19;
/** Far above the error of the quotient's second half (2^-50 of it), and far below 1. */
const DOUBT = 2 ** -30;

/**
 * The value of `-?digits.digits` (or of digits alone) in `bytes`, rounded to nearest as `Number` rounds; undefined where that needs
 * more care, or where the text is not a plain decimal: exponents, many digits, leading zeros, values in the middle of two doubles.
 */
export function decimalAt(bytes: Uint8Array, first: number, end: number): number | undefined {
  const isNegative = bytes[first] === 0x2d;
  let at = isNegative ? first + 1 : first;
  // 0 may be followed by the point alone.
  if (bytes[at] === 0x30 && at + 1 < end && bytes[at + 1] !== 0x2e) return undefined;
  let [high, low, digits, point] = [0, 0, 0, -1];
  const start = at;
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (digits < EXACT_DIGITS) high = high * 10 + digit;
      else low = low * 10 + digit;
      if (digits > 0 || digit > 0) digits++;
    } else if (digit === -2 && point < 0 && at > start) point = at;
    else return undefined;
  }
  const fraction = point < 0 ? 0 : end - point - 1;
  if (end === start || point === end - 1 || digits > MAX_DIGITS || fraction > MAX_FRACTION) return undefined;
  const value = quotient(high, low, Math.max(0, digits - EXACT_DIGITS), POWERS[fraction]!);
  return value !== undefined && isNegative ? -value : value;
}

/** (high · 10^lowDigits + low) / divisor, the product and the division each in two doubles (Dekker 1971). */
function quotient(high: number, low: number, lowDigits: number, divisor: number): number | undefined {
  if (lowDigits === 0) return high / divisor; // both exact, so the division rounds once
  const power = POWERS[lowDigits]!;
  const product = high * power;
  const rest = productError(high, power, product) + low; // small whole numbers: exact
  const coarse = product / divisor;
  const back = coarse * divisor;
  const fine = (product - back - productError(coarse, divisor, back) + rest) / divisor;
  const value = coarse + fine;
  // The same sum, should the second half be a little off either way: else the true value lies between two doubles.
  return coarse + fine * (1 + DOUBT) === value && coarse + fine * (1 - DOUBT) === value ? value : undefined;
}

/** 2^27 + 1 cuts a double into two halves whose products are exact. */
const SPLIT = 134_217_729;

/** a · b - product, exactly. */
function productError(a: number, b: number, product: number): number {
  const wideA = SPLIT * a;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = SPLIT * b;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}
