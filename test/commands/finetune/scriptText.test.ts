/** Whatever a path or an override holds: bash passes it on as it is, and our own reader finds the one training. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callWords } from '../../../engine/commands/finetune/calls.js';
import { type ScriptText, scriptText } from '../../../engine/commands/finetune/scriptText.js';
import { adaptWords } from '../../../engine/judge/adapt/call.js';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { trainingWords } from '../../../engine/work/runners/python/command.js';
import { propertyRuns } from '../../propertyRuns.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'regrip-script-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a shell, a comment or a prompt could take for something else. */
const ODD = `'"\\$\`!#&|;<>(){}[]*?~ \t\n\r=:,%@^-+é漢😀`;
const text = fc
  .array(fc.constantFrom(...ODD, 'a', 'B', '7', '$(echo x)', "'\\''", '# '), { maxLength: 12 })
  .map((characters) => characters.join(''));
const name = text.map((odd) => `a${odd.replaceAll('/', '')}`);
const override = fc
  .tuple(fc.constantFrom('', '+', '++', '~'), fc.constantFrom('task.path', 'name', 'optimizer.lr'), text)
  .map(([sign, key, value]) => `${sign}${key}=${value}`);
const called = fc.record({
  runner: fc.constantFrom('builtin', 'torch', 'python'),
  folder: name,
  python: fc.constantFrom('python3', 'pypy', "it's python"),
  overrides: fc.array(override, { maxLength: 5 }),
  value: text,
});
type Called = typeof called extends fc.Arbitrary<infer Value> ? Value : never;

/** A program that writes what it was given into a file beside it. */
function recorder(file: string): string {
  writeFileSync(
    file,
    `#!/bin/sh\nprintf '%s\\0' "$@" >>"${'$'}{0%/*}/heard"\nprintf 'END\\0' >>"${'$'}{0%/*}/heard"\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

function scriptOf({ runner, python, overrides, value }: Called, folder: string, bin: string): ScriptText {
  const primary = join(folder, 'conf', `${value.replaceAll('/', '')}.yaml`);
  const runDir = join(folder, `run${value}`);
  const latest = join(runDir, 'checkpoints/latest.ckpt');
  const interpreter = recorder(join(bin, python));
  const script = {
    heading: [`Trains ${primary}`, value],
    folder,
    environment: [{ name: 'ODD', value }],
    regrip: [recorder(join(bin, 'cli'))],
  };
  if (runner !== 'python') {
    const words = { configFile: primary, overrides, runner, python: interpreter } as const;
    const more = ['--run-dir', runDir, '--old-ckpt', primary, '--map', `pose=${value}`];
    return { ...script, training: { about: [value], words: callWords(words, more) } };
  }
  const words = trainingWords({
    ...{ python: interpreter, script: 'train.py', configRoot: undefined, primary, overrides, runDir },
    ...{ hasResume: true, resume: true },
  });
  const adapt = adaptWords({ from: primary, to: latest, primary, overrides });
  const needed = { file: latest, folder: join(runDir, 'checkpoints'), about: [value], words: adapt };
  return { ...script, needed, training: { about: [value], words } };
}

test('any words', { timeout: 120_000 }, () => {
  let count = 0;
  fc.assert(
    fc.property(called, (call) => {
      const base = join(root, String(count++));
      const [folder, bin] = [join(base, call.folder), join(base, 'bin')];
      for (const made of [folder, bin]) mkdirSync(made, { recursive: true });
      const script = scriptOf(call, folder, bin);
      const written = scriptText(script);
      const file = join(base, 'train.sh');
      writeFileSync(file, written);
      execFileSync('bash', ['-n', file]);
      execFileSync('bash', [file], { env: { PATH: '/usr/bin:/bin' } });
      const heard = readFileSync(join(bin, 'heard'), 'utf8').split('END\0').slice(0, -1);
      const asked = script.needed !== undefined && 'words' in script.needed ? [script.needed.words] : [];
      const wanted = [...asked, script.training.words].map((words) => words.slice(1).join('\0'));
      expect(heard.map((words) => words.slice(0, -1))).toEqual(wanted);

      const { launches, problems } = readLaunchScript(written, base);
      expect(problems).toEqual([]);
      expect(launches).toHaveLength(1);
      const ours = call.runner === 'python' ? /^[^-].*=/s : /^(?:\+\+?|~)?(?:task\.path|name|optimizer\.lr)=/;
      expect(launches[0]!.overrides.filter(({ isResolved }) => isResolved).map((each) => each.text)).toEqual(
        script.training.words.slice(2).filter((word) => ours.test(word)),
      );
      expect(launches[0]).toMatchObject({
        workingFolder: folder,
        isComplete: true,
        environment: { ODD: call.value },
      });
    }),
    { numRuns: propertyRuns(0.05) },
  );
});

test('a secret is asked for, not written', () => {
  const script = {
    heading: ['x'],
    folder: '/',
    regrip: undefined,
    training: { about: [], words: ['true', 'x'] },
  };
  const file = join(root, 'a.sh');
  writeFileSync(file, scriptText({ ...script, environment: [{ name: 'API_KEY', value: undefined }] }));
  expect(() => execFileSync('bash', [file], { env: {}, stdio: 'pipe' })).toThrow(/API_KEY: is not set/);
  execFileSync('/bin/bash', [file], { env: { API_KEY: 'x', PATH: '/usr/bin:/bin' } });
});
