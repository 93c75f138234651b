/** What a launch script hands to the checks: overrides as Hydra gets them, and what is not known as such. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeaderCache } from '../../../engine/judge/checks/disk.js';
import { judge } from '../../../engine/judge/checks/judge.js';
import { isLaunchScript, launchTargets } from '../../../engine/judge/checks/launchTargets.js';
import { DISK_READER } from '../../../engine/project/reader.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'regrip-launch-'));
  write('train.py', '@hydra.main(config_path="config", config_name="a")\n');
  write(
    'config/a.yaml',
    'defaults: [_self_, {task: t}]\nepochs: 3\ncopy: ${epochs}\nhome: ${oc.env:DATA_ROOT}\n',
  );
  write('config/task/t.yaml', 'path: nothing.zarr\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

const look = (text: string) => launchTargets(join(root, 'run.sh'), text, DISK_READER);

async function judged(text: string) {
  const { targets } = await look(text);
  const disk = new HeaderCache({ contents: async () => undefined });
  return judge(targets[0]!, { disk, env: {} });
}

describe('targets of a script', () => {
  test('overrides, their places, and where training starts', async () => {
    const { targets } = await look('cd sub\npython ../train.py epochs=5 "task.path=a b"\n');
    expect(targets).toMatchObject([
      {
        primary: join(root, 'config/a.yaml'),
        overrides: ['epochs=5', 'task.path=a b'],
        overrideSpans: [
          { line: 2, column: 20, endLine: 2, endColumn: 28 },
          { line: 2, column: 29, endLine: 2, endColumn: 44 },
        ],
        script: { index: 0, span: { line: 2, column: 1 } },
        startFolder: join(root, 'sub'),
        runner: 'python',
      },
    ]);
  });

  test('a value that the text does not tell is neither the config’s nor a problem', async () => {
    const { survey, findings } = await judged('DATA_ROOT=/d python train.py epochs=$1 task.path=$2\n');
    expect(survey.resolved).toEqual({ task: {}, home: '/d' });
    expect(findings).toEqual([]);
  });

  test('what the text tells is judged as if it stood in the config', async () => {
    const { findings } = await judged('DATA_ROOT=/d python train.py +training.num_epochs=0\n');
    expect(findings.map(({ code, span }) => [code, span.file])).toContainEqual([
      'epochs-invalid',
      join(root, 'run.sh'),
    ]);
  });

  test('an unknown option of a group leaves the default', async () => {
    expect((await look('python train.py task=$1\n')).targets[0]!.overrides).toEqual([]);
  });

  test('a sweep has several values, so none is known; without --multirun Hydra refuses it', async () => {
    const [sweep] = (await look('python train.py -m epochs=1,2 +x=[1,2]\n')).targets;
    expect(sweep!.overrides).toEqual(['epochs=${regrip.outside:}', '+x=[1,2]']);
    const { findings } = await judged('DATA_ROOT=/d python train.py epochs=1,2\n');
    expect(findings.map(({ code }) => code)).toContain('override-refused');
  });

  test('signs stay', async () => {
    const [target] = (await look('python train.py ++epochs=$1 +x=$2 ~copy=$3\n')).targets;
    expect(target!.overrides).toEqual(['++epochs=${regrip.outside:}', '+x=${regrip.outside:}', '~copy']);
  });
});

test.each([
  ['run.sh', true],
  ['job.sbatch', true],
  ['run.sh.txt', false],
  ['config.yaml', false],
])('%s is a launch script: %s', (name, expected) => {
  expect(isLaunchScript(name)).toBe(expected);
});
