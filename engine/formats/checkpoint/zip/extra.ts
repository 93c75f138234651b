/** The extra fields of zip headers: which are harmless, and what a zip64 field holds. */

export const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;

/** Padding as torch writes it (`FB`), and times and owners as zip does. None changes what an entry is called or holds. */
const HARMLESS: readonly number[] = [0x4246, 0x5455, 0x7875, 0x5855, 0x7855, 0x000a];

/** By their ids, or what is wrong with them. */
export function extraFields(extra: Buffer): ReadonlyMap<number, Buffer> | string {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < extra.length; ) {
    const end = at + 4 <= extra.length ? at + 4 + extra.readUInt16LE(at + 2) : Number.POSITIVE_INFINITY;
    if (end > extra.length) return 'has an extra field that ends beyond its header';
    const id = extra.readUInt16LE(at);
    if (id === UNICODE_PATH)
      return 'has a second name (Info-ZIP’s Unicode path, field 0x7075), which some readers use';
    if (id !== ZIP64 && !HARMLESS.includes(id))
      return `has the extra field 0x${id.toString(16).padStart(4, '0')}, which torch does not write`;
    if (fields.has(id)) return `has the extra field 0x${id.toString(16).padStart(4, '0')} twice`;
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** The numbers of a zip64 field; none without one, undefined when they cannot be counted exactly. */
export function numbersOf(field: Buffer | undefined): number[] | undefined {
  if (field === undefined) return [];
  if (field.length % 8 !== 0 || field.length > 24) return undefined;
  const numbers = Array.from({ length: field.length / 8 }, (_, i) => Number(field.readBigUInt64LE(i * 8)));
  return numbers.every(Number.isSafeInteger) ? numbers : undefined;
}
