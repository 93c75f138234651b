/** `shape_meta` stands in several places of a config; an alias copies it when the file is read, and an override changes one copy. */
import { isPlainMap, type Plain } from '../base/plain.js';
import { samePlain } from '../config/pythonValue.js';
import { type CheckContext, fixOf } from './context.js';
import type { Finding } from './finding.js';
import { shapeMetaPath } from './shapeMeta.js';
import type { Check } from './table.js';

const COPIES = ['shape_meta', 'task.shape_meta', 'task.dataset.shape_meta'] as const;

export const shapeMetaCopies: Check = {
  codes: ['shape-meta-copies-differ'],
  run: (context) => {
    const counted = shapeMetaPath(context);
    if (counted === undefined) return [];
    const found = COPIES.flatMap((copy) => (copy === counted ? [] : differing(context, counted, copy)));
    const seen = new Set<string>();
    return found.filter(({ span }) => !seen.has(JSON.stringify(span)) && seen.add(JSON.stringify(span)));
  },
};

function differing(context: CheckContext, counted: string, copy: string): Finding[] {
  const [one, other] = [context.value(counted), context.value(copy)];
  if (one === undefined || other === undefined) return [];
  return paths(one, other).map((path) => finding(context, `${counted}${path}`, `${copy}${path}`));
}

/** Where the two differ, as far inside as both have something; with a leading dot. */
function paths(one: Plain, other: Plain): string[] {
  if (!isPlainMap(one) || !isPlainMap(other)) return samePlain(one, other) ? [] : [''];
  const shared = Object.keys(one).filter((key) => Object.hasOwn(other, key));
  const isShort = shared.length < Math.max(Object.keys(one).length, Object.keys(other).length);
  return [
    ...(isShort ? [''] : []),
    ...shared.flatMap((key) => paths(one[key]!, other[key]!).map((rest) => `.${key}${rest}`)),
  ];
}

function finding(context: CheckContext, counted: string, copy: string): Finding {
  const [value, other] = [context.value(counted)!, context.value(copy)!];
  const isMap = isPlainMap(value) || isPlainMap(other);
  const said = isMap ? 'other keys' : `${shown(other)} where ${counted} has ${shown(value)}`;
  const message = `${copy} has ${said}: the policy is built from the one, the data are read by the other. An alias copies when the file is read, so an override or an edit changes one copy alone`;
  const span = isMap ? context.keySpan(copy) : context.span(copy);
  const related = [
    {
      span: isMap ? context.keySpan(counted) : context.span(counted),
      message: `${counted} is the other one`,
    },
  ];
  const fixes = isMap
    ? []
    : [
        ...fixOf(`Use ${shown(value)} here too`, context.replace(copy, shown(value))),
        ...fixOf(`Use ${shown(other)} in ${counted} too`, context.replace(counted, shown(other))),
      ];
  return context.finding('shape-meta-copies-differ', span, message, { related, fixes });
}

function shown(value: Plain): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
