/** Plain data as YAML that OmegaConf reads back to the same values: floats stay floats, `"off"` stays text. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { isPlainMap, type Plain, PyFloat } from '../../base/plain.js';
import { plainScalar } from './scalar.js';

/** Line breaks of other alphabets and control characters: PyYAML folds or refuses them unless they are escaped. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g;
/** The library's tag for `<<`, with which that text would be written without quotes. */
const MERGE = 'tag:yaml.org,2002:merge';

/** `comment` may give a comment for the value at a dotted path, written after it. */
export function toYaml(value: Plain, comment?: (path: string) => string | undefined): string {
  const document = new Document(withFloats(value), {
    version: '1.1',
    customTags: (tags) =>
      tags.filter((tag) => (typeof tag === 'string' ? tag !== 'merge' : tag.tag !== MERGE)),
    aliasDuplicateObjects: false,
  });
  quote(document);
  if (comment !== undefined) annotate(document, comment);
  const text = document.toString({ lineWidth: 0, directives: false });
  return text.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
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

/** Quotes keys and text that OmegaConf would read as something else. */
function quote(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && !isPlainText(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
}

function isPlainText(text: string): boolean {
  return plainScalar(text) === text && text !== '=' && text !== '<<' && text.search(UNSEEN) < 0;
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
