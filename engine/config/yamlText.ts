/** Plain data as YAML that OmegaConf reads back to the same values: floats stay floats, `"off"` stays text. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { isPlainMap, type Plain, PyFloat } from '../base/plain.js';

/** `comment` may say something about the value at a dotted path, to be written behind it. */
export function toYaml(value: Plain, comment?: (path: string) => string | undefined): string {
  const document = new Document(withFloats(value), { version: '1.1', aliasDuplicateObjects: false });
  if (comment !== undefined) annotate(document, comment);
  return document.toString({ lineWidth: 0, directives: false });
}

function withFloats(value: Plain): unknown {
  if (value instanceof PyFloat) {
    const scalar = new Scalar(value.value);
    scalar.minFractionDigits = 1;
    return scalar;
  }
  if (Array.isArray(value)) return value.map(withFloats);
  if (isPlainMap(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withFloats(v)]));
  return value;
}

function annotate(document: Document, comment: (path: string) => string | undefined): void {
  visit(document, {
    Scalar(place, node, ancestors) {
      if (place === 'key') return;
      const steps = ancestors.flatMap((ancestor, depth) => {
        if ('key' in ancestor && isScalar(ancestor.key)) return [String(ancestor.key.value)];
        const child = ancestors[depth + 1] ?? node;
        return 'items' in ancestor && !('key' in child)
          ? [String(ancestor.items.indexOf(child as never))]
          : [];
      });
      const text = comment(steps.join('.'));
      if (text !== undefined) node.comment = ` ${text}`;
    },
  });
}
