import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { composeProject, requireEvaluated } from '../../../engine/project/composeProject.js';
import { registeredResolvers } from '../../../engine/project/python/registeredResolvers.js';
import { inMemory } from '../inMemory.js';

const TRAIN = `import hydra
from omegaconf import OmegaConf
from robot import limits
import robot.maths as maths

steps = {'lift': 400}
def center(name):
    if name.startswith('k'):
        return -0.2
    return 0.
def half(x):
    """Half of it."""
    return x / 2
def nested(x): return [x, x * 2]

OmegaConf.register_new_resolver("max_steps", lambda x: steps[x], replace=True)
OmegaConf.register_new_resolver("center", center, replace=True)
OmegaConf.register_new_resolver("floor_div", lambda x, y: x // y)
OmegaConf.register_new_resolver(name='double', resolver=lambda a, b=2: a * b)
OmegaConf.register_new_resolver("half", half)
OmegaConf.register_new_resolver("nested", nested)
OmegaConf.register_new_resolver("longest", max)
OmegaConf.register_new_resolver("seven", maths.seven)
OmegaConf.register_new_resolver("eval", eval, replace=True)

@hydra.main(config_path='config')
def main(cfg): pass
`;
const LIMITS = `from omegaconf import OmegaConf
OmegaConf.register_resolver("old", lambda x: x)
`;
const MATHS = 'def seven():\n    return 7\n';
const YAML = `task: lift
a: \${max_steps:\${task}}
b: \${a}
c: [1, "\${center:x}"]
d: \${floor_div:7,2}
e: \${double:1.5}
f: \${half:3}
g: \${nested:2}
h: \${longest:3,9,4}
i: \${seven:}
j: \${old:1}
k: \${eval:'2 ** \${d}'}
l: "\${b} steps"
m: \${eval:'\${a} + 1'}
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-resolvers-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function composed(yaml: string, ...overrides: string[]) {
  const files = {
    ...{ 'train.py': TRAIN, 'robot/limits.py': LIMITS, 'robot/maths.py': MATHS, 'robot/__init__.py': '' },
    'config/train.yaml': yaml,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return composeProject(join(folder, 'config/train.yaml'), overrides, { env: {} });
}

describe('what the project registers', () => {
  test('is evaluated where it is one small expression, and named where it is not', async () => {
    const { resolved, notEvaluated } = await composed(YAML);
    expect(resolved).toMatchObject({
      ...{ d: 3, e: new PyFloat(3), f: 1.5, g: [2, 4], h: 9, i: 7, k: 8 },
      ...{ a: '${max_steps:${task}}', b: '${a}', c: [1, '${center:x}'], l: '${b} steps' },
    });
    const steps = 'a is not evaluated: it calls max_steps, registered at train.py:16';
    expect(notEvaluated).toEqual([
      { path: 'a', why: steps },
      { path: 'b', why: steps },
      { path: 'c.1', why: 'c.1 is not evaluated: it calls center, registered at train.py:17' },
      { path: 'j', why: 'j is not evaluated: it calls old, registered at robot/limits.py:2' },
      { path: 'l', why: steps },
      { path: 'm', why: steps },
    ]);
  });

  test('an unregistered resolver is an error, and so is a wrong number of arguments', async () => {
    await expect(composed('a: ${nobody:1}')).rejects.toThrow(
      /'nobody', which is neither built in .* nor registered/,
    );
    await expect(composed('a: ${floor_div:1}')).rejects.toThrow(/floor_div with 1 arguments; it takes 2/);
  });

  test('a value that a job needs is asked for; an override gives it', async () => {
    const text = 'policy: {n_layer: "${max_steps:lift}"}\nenv: {max_steps: "${max_steps:lift}"}\n';
    const config = await composed(text);
    expect(() => requireEvaluated(config, 'train.yaml')).toThrow(
      /policy\.n_layer is needed, but its value is known only when the project's Python runs: .* train\.py:16/,
    );
    const given = await composed(text, 'policy.n_layer=8');
    expect(given.notEvaluated).toHaveLength(1);
    expect(() => requireEvaluated(given, 'train.yaml')).not.toThrow();
  });
});

describe('the places that are looked at', () => {
  const registers = (name: string) => `OmegaConf.register_new_resolver("${name}", f)\n`;
  const found = async (files: Record<string, string>, config = {}) =>
    [...(await registeredResolvers('/p', config, inMemory(files)))].map(
      ([name, { place }]) => `${name} ${place}`,
    );

  test('scripts that start trainings, the workspace, and what they import, along imports', async () => {
    const files = {
      '/p/train.py': `from a import b\n${registers('x')}`,
      '/p/eval_robot.py': registers('y') + registers('x'),
      '/p/a/b.py': 'from .c import d\n',
      '/p/a/c.py': `${registers('z')}from .b import e\n`,
      '/p/w/workspace.py': `${registers('w')}class Workspace: pass\n`,
      '/p/tools/other.py': registers('unseen'),
    };
    expect(await found(files, { _target_: 'w.workspace.Workspace' })).toEqual([
      ...['x train.py:2', 'y eval_robot.py:1', 'w w/workspace.py:1', 'z a/c.py:1'],
    ]);
  });

  test('a name that the text does not tell may be any', async () => {
    const files = { '/p/train.py': 'for name in names:\n  OmegaConf.register_new_resolver(name, f)\n' };
    expect(await found(files)).toEqual(['* train.py:2']);
  });
});
