/** `shape_meta` appears in several places of a config; an alias copies it when the file is read, and an override changes only one copy. */
import { isPlainMap, type Plain } from '../../../base/plain.js';
import { samePlain } from '../../../config/python/value.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import type { Finding } from '../finding.js';
import { shapeMetaPath } from '../shapeMeta.js';

const COPIES = ['shape_meta', 'task.shape_meta', 'task.dataset.shape_meta'] as const;

export const shapeMetaCopies: Check = {
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
  return paths(one, other, (path) => isUnknown(context, counted, copy, path)).map((path) =>
    finding(context, `${counted}${path}`, `${copy}${path}`),
  );
}

/** Set in either of them to an unknown value: a script's argument, or one of two branches. */
function isUnknown(context: CheckContext, counted: string, copy: string, path: string): boolean {
  return [counted, copy].some((each) => {
    const isWritten = context.origin(`${each}${path}`).at(-1)?.inside === '';
    return isWritten && context.value(`${each}${path}`) === undefined;
  });
}

/** Where the two differ, as deep as both have an entry; with a leading dot. */
function paths(one: Plain, other: Plain, unknown: (path: string) => boolean, here = ''): string[] {
  if (!isPlainMap(one) || !isPlainMap(other)) return samePlain(one, other) ? [] : [here];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const shared = keys.filter((key) => Object.hasOwn(one, key) && Object.hasOwn(other, key));
  const lacking = keys.filter((key) => !shared.includes(key) && !unknown(`${here}.${key}`));
  return [
    ...(lacking.length > 0 ? [here] : []),
    ...shared.flatMap((key) => paths(one[key]!, other[key]!, unknown, `${here}.${key}`)),
  ];
}

function finding(context: CheckContext, counted: string, copy: string): Finding {
  const [value, other] = [context.value(counted)!, context.value(copy)!];
  const isMap = isPlainMap(value) || isPlainMap(other);
  const said = isMap
    ? otherKeys(value, other, counted)
    : `${shown(other)} where ${counted} has ${shown(value)}`;
  const message = `${copy} has ${said}: the policy is built from one and the data are read with the other. A YAML alias copies when the file is read, so an override or an edit changes only one copy`;
  const span = isMap ? context.keySpan(copy) : context.span(copy);
  const related = [
    {
      span: isMap ? context.keySpan(counted) : context.span(counted),
      message: `the other copy, ${counted}`,
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

function otherKeys(value: Plain, other: Plain, counted: string): string {
  const [known, own] = [value, other].map((each) => (isPlainMap(each) ? Object.keys(each) : []));
  const [only, lacking] = [
    own!.filter((key) => !known!.includes(key)),
    known!.filter((key) => !own!.includes(key)),
  ];
  const parts = [
    ...(only.length === 0 ? [] : [`${only.join(', ')}, which ${counted} does not have`]),
    ...(lacking.length === 0 ? [] : [`no ${lacking.join(', ')}, which ${counted} has`]),
  ];
  return parts.join(', and ');
}

function shown(value: Plain): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
