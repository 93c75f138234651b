import { expect, test } from 'vitest';
import { originText, originTexts } from '../../engine/config/originText.js';
import { surveyConfig } from '../../engine/config/survey.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

async function surveyed() {
  await folder.write({
    'train.yaml': 'defaults:\n  - task: lift\n  - _self_\nn: 4\nsteps: ${n}\nshapes: [7, 8]\ntask: {lr: 2}\n',
    'task/lift.yaml': 'lr: 1\nname: lift\nall: ${shapes}\n',
  });
  return surveyConfig(folder.path('train.yaml'), ['n=8']);
}

test('one line a value: files from the config root, the way through interpolations, and what was overridden', async () => {
  const config = await surveyed();
  expect(originText('task.name', config)).toBe('task/lift.yaml:2');
  expect(originText('n', config)).toBe('override n=8, overrides train.yaml:4');
  expect(originText('task.lr', config)).toBe('train.yaml:7, overrides task/lift.yaml:1');
  expect(originText('steps', config)).toBe('train.yaml:5: ${n} → override n=8, overrides train.yaml:4');
  expect(originText('nothing', config)).toBeUndefined();
});

test('all values that are written or shown, also those that an interpolation brings', async () => {
  const config = await surveyed();
  const texts = originTexts(config, config.resolved);
  expect(texts['n']).toEqual(['override n=8', 'train.yaml:4']);
  expect(texts['task.all.0']).toEqual(['task/lift.yaml:3: ${shapes} → train.yaml:6']);
  expect(texts['task']?.[0]).toBe('train.yaml:7');
  expect(Object.keys(texts)).not.toContain('defaults');
  expect(Object.keys(originTexts(config, {}))).not.toContain('task.all.0');
});
