/** A project's imports, by a real Python: what fails is named with its mend, train.py's own lines never run. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DoctorReport, Row } from '../../../engine/work/doctor/report.js';
import { regrip } from '../../commands/call.js';

const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'pass'], { stdio: 'ignore' }).status === 0,
);
const withPython = test.skipIf(python === undefined);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-imports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function imports(...args: string[]): Promise<Row | undefined> {
  const env = { PATH: process.env['PATH'], REGRIP_PYTHON: python };
  const { out } = await regrip(['doctor', '--json', ...args], { cwd: folder, env });
  return (JSON.parse(out) as DoctorReport).jobs.find(({ name }) => name === 'what this project imports');
}

withPython(
  'that work are counted; nothing of train.py runs, and nothing is written (needs a python)',
  async () => {
    await put({
      'train.py': 'import json\nfrom lab.work import W\nopen("ran", "w")\nraise SystemExit("ran")\n',
      'lab/__init__.py': '',
      'lab/work.py': 'W = 1\nprint("a module that talks")\n',
    });
    expect(await imports()).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/^all 2 modules of .* were imported$/),
    });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(await readdir(join(folder, 'lab'))).toEqual(['__init__.py', 'work.py']);
  },
);

withPython("that fail below a config's classes are named with the mend (needs a python)", async () => {
  await put({
    'train.py': 'import json\n',
    'train.yaml':
      '_target_: lab.work.Work\npolicy:\n  _target_: lab.policy.Policy\n  inner: {_target_: lab.own.Own}\n',
    'lab/__init__.py': '',
    'lab/work.py': "raise ImportError(\"cannot import name 'cached_download' from 'huggingface_hub'\")\n",
    'lab/policy.py': 'import robomimic.that_is_not_here\n',
    'lab/own.py': 'import my_robot_that_is_not_here\n',
  });
  const row = await imports('--config', 'train.yaml');
  expect(row?.state).toBe('missing');
  expect(row?.found).toContain("lab.work: ImportError: cannot import name 'cached_download'");
  expect(row?.found).toContain('lab.policy: ModuleNotFoundError');
  expect(row?.fix).toContain('-m pip install "huggingface_hub<0.26"');
  expect(row?.fix).toContain('-m pip install robomimic==0.2.0 --no-deps');
  expect(row?.fix).toContain('install the package that provides my_robot_that_is_not_here');
});

withPython('that end Python, or print controls, are told as one line (needs a python)', async () => {
  await put({ 'train.py': 'import bad\n', 'bad.py': 'raise RuntimeError("\\x1b[2J\\nFORGED \\u202e")\n' });
  expect((await imports())?.found).toBe('bad: RuntimeError: \\x1b[2J\\x0aFORGED \\u202e');
  await put({
    'bad.py': 'import os, sys\nsys.stderr.write("last words")\nsys.stderr.flush()\nos._exit(3)\n',
  });
  expect(await imports()).toMatchObject({ state: 'missing', found: expect.stringContaining('last words') });
});

test('are left alone without a train.py, and with --no-imports', async () => {
  expect(await imports()).toBeUndefined();
  await put({ 'train.py': 'import json\n' });
  expect(await imports('--no-imports')).toBeUndefined();
});

withPython('are those of the interpreter that the runner would take (needs a python)', async () => {
  const own = join(folder, 'my python');
  await writeFile(own, `#!/bin/sh\nexec ${python} "$@"\n`);
  await chmod(own, 0o755);
  await put({ 'train.py': 'import nothing_of_this_name\n' });
  const env = { PATH: process.env['PATH'], REGRIP_PYTHON: own };
  const { out } = await regrip(['doctor', '--json'], { cwd: folder, env });
  const rows = (JSON.parse(out) as DoctorReport).jobs;
  expect(JSON.stringify(rows.filter(({ name }) => name === 'your own train.py'))).toContain('python');
  expect(rows.at(-1)?.fix).toContain('nothing_of_this_name');
});
