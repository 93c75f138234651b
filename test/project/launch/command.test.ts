import { describe, expect, it, test } from 'vitest';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { onlyLaunch, RUN } from './launches.js';

describe('what is launched', () => {
  test.each([
    ['python train.py --config-name=robot', 'python', 'train.py'],
    ['python3 ../train.py --config-name robot', 'python', '../train.py'],
    ['/opt/envs/dp/bin/python3.9 -u train.py -cn robot', 'python', 'train.py'],
    ['"$CONDA_PREFIX/bin/python" train.py -cn=robot', 'python', 'train.py'],
    ['$PYTHON train.py --config-name=robot', 'python', 'train.py'],
    ['python -m diffusion_policy.train --config-name=robot', 'python', 'diffusion_policy/train.py'],
    [
      'torchrun --nproc_per_node=$N --master_port 29500 train_ddp.py --config-name=robot',
      'torchrun',
      'train_ddp.py',
    ],
    ['torchrun --standalone $DIST_ARGS train_ddp.py --config-name=robot', 'torchrun', 'train_ddp.py'],
    ['python -m torch.distributed.run --nnodes 1 train.py --config-name=robot', 'torchrun', 'train.py'],
    [
      'accelerate launch --multi_gpu --num_processes 2 train.py --config-name=robot',
      'accelerate',
      'train.py',
    ],
    ['accelerate --num_processes 2 train.py --config-name=robot', 'accelerate', 'train.py'],
    [
      'CUDA_VISIBLE_DEVICES=0 nohup env A=b python train.py --config-name=robot > log 2>&1 &',
      'python',
      'train.py',
    ],
    ['conda run --no-capture-output -n python python train.py --config-name=robot', 'python', 'train.py'],
    ['srun --gres=gpu:1 -n 1 time python train.py --config-name=robot', 'python', 'train.py'],
    ['timeout -k 5 24h nice -n 5 python train.py --config-name=robot', 'python', 'train.py'],
    ['/opt/envs/dp/bin/pypy3-dbg train.py --config-name=robot', 'python', 'train.py'],
    ['exec python -m debugpy --listen 5678 train.py --config-name=robot', 'python', 'train.py'],
  ])('%s', (line, program, script) => {
    const launch = onlyLaunch(`#!/bin/bash\n${line}\n`);
    expect([launch.program, launch.script.text, launch.configName?.text]).toEqual([program, script, 'robot']);
  });

  it('goes to a Ray cluster', () => {
    const launch = onlyLaunch(
      'ray job submit --working-dir ../code -- python train.py --config-name=robot a.b=1',
    );
    expect(launch).toMatchObject({ isOnRay: true, program: 'python', workingFolder: '../code' });
    expect(launch.overrides.map(({ text }) => text)).toEqual(['a.b=1']);
  });

  it('has the flags of Hydra', () => {
    const launch = onlyLaunch(
      'python train.py --config-path conf -cd=../more --config-name "$NAME" -m a.b=1,2',
    );
    expect(launch.configPath?.text).toBe('conf');
    expect(launch.configDir?.text).toBe('../more');
    expect(launch.configName?.text).toBeUndefined();
    expect(launch.isMultirun).toBe(true);
  });

  test.each([
    'echo "python train.py --config-name=robot a.b=1"',
    '# python train.py --config-name=robot a.b=1',
    'cat <<EOF\npython train.py --config-name=robot a.b=1\nEOF',
    "cat <<-'E F' | tee log\n\tpython train.py --config-name=robot\n\tE F",
    'python convert.py --input data --output out.zarr',
    'python -c "import train" a.b=1',
    'python eval_robot.py --config-name=robot a.b=1',
    'python train.py --config-name=robot --cfg job',
    'python',
  ])('nothing by %j', (text) => {
    expect(readLaunchScript(text).launches).toEqual([]);
  });

  it('is found in branches, loops, functions, substitutions and lists', () => {
    const text = [
      'if [ -n "$1" ]; then',
      `  ${RUN} id=1`,
      'elif [[ $A == b && ( $C < "d" ) ]]; then x',
      `else ${RUN} id=2; fi`,
      `for gpu in 0 1; do ${RUN} id=3 & done`,
      `run() {\n ${RUN} id=4 "$@"\n}`,
      `case $1 in a|b) ${RUN} id=5;; *) cd x && ${RUN} id=6 | tee log;; esac`,
      `result=$(${RUN} id=7)`,
      `( ${RUN} id=8 )`,
    ].join('\n');
    const ids = readLaunchScript(text).launches.map(({ overrides: [first] }) => first!.text);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((id) => `id=${id}`));
  });
});
