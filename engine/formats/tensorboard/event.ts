/**
 * Events as TensorBoard reads them: fields of `event.proto` and `summary.proto` (TensorFlow), each event framed as a TFRecord:
 * length (uint64), masked CRC of the length, the event, masked CRC of the event, all little-endian.
 */
import { maskedCrc32c } from './crc32c.js';
import { doubleField, floatField, integerField, messageField, textField } from './protobuf.js';

const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;
const SESSION_LOG = { status: 1 } as const;
const SESSION_START = 1;

/** The first record of a file. `wallTime` in seconds since 1970. */
export function versionRecord(wallTime: number): Buffer {
  return framed(doubleField(EVENT.wallTime, wallTime), textField(EVENT.fileVersion, 'brain.Event:2'));
}

/** Says that what older files hold from `step` on is done again; readers drop it. */
export function sessionStartRecord(wallTime: number, step: number): Buffer {
  const start = messageField(EVENT.sessionLog, integerField(SESSION_LOG.status, SESSION_START));
  return framed(doubleField(EVENT.wallTime, wallTime), integerField(EVENT.step, step), start);
}

/** Values of one step by tag, such as `train/loss`; stored as float32, NaN and infinities included. */
export function scalarsRecord(
  wallTime: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Buffer {
  const values = Object.entries(scalars).map(([tag, value]) =>
    messageField(SUMMARY.value, textField(VALUE.tag, tag), floatField(VALUE.simpleValue, value)),
  );
  const summary = messageField(EVENT.summary, ...values);
  return framed(doubleField(EVENT.wallTime, wallTime), integerField(EVENT.step, step), summary);
}

function framed(...fields: readonly Buffer[]): Buffer {
  const event = Buffer.concat(fields);
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(event.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc32c(event));
  return Buffer.concat([head, event, tail]);
}
