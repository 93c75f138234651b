/** What Python says of an exception, in words. */
import { expect, test } from 'vitest';
import { refused } from '../../../../engine/work/runners/torch/errors.js';

const PLACE = { python: '/env/bin/python', folders: ['/robot'] };
const LOCATING = "Error locating target 'diffusion_policy.policy.mine.Mine', set env var\nfull_key: policy";

function told(cause: string) {
  const message = `${LOCATING}\ncaused by ModuleNotFoundError: No module named '${cause}'`;
  return refused({ type: 'InstantiationException', message, memory: false, traceback: '' }, PLACE);
}

test.each(['diffusion_policy', 'diffusion_policy.policy.mine'])(
  "the project's own %s is missing: where it was looked for",
  (module) => {
    expect(told(module)).toMatchObject({
      code: 'torch-failed',
      message: expect.stringContaining(`caused by ModuleNotFoundError: No module named '${module}'`),
      hint: expect.stringMatching(/here \/robot: check that diffusion_policy\S* is there/),
    });
  },
);

test("another's module is missing: it is installed", () => {
  const { hint } = told('einops');
  expect(hint).toMatch(/^check that \/env\/bin\/python is the interpreter to train with .*einops/);
});
