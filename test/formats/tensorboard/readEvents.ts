/** A reader of events files that shares nothing with the writer: bit by bit CRC, wire types by hand. */

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: bigint;
  readonly fileVersion: string | undefined;
  readonly sessionStatus: number | undefined;
  readonly scalars: Readonly<Record<string, number>>;
}

export interface ReadFile {
  readonly events: readonly ReadEvent[];
  /** Bytes at the end that are not a whole record. */
  readonly torn: number;
}

/** Throws on a checksum that is wrong. */
export function readEvents(bytes: Buffer): ReadFile {
  const events: ReadEvent[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (at + 12 + length + 4 > bytes.length) break;
    expectCrc(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expectCrc(data, bytes.readUInt32LE(at + 12 + length));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return { events, torn: bytes.length - at };
}

function expectCrc(data: Buffer, masked: number): void {
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  const expected = Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
  if (expected !== masked) throw new Error(`checksum ${masked}, expected ${expected}`);
}

function readEvent(data: Buffer): ReadEvent {
  const fields = readFields(data);
  const session = fields.get(7)?.[0];
  const summary = fields.get(5)?.[0];
  const values = summary === undefined ? [] : (readFields(summary as Buffer).get(1) ?? []);
  const scalars = values.map((value) => {
    const inner = readFields(value as Buffer);
    return [String(inner.get(1)![0]), (inner.get(2)![0] as Buffer).readFloatLE()] as const;
  });
  return {
    wallTime: (fields.get(1)![0] as Buffer).readDoubleLE(),
    step: (fields.get(2)?.[0] as bigint | undefined) ?? 0n,
    fileVersion: fields.get(3)?.[0]?.toString(),
    sessionStatus:
      session === undefined ? undefined : Number(readFields(session as Buffer).get(1)![0] as bigint),
    scalars: Object.fromEntries(scalars),
  };
}

/** By field number: a bigint for a varint, bytes for everything else. */
function readFields(data: Buffer): Map<number, (bigint | Buffer)[]> {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const tag = Number(varint());
    const found = { 0: varint, 1: () => bytes(8), 2: () => bytes(Number(varint())), 5: () => bytes(4) }[
      tag & 7
    ]!();
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), found]);
  }
  return fields;
}
