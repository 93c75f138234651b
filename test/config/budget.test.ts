/** Configs that grow without bound end with an error that says so, and do not end what composes them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compose } from '../../engine/config/compose.js';
import { surveyConfig } from '../../engine/config/survey.js';
import { composeProject } from '../../engine/project/composeProject.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-budget-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]!);
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
/** Each of 18 lists the next twice. */
const doubling = (entries: (next: number) => string) =>
  Object.fromEntries(
    Array.from({ length: 18 }, (_, index) => [
      `n${index}.yaml`,
      `${index < 17 ? `defaults:\n${entries(index + 1)}  - _self_\n` : ''}k${index}: 1\n`,
    ]),
  );
const TOO_LARGE = { code: 'config-too-large' };

test.each([
  ['the same file twice', doubling((next) => `  - n${next}\n  - n${next}\n`)],
  ['a file twice in packages of its own', doubling((next) => `  - n${next}@a\n  - n${next}@b\n`)],
])('a defaults list that doubles at each step: %s', async (_, files) => {
  const primary = await write(files);
  await expect(compose(primary, [])).rejects.toMatchObject({
    ...TOO_LARGE,
    message: expect.stringMatching(/n\d+\.yaml:\d:\d: the defaults list includes more than 2000 configs/),
  });
  const { problems } = await surveyConfig(primary, []);
  expect(problems.map(({ code }) => code)).toEqual(['config-too-large']);
});

test('parts whose values meet interpolations again and again', async () => {
  const primary = await write({
    'train.yaml': 'defaults: [p, q, _self_]\n',
    'p.yaml': `t: {x: 1}\n${lines(3000, (index) => `k${index}: \${t}\n`)}`,
    'q.yaml': lines(3000, (index) => `k${index}: {y: 1}\n`),
  });
  await expect(compose(primary, [])).rejects.toMatchObject(TOO_LARGE);
});

test('a few hundred parts that meet interpolations compose', async () => {
  const primary = await write({
    'train.yaml': 'defaults: [p, q, _self_]\n',
    'p.yaml': `t: {x: 1}\n${lines(300, (index) => `k${index}: \${t}\n`)}`,
    'q.yaml': lines(300, (index) => `k${index}: {y: 1}\n`),
  });
  expect((await compose(primary, [])).resolved['k299']).toEqual({ x: 1, y: 1 });
});

test('a registered resolver that doubles its argument stays unevaluated where it grows', async () => {
  await write({
    'train.py': "OmegaConf.register_new_resolver('twice', lambda x: x + x)\n# config\n",
    'config/train.yaml': `a0: [1, 2]\n${lines(30, (index) => `a${index + 1}: \${twice:\${a${index}}}\n`)}`,
  });
  const { resolved, notEvaluated } = await composeProject(join(folder, 'config/train.yaml'), [], { env: {} });
  expect(resolved['a3']).toHaveLength(16);
  expect(notEvaluated?.at(-1)).toEqual({ path: 'a30', why: expect.stringContaining('it calls twice') });
});

test('hundreds of registrations with hundreds of parameters are read', async () => {
  const parameters = lines(200, (index) => `p${index}, `);
  await write({
    'train.py': `# config\n${lines(300, (index) => `OmegaConf.register_new_resolver('r${index}', lambda ${parameters}z: z)\n`)}`,
    'config/train.yaml': 'a: ${r5:1}\n',
  });
  const { notEvaluated } = await composeProject(join(folder, 'config/train.yaml'), [], { env: {} });
  expect(notEvaluated?.[0]?.why).toContain('it calls r5, registered at train.py:7');
});
