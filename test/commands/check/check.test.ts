/** `regrip check` on whole projects, on disk. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { regrip } from '../call.js';

const ZARR = join(import.meta.dirname, '../../fixtures/zarr');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-check-'));
  cpSync(ZARR, join(folder, 'zarr'), { recursive: true });
  writeFileSync(
    join(folder, 'a.yaml'),
    'task:\n  dataset_path: nothing.zarr\npolicy:\n  n_emb: 256\n  n_head: 6\n',
  );
  writeFileSync(join(folder, 'right.yaml'), 'policy:\n  n_emb: 256\n  n_head: 4\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (...args: string[]) => regrip(['check', ...args], { cwd: folder });

test('tells a person what is wrong, where, and what mends it; exit code 1', async () => {
  const { code, out } = await check('a.yaml');
  expect(code).toBe(1);
  expect(out).toMatch(/^a\.yaml:2:17: error: There is no data set at .*nothing\.zarr/);
  expect(out).toMatch(
    /a\.yaml:5:11: error: 6 heads do not divide.*\[heads-do-not-divide\]\n {4}a\.yaml:4:10: n_emb is 256\n {4}fix: Use 4 heads/,
  );
  expect(out.trimEnd().endsWith('2 errors')).toBe(true);
});

test('no problems found is exit code 0', async () => {
  expect(await check('right.yaml')).toEqual({ code: 0, out: 'no problems found\n', err: '' });
});

test('overrides count', async () => {
  const { code, out } = await check('right.yaml', 'policy.n_head=6');
  expect(code).toBe(1);
  expect(out).toMatch(/^right\.yaml:3:11: error: 6 heads/);
});

test('one JSON document with the contract’s fields', async () => {
  const { diagnostics } = JSON.parse((await check('a.yaml', '--json')).out) as {
    diagnostics: Record<string, unknown>[];
  };
  expect(diagnostics.map(({ code }) => code).sort()).toEqual(['dataset-missing', 'heads-do-not-divide']);
  const heads = diagnostics.find(({ code }) => code === 'heads-do-not-divide');
  expect(heads).toMatchObject({
    severity: 'error',
    file: join(folder, 'a.yaml'),
    line: 5,
    column: 11,
    endLine: 5,
    endColumn: 12,
  });
});

test('a fix that is a job is in the JSON, filled in, and neither in the text nor in SARIF', async () => {
  const root = mkdtempSync(join(tmpdir(), 'regrip-jobfix-'));
  writeFileSync(join(root, 'a.yaml'), 'defaults: [_self_]\ntask: {dataset_path: d.zarr}\n');
  const call = (...more: string[]) => regrip(['check', 'a.yaml', ...more], { cwd: root });
  const { diagnostics } = JSON.parse((await call('--json')).out) as {
    diagnostics: { fixes: { job?: { kind: string; output?: string } }[] }[];
  };
  const jobs = diagnostics.flatMap(({ fixes }) => fixes).map(({ job }) => job);
  expect(jobs).toEqual([{ kind: 'convert', output: expect.stringMatching(/\/d\.zarr$/) }]);
  expect((await call()).out).not.toContain('fix:');
  expect((await call('--sarif')).out).not.toContain('"fixes"');
  rmSync(root, { recursive: true });
});

test('SARIF: rules, places from the current folder, fixes', async () => {
  const { out } = await check('a.yaml', '--sarif');
  const [run] = (
    JSON.parse(out) as {
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, never>[] }[];
    }
  ).runs;
  expect(run!.tool.driver.rules.map(({ id }) => id)).toEqual(['dataset-missing', 'heads-do-not-divide']);
  const heads = run!.results.find((result) => result['ruleId'] === 'heads-do-not-divide');
  expect(heads).toMatchObject({
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'a.yaml', uriBaseId: 'SRCROOT' },
          region: { startLine: 5, startColumn: 11, endLine: 5, endColumn: 12 },
        },
      },
    ],
    fixes: [{ description: { text: 'Use 4 heads' } }],
  });
});

test('a missing config, and an unknown runner', async () => {
  expect(await check('nothing.yaml')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/nothing\.yaml: does not exist/),
  });
  expect(await check('a.yaml', '--runner', 'x')).toMatchObject({ code: 2 });
});

test('the arguments of a launch script follow it', async () => {
  writeFileSync(
    join(folder, 'train.py'),
    'import hydra\n@hydra.main(config_path=".")\ndef main(cfg): pass\n',
  );
  writeFileSync(join(folder, 'args.sh'), 'python train.py --config-name=$1 policy.n_head=${2:-4}\n');
  const { code, out } = await check('args.sh', 'right', '5');
  expect(code).toBe(1);
  expect(out).toMatch(/^args\.sh:1:34: error: 5 heads do not divide/m);
  expect(await check('args.sh', 'right')).toMatchObject({ code: 0 });
  const none = await check('args.sh');
  expect(none.err).toContain('regrip check args.sh a b');
});

test('a launch script: every training that it starts, each finding once', async () => {
  writeFileSync(join(folder, 'train.py'), '@hydra.main(config_path="config", config_name="a")\n');
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(join(folder, 'config/a.yaml'), 'policy:\n  n_emb: 256\n  n_head: 6\n');
  writeFileSync(
    join(folder, 'run.sh'),
    'python train.py policy.n_head=5\npython train.py policy.n_emb=255\n',
  );
  const { code, out } = await check('run.sh');
  expect(code).toBe(1);
  expect(out).toMatch(
    /^config\/a\.yaml:3:11: error: 6 heads do not divide 255|^config\/a\.yaml:3:11: error: 6 heads/m,
  );
  expect(out).toMatch(/^run\.sh:1:17: error: 5 heads do not divide/m);
  expect(await check('run.sh', 'a=1')).toMatchObject({
    code: 2,
    err: expect.stringContaining('its own overrides'),
  });
  writeFileSync(join(folder, 'other.sh'), 'make all\n');
  expect(await check('other.sh')).toMatchObject({
    code: 1,
    err: expect.stringContaining('starts no training'),
  });
});
