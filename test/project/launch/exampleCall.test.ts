/** The example of a launch script's comments: of the script's own name, with words that stand for themselves. */
import { expect, it } from 'vitest';
import { exampleArguments } from '../../../engine/project/launch/exampleCall.js';

const found = (text: string) => exampleArguments(text, 'train_policy.sh');

it.each([
  [
    '# Examples:\n# bash scripts/train_policy.sh dp3 adroit_hammer 0322 0 0\n# bash scripts/train_policy.sh b',
    'dp3 adroit_hammer 0322 0 0',
  ],
  ['#   bash train_policy.sh idp3 gr1_dex-3d 0913_example\n', 'idp3 gr1_dex-3d 0913_example'],
  ['echo hi # ./train_policy.sh a', undefined],
  ['# train_policy.sh', undefined],
  ['# bash train_policy.sh <alg> <task>\n# bash train_policy.sh dp3 "my task"', 'dp3 "my task"'],
  ['# bash train_policy.sh $1 ...', undefined],
  ['# bash my_train_policy.sh a\n# bash train_policy.sh.old b', undefined],
  ['#! /bin/train_policy.sh a', undefined],
  ['python train.py', undefined],
])('%j', (text, expected) => expect(found(text)).toBe(expected));
