/** Plain data as YAML that OmegaConf reads back to the same values: floats stay floats, `"off"` stays text. */
import { Document, Scalar } from 'yaml';
import { isPlainMap, type Plain, PyFloat } from '../base/plain.js';

export function toYaml(value: Plain): string {
  const document = new Document(withFloats(value), { version: '1.1', aliasDuplicateObjects: false });
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
