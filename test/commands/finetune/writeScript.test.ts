// @module-tag long
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../../engine/commands/program.js';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { unpackCheckpoint } from '../../adapt/fixtures.js';
import { overridesOf, type PythonProject, pythonProject } from '../../work/runners/pythonProject.js';

vi.setConfig({ testTimeout: 300_000 });

const CLI = fileURLToPath(new URL('../../../out/engine/cli.js', import.meta.url));
const execute = promisify(execFile);
const { VIRTUAL_ENV: _venv, CONDA_PREFIX: _conda, REGRIP_PYTHON: _named, ...rest } = process.env;
const env = { ...rest, CUDA_VISIBLE_DEVICES: '1', PICK_NAME: "it's", MY_TOKEN: 'hidden' };

/** Of everything but the records of what was adapted from what. */
const DIGESTS = `
import hashlib, json, sys, zipfile
file = zipfile.ZipFile(sys.argv[1])
entries = {name.split('/', 1)[1]: hashlib.md5(file.read(name)).hexdigest() for name in file.namelist()}
print(json.dumps({name: digest for name, digest in entries.items() if name != 'data.pkl'}))
`;

let project: PythonProject;
let old: string;
beforeAll(async () => {
  project = await pythonProject();
  old = await unpackCheckpoint('policy-7d', project.folder);
});
afterAll(() => project.remove());

const inProject = (...path: readonly string[]): string => join(project.folder, ...path);

