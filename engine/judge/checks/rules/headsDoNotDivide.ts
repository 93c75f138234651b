/** A width must be divisible by the number of attention heads: PyTorch refuses to build the layer otherwise. */
import { familiesFor } from '../../policy/families.js';
import type { Division } from '../../policy/family.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import type { Finding } from '../finding.js';

export const headsDoNotDivide: Check = {
  run: (context) => divisionsOf(context).flatMap((division) => judged(division, context)),
};

/** Several families may have the same one; where the class is not known, all of them are asked. */
function divisionsOf({ survey }: CheckContext): Division[] {
  const all = familiesFor(survey.resolved).flatMap(({ divisions }) => divisions);
  return [...new Map(all.map((division) => [`${division.count} ${division.width}`, division])).values()];
}

function judged({ code, count: path, width: widthPath, what }: Division, context: CheckContext): Finding[] {
  const count = context.number(path);
  const width = context.number(widthPath);
  if (count === undefined || width === undefined || !Number.isInteger(count) || count < 1) return [];
  if (width % count === 0) return [];
  const nearest = nearestDivisor(width, count);
  const message = `${count} ${what} do not divide ${widthPath} ${width} evenly, so the policy cannot be built. Use ${nearest} ${what}`;
  const name = widthPath.slice(widthPath.lastIndexOf('.') + 1);
  const related = [{ span: context.span(widthPath), message: `${name} is ${width}` }];
  const fixes = fixOf(`Use ${nearest} ${what}`, context.replace(path, String(nearest)));
  return [context.finding(code, context.span(path), message, { related, fixes })];
}

/** Tries at most 4096, far above real policies. */
function nearestDivisor(width: number, count: number): number {
  for (let away = 1; away < 4096; away += 1) {
    for (const near of [count - away, count + away]) if (near > 0 && width % near === 0) return near;
  }
  return 1;
}
