import { expect, test } from 'vitest';
import { compose } from '../../engine/config/compose.js';
import { surveyConfig } from '../../engine/config/survey.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

async function surveyed(files: Record<string, string>, ...overrides: string[]) {
  await folder.write(files);
  return surveyConfig(folder.path('train.yaml'), overrides, { env: {} });
}
const where = (problem: { place: unknown }) => {
  const { file, line, column, text } = problem.place as Record<string, string>;
  return text ?? `${file!.slice(folder.path().length + 1)}:${line}:${column}`;
};

test('of a config without problems it is what composing gives', async () => {
  const files = {
    'train.yaml': 'defaults: [task: lift]\nn: 1\nb: ${n}\nhydra: {run: {dir: out/1}}\n',
    'task/lift.yaml': 'lr: ${n}\n',
  };
  const survey = await surveyed(files, 'n=2');
  const composed = await compose(folder.path('train.yaml'), ['n=2'], { env: {} });
  expect(survey.problems).toEqual([]);
  expect(survey.resolved).toEqual(composed.resolved);
  expect(survey.unresolved).toEqual(composed.unresolved);
  expect(survey.provenance).toEqual(composed.provenance);
  expect(survey.runDir).toBe('out/1');
  expect([...survey.files.keys()].sort()).toEqual([...composed.files].sort());
});

test('each part tells where it is listed and where it goes', async () => {
  const { parts } = await surveyed({
    'train.yaml': 'defaults:\n  - task: lift\na: 1\n',
    'task/lift.yaml': 'lr: 1\n',
  });
  expect(parts.map((part) => [part.file.split('/').at(-1), part.package])).toEqual([
    ['lift.yaml', 'task'],
    ['train.yaml', ''],
  ]);
  expect(parts[0]!.listedAt).toMatchObject({ line: 2, column: 5 });
  expect(parts[1]!.listedAt).toBeUndefined();
});

test('a problem costs only what depends on it, and each stands at its place', async () => {
  const { resolved, problems } = await surveyed(
    {
      'train.yaml': 'defaults:\n  - task: lift\n  - robot: none\na: ${nope}\nb: 1\nb: 2\nc: 3\n',
      'task/lift.yaml': 'lr: 1\n2: x\n',
    },
    'nn=1',
    'c=4',
    'd=[',
  );
  expect(resolved).toEqual({ task: { lr: 1 }, b: 1, c: 4 });
  expect(problems.map((each) => `${each.code} ${where(each)}`).sort()).toEqual([
    'duplicate-key train.yaml:6:1',
    'group-missing train.yaml:3:5',
    'interpolation train.yaml:4:4',
    'override-refused nn=1',
    'override-syntax d=[',
    'unsupported task/lift.yaml:2:1',
  ]);
});

test('a problem that several values meet is told once', async () => {
  const { problems } = await surveyed({ 'train.yaml': 'a: ${nope}\nb: ${a}\nc: ${a}\n' });
  expect(problems.filter(({ code }) => code === 'interpolation').length).toBeLessThanOrEqual(3);
  expect(new Set(problems.map(({ message, place }) => `${message}${JSON.stringify(place)}`)).size).toBe(
    problems.length,
  );
});

test('what only a run knows is told as that, and nothing else is', async () => {
  const { problems, notEvaluated, resolved } = await surveyed({
    'train.yaml': 'a: ${hydra:runtime.cwd}\nb: 1\n',
  });
  expect(problems.map(({ code }) => code)).toEqual(['not-evaluated']);
  expect(notEvaluated.map(({ path }) => path)).toEqual(['a']);
  expect(resolved).toEqual({ b: 1 });
});

test.each(['train.yaml', 'gone.yaml'])(
  'a primary config that cannot be read, %s, is empty with its problem',
  async (name) => {
    await folder.write({ 'train.yaml': 'a: [\n' });
    const survey = await surveyConfig(folder.path(name), []);
    expect(survey.resolved).toEqual({});
    expect(survey.problems).toHaveLength(1);
    expect(survey.problems[0]!.place).toMatchObject({ file: folder.path(name) });
  },
);
