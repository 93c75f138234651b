/** Which files take part, in which order, and where each goes. */
import { describe, expect, test } from 'vitest';
import { surveyConfig } from '../../../engine/config/survey.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

async function composed(files: Record<string, string>, ...overrides: string[]) {
  await folder.write(files);
  const { parts, problems, resolved } = await surveyConfig(folder.path('train.yaml'), overrides, { env: {} });
  const name = (file: string) => file.slice(folder.path().length + 1).replace('.yaml', '');
  return {
    parts: parts.map((part) => `${name(part.file)}@${part.package}`),
    problems: problems.map(({ code }) => code),
    resolved,
  };
}

const OPTIONS = {
  'task/lift.yaml': 'name: lift\n',
  'task/push.yaml': 'name: push\n',
  'task/data/a.yaml': 'd: a\n',
  'robot/ur5.yaml': '# @package _global_\nrobot: ur5\n',
};

describe('the order of composition', () => {
  test.each([
    ['- task: lift', ['task/lift@task', 'train@']],
    ['- _self_\n- task: lift', ['train@', 'task/lift@task']],
    ['- task: lift\n- robot: ur5', ['task/lift@task', 'robot/ur5@', 'train@']],
    ['- task: null', ['train@']],
    ['- task: [lift, push]', ['task/lift@task', 'task/push@task', 'train@']],
    ['- task@a: lift\n- task@b: lift', ['task/lift@a', 'task/lift@b', 'train@']],
    ['- optional task: none', ['train@']],
    ['- task: lift\n- override task: push', ['task/push@task', 'train@']],
    ['- robot: ur5\n- task: ${robot}x', ['robot/ur5@', 'train@']], // lacks task/ur5x
  ])('%j', async (defaults, parts) => {
    expect((await composed({ ...OPTIONS, 'train.yaml': `defaults:\n${defaults}\n` })).parts).toEqual(parts);
  });

  test('a config that is listed lists others, in front of itself', async () => {
    const files = { ...OPTIONS, 'task/deep.yaml': 'defaults:\n- data: a\n- lift\nname: deep\n' };
    const { parts, resolved } = await composed({ ...files, 'train.yaml': 'defaults:\n- task: deep\n' });
    expect(parts).toEqual(['task/data/a@task.data', 'task/lift@task', 'task/deep@task', 'train@']);
    expect(resolved).toEqual({ task: { data: { d: 'a' }, name: 'deep' } });
  });

  test('what the command line appends comes last', async () => {
    const { parts } = await composed({ ...OPTIONS, 'train.yaml': 'a: 1\n' }, '+task=lift');
    expect(parts).toEqual(['train@', 'task/lift@task']);
  });

  test('an interpolation sees the options that are chosen', async () => {
    const files = { ...OPTIONS, 'data/lift.yaml': 'of: lift\n' };
    const { parts } = await composed({
      ...files,
      'train.yaml': 'defaults:\n- data: ${task}\n- task: lift\n',
    });
    expect(parts).toEqual(['data/lift@data', 'task/lift@task', 'train@']);
  });
});

describe('problems', () => {
  test.each([
    ['- task: none', 'group-missing'],
    ['- task: ???', 'defaults'],
    ['- task: lift\n- task: lift', 'defaults'],
    ['- _self_\n- _self_', 'defaults'],
    ['- override task: push\n- task: lift', 'defaults'],
    ['- override robot: ur5', 'group-unused'],
    ['- task: ["${x}"]', 'defaults'],
    ['- task: ${gone}', 'interpolation'],
    ['- train', 'defaults-cycle'],
    ['- task: 5', 'defaults'],
  ])('%j: %s', async (defaults, code) => {
    const { problems } = await composed({ ...OPTIONS, 'train.yaml': `defaults:\n${defaults}\na: 1\n` });
    expect(problems).toContain(code);
  });

  test('one that cannot be followed leaves the others', async () => {
    const { parts, problems } = await composed({
      ...OPTIONS,
      'train.yaml': 'defaults:\n- task: none\n- robot: ur5\na: 1\n',
    });
    expect(problems).toEqual(['group-missing']);
    expect(parts).toEqual(['robot/ur5@', 'train@']);
  });

  test('a config that lists itself twice at each level ends soon', async () => {
    const twice = 'defaults:\n- b@x: same\n- b@y: same\n';
    const { problems } = await composed({
      'train.yaml': 'defaults:\n- b: same\n',
      'b/same.yaml': twice,
      'b/b/same.yaml': twice,
    });
    expect(problems.length).toBeGreaterThan(0);
  });

  test('a config by the name of Hydra’s own is refused', async () => {
    const { problems } = await composed({ 'train.yaml': 'a: 1\n', 'hydra/config.yaml': 'a: 1\n' });
    expect(problems).toContain('hydra-config');
  });

  test('an override inside a config that an interpolation chose is refused', async () => {
    const files = { ...OPTIONS, 'x/lift.yaml': 'defaults:\n- override /robot: ur5\n' };
    const { problems } = await composed({
      ...files,
      'train.yaml': 'defaults:\n- task: lift\n- robot: ur5\n- x: ${task}\n',
    });
    expect(problems).toContain('defaults');
  });
});
