/** Arguments of the noise schedule that belong to another scheduler of diffusers, which ends with a TypeError in every version of it. */
import { lastName } from '../../policy/config.js';
import { OWN_ARGUMENTS } from '../../policy/scheduler.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Finding } from '../finding.js';

const PATH = 'policy.noise_scheduler';

export const schedulerArguments: Check = {
  run: (context) => {
    const target = context.text(`${PATH}._target_`);
    // A class of the project has arguments of its own.
    if (target === undefined || !/^diffusers\./.test(target)) return [];
    const own = lastName(target);
    if (!Object.hasOwn(OWN_ARGUMENTS, own)) return [];
    const given = new Set(context.keys(PATH));
    return Object.entries(OWN_ARGUMENTS)
      .filter(([name]) => name !== own)
      .flatMap(([other, names]) =>
        names.filter((name) => given.has(name)).map((name) => foreign(context, own, other, name)),
      );
  },
};

function foreign(context: CheckContext, own: string, other: string, name: string): Finding {
  const path = `${PATH}.${name}`;
  const message = `${own} does not accept the argument ${name}, which is ${other}'s, so the training ends with a TypeError when Hydra builds ${PATH}. Remove ${name}, or name ${other}`;
  const related = [{ span: context.span(`${PATH}._target_`), message: `the class is ${own}` }];
  return context.finding('argument-unknown', context.keySpan(path), message, { related });
}
