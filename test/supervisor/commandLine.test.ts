import * as v from 'valibot';
import { expect, test } from 'vitest';
import { pathsOf, resumed, titleOf, wordsOf } from '../../engine/supervisor/commandLine.js';
import { type JobRequest, type JobRequestInput, jobRequest } from '../../engine/wire/jobs.js';

const request = (input: JobRequestInput): JobRequest => v.parse(jobRequest, input);

test.each<[JobRequestInput, string]>([
  [{ kind: 'convert', input: '/rec', output: '/a.zarr' }, 'convert --input /rec --output /a.zarr'],
  [
    { kind: 'convert', input: '/rec', output: '/a.zarr', rotation: '6d' },
    'convert --input /rec --output /a.zarr --rotation 6d',
  ],
  [
    {
      kind: 'convert',
      input: '/rec',
      output: '/a.zarr',
      gripper: false,
      resolution: [320, 240],
      startEpisode: 0,
      overwrite: true,
    },
    'convert --resolution 320 240 --input /rec --output /a.zarr --start-episode 0 --overwrite --no-gripper',
  ],
  [
    {
      kind: 'adapt',
      config: '/c.yaml',
      overrides: ['lr=1'],
      oldCkpt: '/o.ckpt',
      newCkpt: '/n.ckpt',
      rename: { a: 'b' },
      dryRun: true,
    },
    'adapt lr=1 --config /c.yaml --old-ckpt /o.ckpt --new-ckpt /n.ckpt --dry-run --rename a=b',
  ],
  [
    { kind: 'finetune', config: '/c.yaml', overrides: ['~x'], runner: 'python', onNan: 'stop' },
    'finetune /c.yaml ~x --runner python --on-nan stop',
  ],
  [{ kind: 'gripper', logs: ['/a', '/b'], low: -0.5 }, 'gripper /a /b --low=-0.5'],
  [
    { kind: 'evaluate', checkpoint: '/c.ckpt', batchSize: 8, episodes: '0,3' },
    'evaluate /c.ckpt --episodes 0,3 --batch-size 8',
  ],
  [{ kind: 'report', runs: ['/r'], output: '/o.html' }, 'report /r --output /o.html'],
  [{ kind: 'installEngine', cuda: true }, 'engine install --cuda'],
  [{ kind: 'measureEngine' }, 'engine'],
])('%j is typed as %s', (input, words) => expect(wordsOf(request(input)).join(' ')).toBe(words));

test.each<[JobRequestInput, RegExp]>([
  [{ kind: 'convert', input: '/rec/mine', output: '/a' }, /Convert mine/],
  [{ kind: 'adapt', config: '/c', oldCkpt: '/o/latest.ckpt' }, /Adapt latest\.ckpt/],
  [{ kind: 'adapt', config: '/c', oldCkpt: '/o/latest.ckpt', dryRun: true }, /Plan.*latest\.ckpt/],
  [{ kind: 'finetune', config: '/c/train.yaml' }, /train\.yaml/],
  [{ kind: 'gripper', logs: ['/a.json', '/b', '/c'] }, /a\.json and 2 more/],
  [{ kind: 'report', runs: ['/r/one'] }, /one$/],
  [{ kind: 'evaluate', checkpoint: '/x/e.ckpt' }, /e\.ckpt/],
  [{ kind: 'installEngine', cuda: true }, /CUDA/],
  [{ kind: 'measureEngine' }, /\w/],
])('the title of %j', (input, title) => expect(titleOf(request(input))).toMatch(title));

test('the paths, where there is one of each', () => {
  expect(pathsOf(request({ kind: 'convert', input: '/a', output: '/b' }))).toEqual({
    input: '/a',
    output: '/b',
  });
  expect(pathsOf(request({ kind: 'adapt', config: '/c', oldCkpt: '/o' }))).toEqual({ input: '/o' });
  expect(pathsOf(request({ kind: 'gripper', logs: ['/a'] }))).toEqual({});
});

test('what continues where it stopped', () => {
  const convert = request({ kind: 'convert', input: '/a', output: '/b' });
  expect(resumed(convert, undefined)).toEqual({ ...convert, resume: true });
  const train = request({ kind: 'finetune', config: '/c', overrides: ['training.num_epochs=3'] });
  expect(resumed(train, '/run')).toMatchObject({ runDir: '/run', config: '/c' });
  expect(resumed(train, undefined)).toBe(train);
  const report = request({ kind: 'report', runs: ['/r'] });
  expect(resumed(report, '/run')).toBe(report);
});
