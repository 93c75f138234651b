import { expect, test } from 'vitest';
import { forkArguments, INSPECTED, inspectorArguments, isInspected } from '../../engine/base/inspector.js';

test('each part that is started listens at a port of its own, for this machine alone', () => {
  const env = { REGRIP_INSPECT: '6010' };
  const ports = INSPECTED.map((part) => inspectorArguments(part, env).at(-1));
  expect(ports).toEqual([
    '--inspect=127.0.0.1:6010',
    '--inspect=127.0.0.1:6011',
    '--inspect=127.0.0.1:6012',
    '--inspect=127.0.0.1:6013',
  ]);
  expect(isInspected(env)).toBe(true);
  expect(forkArguments('job', env)).toEqual(inspectorArguments('job', env));
});

test.each([
  {},
  { REGRIP_INSPECT: '' },
  { REGRIP_INSPECT: '0' },
  { REGRIP_INSPECT: 'yes' },
  { REGRIP_INSPECT: '99999' },
])('nothing listens with %o', (env) => {
  expect(inspectorArguments('worker', env)).toEqual([]);
  expect(isInspected(env)).toBe(false);
  expect(forkArguments('worker', env)).toBe(process.execArgv);
});