async function regrip(...words: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(words, {
    ...{ out: (text) => out.push(text), err: (text) => err.push(text), interactive: false },
    ...{ signal: new AbortController().signal, env, cwd: project.folder, calledAs: [process.execPath, CLI] },
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** Writes `NAME.sh` for the run folder `NAME`. */
async function written(name: string, ...more: readonly string[]) {
  const overrides = overridesOf(project, 'training.num_epochs=1', ...more);
  const call = ['--run-dir', name, '--write-script', `${name}.sh`];
  return regrip('finetune', project.config, ...overrides, ...call);
}

const textOf = (name: string): Promise<string> => readFile(inProject(`${name}.sh`), 'utf8');

describe('with --runner python', () => {
  test('it adapts once, trains, and resumes; check reads it', async () => {
    const { code, out, err } = await written(
      'py',
      '--runner',
      'python',
      '--old-ckpt',
      old,
      '+fake.never_saves=1',
    );
    expect(code).toBe(0);
    expect(out).toContain(`wrote py.sh; to train: bash '${inProject('py.sh')}'`);
    expect(out).toMatch(/py\.sh overrides this/); // what check says of the script's own training
    expect(err).toBe('');
    expect(existsSync(inProject('py'))).toBe(false);
    expect((await stat(inProject('py.sh'))).mode & 0o777).toBe(0o755 & ~process.umask());

    const again = await regrip('check', 'py.sh');
    expect([again.code, out.endsWith(again.out)]).toEqual([0, true]);

    const first = await execute(inProject('py.sh'), { cwd: '/', env });
    expect(first.stdout).toMatch(/Wrote .*latest\.ckpt[\s\S]*Resuming from checkpoint/);
    const begun = await stat(inProject('py/checkpoints/latest.ckpt'));
    const second = await execute(inProject('py.sh'), { cwd: '/', env });
    expect(second.stdout).toMatch(/^Resuming from checkpoint/);
    expect((await stat(inProject('py/checkpoints/latest.ckpt'))).mtimeMs).toBe(begun.mtimeMs);
  });

  test('what it adapts is what finetune itself places', async () => {
    const more = ['--runner', 'python', '--old-ckpt', old, '+fake.never_saves=1'];
    await written('same', ...more);
    await execute(inProject('same.sh'), { env });
    const overrides = overridesOf(project, 'training.num_epochs=1', ...more);
    await regrip('finetune', project.config, ...overrides, '--run-dir', 'placed', '--json');
    const held = async (name: string): Promise<unknown> => {
      const { stdout } = await execute('python3', [
        '-c',
        DIGESTS,
        inProject(name, 'checkpoints/latest.ckpt'),
      ]);
      return JSON.parse(stdout);
    };
    const [one, other] = await Promise.all([held('same'), held('placed')]);
    expect(Object.keys(one as object).length).toBeGreaterThan(100);
    expect(one).toEqual(other);
  });

  test('a checkpoint that fits is given as finetune would give it', async () => {
    await regrip(
      'adapt',
      '--old-ckpt',
      old,
      '--new-ckpt',
      'fits.ckpt',
      '--config',
      project.config,
      ...overridesOf(project),
    );
    const { code } = await written(
      'fits',
      '--runner',
      'python',
      '--init',
      'fits.ckpt',
      '+fake.never_saves=1',
    );
    expect(code).toBe(0);
    expect(await textOf('fits')).toMatch(/--weights ema [\s\S]*--optimizer widen [\s\S]*--map 0:8=0:8/);
    expect((await execute(inProject('fits.sh'), { env })).stdout).toContain('Resuming from checkpoint');
  });

  test("the config's pretrained weights are placed as well, and check finds nothing wrong with that", async () => {
    const fits = ['--old-ckpt', old, '--new-ckpt', 'pretrained.ckpt', '--config', project.config];
    await regrip('adapt', ...fits, ...overridesOf(project));
    const given = ['+pretrained.load_weights=True', '+pretrained.path=pretrained.ckpt'];
    const { code, out } = await written('pretrained', '--runner', 'python', ...given);
    expect([code, out]).toEqual([0, expect.not.stringContaining('resume-wins')]);
    const text = await textOf('pretrained');
    expect(text).toContain(`--old-ckpt '${inProject('pretrained.ckpt')}'`);
    expect(text.split('exec ')[1]).toMatch(/ \+pretrained\.load_weights=False \\\n/);
    expect(text.split('exec ')[1]).not.toContain('load_weights=True');
  });

  test('from scratch it says so, and resumes all the same', async () => {
    const { code, err } = await written('scratch', '--runner', 'python');
    expect([code, err]).toEqual([0, expect.stringMatching(/^FROM SCRATCH/)]);
    const text = await textOf('scratch');
    expect(text).toMatch(/^# FROM SCRATCH/m);
    expect(text).not.toContain('regrip adapt');
    expect(text).toContain('training.resume=True');
  });

  test('the interpreter by its path, whatever its name', async () => {
    await mkdir(inProject('env'), { recursive: true });
    const { stdout } = await execute('python3', ['-c', 'import sys; print(sys.executable)'], { env });
    await symlink(stdout.trim(), inProject('env/my interpreter'));
    await written('named', '--runner', 'python', '--python', 'env/my interpreter');
    const text = await textOf('named');
    expect(text).toContain(`exec '${inProject('env/my interpreter')}' train.py`);
    expect(readLaunchScript(text).launches).toHaveLength(1);
    await written('bare', '--runner', 'python');
    expect(await textOf('bare')).toMatch(/^exec \/\S*python3 train\.py/m);
  });

  test('a run whose checkpoint is gone does not begin from scratch', async () => {
    await mkdir(inProject('gone/checkpoints'), { recursive: true });
    const latest = inProject('gone/checkpoints/latest.ckpt');
    await writeFile(latest, await readFile(join(project.made, '0.ckpt')));
    expect((await written('gone', '--runner', 'python', 'training.resume=True')).err).not.toContain(
      'SCRATCH',
    );
    await rm(latest);
    await expect(execute(inProject('gone.sh'), { env })).rejects.toThrow(/latest\.ckpt is missing/);
  });
});

test.each(['builtin', 'torch'])('with --runner %s it calls finetune, which resumes', async (runner) => {
  const odd = "name='it is'";
  const more = ['--runner', runner, '--old-ckpt', 'policy-7d.ckpt', '--map', 'pose=0:7,gripper=new', odd];
  const { code, err } = await written(runner, ...more);
  const text = await textOf(runner);
  expect([code, err]).toEqual([0, '']);
  const [launch, ...others] = readLaunchScript(text, project.folder).launches;
  expect(others).toEqual([]);
  expect(launch).toMatchObject({ program: 'regrip', trainer: runner, workingFolder: project.folder });
  expect(launch!.overrides.map((each) => each.text)).toEqual([
    ...overridesOf(project, 'training.num_epochs=1', odd),
    'training.resume=True',
  ]);
  expect(text).toContain(`--old-ckpt '${old}'`);
  expect(text).toContain('--map pose=0:7,gripper=new');
});

test('the variables that the config reads are set; a secret stays out of the file', async () => {
  const { code } = await written(
    'vars',
    'name=${oc.env:PICK_NAME}',
    '+a=${oc.env:MY_TOKEN}',
    '+b=${oc.env:HOME}',
  );
  expect(code).toBe(0);
  const text = await textOf('vars');
  expect(text).toContain('export CUDA_VISIBLE_DEVICES=1\n');
  expect(text).toContain("export PICK_NAME='it'\\''s'\n");
  expect(text).toMatch(/^: "\$\{MY_TOKEN:\?/m);
  expect(text).not.toMatch(/hidden|HOME=/);
});

describe('refused, with nothing written', () => {
  test('an existing script, unless --overwrite is given', async () => {
    await writeFile(inProject('mine.sh'), 'mine');
    const { code, err } = await written('mine');
    expect([code, err]).toEqual([1, expect.stringMatching(/already exists[\s\S]*--overwrite/)]);
    expect(await textOf('mine')).toBe('mine');
    expect((await written('mine', '--overwrite')).code).toBe(0);
    expect(await textOf('mine')).toContain('regrip finetune');
  });

  test('what finetune would refuse', async () => {
    const { code, err } = await written('lost', '--old-ckpt', 'no.ckpt');
    expect([code, err]).toEqual([1, expect.stringContaining('no.ckpt')]);
    expect(existsSync(inProject('lost.sh'))).toBe(false);
    expect(existsSync(inProject('lost'))).toBe(false);
  });

  test.each([
    [['--write-script', 'train.txt'], /ends in \.sh/],
    [['--write-script', 'a.sh', '--runner', 'python', '--on-nan', 'stop'], /--on-nan and --write-script/],
    [['--overwrite'], /--overwrite needs --write-script/],
  ])('%j', async (words, said) => {
    const { code, err } = await regrip('finetune', project.config, ...overridesOf(project), ...words);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
  });
});

test('--json prints one document', async () => {
  const { code, out } = await written('json', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    script: inProject('json.sh'),
    runDir: inProject('json'),
    diagnostics: expect.arrayContaining([expect.objectContaining({ code: 'cured-by-script' })]),
  });
});
