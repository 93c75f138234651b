import { expect, it, test } from 'vitest';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { onlyLaunch, overrides } from './launches.js';

test.each([
  ['regrip finetune conf/robot.yaml a.b=1 c=2', 'builtin'],
  ['npx regrip finetune --runner torch conf/robot.yaml a.b=1 c=2', 'torch'],
  ['exec /opt/bin/regrip finetune conf/robot.yaml a.b=1 --runner=python --old_ckpt x=y.ckpt c=2', 'python'],
  ['regrip finetune --run-dir="run=1" --map pose=0:7 --json conf/robot.yaml a.b=1 c=2', 'builtin'],
  ['regrip finetune --init a.ckpt --runner "$RUNNER" -- conf/robot.yaml a.b=1 c=2', 'unknown'],
])('%s', (line, trainer) => {
  const launch = onlyLaunch(`${line}\n`);
  expect([launch.program, launch.script.text, launch.trainer]).toEqual([
    'regrip',
    'conf/robot.yaml',
    trainer,
  ]);
  expect(overrides(`${line}\n`)).toEqual(['a.b=1', 'c=2']);
});

test.each([
  'regrip check conf/robot.yaml a.b=1',
  'regrip adapt --old-ckpt a.ckpt --config conf/robot.yaml a.b=1',
  'regrip finetune --help',
  'regrip finetune',
  'regrip finetune conf/robot.yaml --write-script train.sh',
  'echo regrip finetune conf/robot.yaml',
])('%s trains nothing', (line) => {
  expect(readLaunchScript(`${line}\n`).launches).toEqual([]);
});

it('may be a function of the script itself', () => {
  const text = [
    'set -euo pipefail',
    'command -v regrip >/dev/null || regrip() { /usr/bin/node /opt/cli.js "$@"; }',
    'cd /project',
    'regrip finetune conf/robot.yaml \\',
    "  'a=it'\\''s' \\",
    '  --run-dir run',
  ].join('\n');
  expect(onlyLaunch(text)).toMatchObject({ workingFolder: '/project', isComplete: true });
  expect(overrides(text)).toEqual(["a=it's"]);
});
