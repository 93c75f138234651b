/** Numbers for people: few digits, the same width in a column. */
import { fixed as anyFixed, exponential, NONE, rounded } from '../../engine/base/numberText.js';

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** 12 345, with thin spaces. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en').replaceAll(',', '\u2009');
}

/** Steps along an axis: 1500 → 1.5k. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_950) return `${rounded(value / 1e6, 4)}M`; // less would be told as 1000k
  return size >= 1e4 ? `${rounded(value / 1e3, 4)}k` : rounded(value, 12);
}

export function percent(part: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, part)) * 100)} %`;
}

/** With a minus sign as wide as the digits. */
export function fixed(value: number | null, digits: number): string {
  return anyFixed(value, digits).replace('-', '−');
}

/** As few digits as tell values of this size apart. */
export function plain(value: number | null): string {
  const size = Math.abs(value ?? 0);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return exponential(value, 2).replace('-', '−');
  return rounded(value, 4).replace('-', '−');
}

/** A file's size: 323 MB. */
export function fileSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 999.5e3) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 999.5e6 ? `${Math.round(bytes / 1e6)} MB` : anyFixed(bytes / 1e9, 1, ' GB');
}
