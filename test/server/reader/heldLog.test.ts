/** Where each row of a log lies, and which latency it has. */
import { expect, test } from 'vitest';
import type { LogStep } from '../../../engine/formats/inferenceLog/types.js';
import { LogPlaces, readHeldLog } from '../../../server/reader/heldLog.js';
import { fixture } from '../../formats/inferenceLog/logs.js';

const step = (at: number, timing: Record<string, number> = {}, image = false) =>
  ({
    range: { start: at, end: at + 9 },
    ...(image && { image: { start: at + 2, end: at + 5 } }),
    timing: new Map(Object.entries(timing)),
  }) as unknown as LogStep;

test('rows beyond the first table keep their places', () => {
  const places = new LogPlaces();
  for (let k = 0; k < 1000; k++) places.add(step(10 * k, {}, k % 3 === 0));
  expect(places.range(999)).toEqual({ start: 9990, end: 9999 });
  expect([places.image(999), places.image(998), places.frames]).toEqual([
    { start: 9992, end: 9995 },
    undefined,
    334,
  ]);
  expect(places.bytes).toBeGreaterThanOrEqual(1000 * 6 * 8);
});

test('the latency that says most: from the request on, else of the policy alone', () => {
  const places = new LogPlaces();
  places.add(step(0, { inference_latency: 0.5 }));
  expect([places.latencyName, places.latency(0)]).toEqual(['inference_latency', 0.5]);
  places.add(step(10, { inference_latency: 0.5, total_latency: 0.7 }));
  expect([places.latencyName, places.latency(0), places.latency(1)]).toEqual([
    'total_latency',
    Number.NaN,
    0.7,
  ]);
});

test('a log without one has none', () => {
  const places = new LogPlaces();
  places.add(step(0));
  expect([places.latencyName, places.latency(0)]).toEqual([undefined, Number.NaN]);
});

test('each row of a file is found again by its bytes', async () => {
  const { log, places } = await readHeldLog(fixture('steps.json'), new AbortController().signal);
  const { readFileSync } = await import('node:fs');
  const bytes = readFileSync(fixture('steps.json'));
  expect(log.trace.length).toBeGreaterThan(2);
  for (let row = 0; row < log.trace.length; row++) {
    const { start, end } = places.range(row);
    expect(JSON.parse(bytes.subarray(start, end).toString())).toHaveProperty('step');
  }
});
