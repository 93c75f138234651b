/** `policy.n_emb` is cut into `policy.n_head` equal parts: PyTorch refuses to build attention otherwise. */
import { fixOf } from '../context.js';
import type { Check } from '../table.js';

export const headsDoNotDivide: Check = {
  codes: ['heads-do-not-divide'],
  run: (context) => {
    const heads = context.number('policy.n_head');
    const width = context.number('policy.n_emb');
    if (heads === undefined || width === undefined || !Number.isInteger(heads) || heads < 1) return [];
    if (width % heads === 0) return [];
    const nearest = nearestDivisor(width, heads);
    const message = `${heads} heads do not divide policy.n_emb ${width}: the policy cannot be built. ${nearest} heads do`;
    const related = [{ span: context.span('policy.n_emb'), message: `n_emb is ${width}` }];
    const fixes = fixOf(`Use ${nearest} heads`, context.replace('policy.n_head', String(nearest)));
    return [
      context.finding('heads-do-not-divide', context.span('policy.n_head'), message, { related, fixes }),
    ];
  },
};

/** At most 4096 heads are looked at, far above real ones. */
function nearestDivisor(width: number, heads: number): number {
  for (let away = 1; away < 4096; away += 1) {
    for (const near of [heads - away, heads + away]) if (near > 0 && width % near === 0) return near;
  }
  return 1;
}
