/** What a LeRobot policy's config says in a few words: what it observes, and how each kind of feature is normalised. */
import { asNumber, at, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownLine } from '../../base/shown.js';

/** Far above real policies; a crafted config tells no more. */
const MAX_FEATURES = 16;

/** Name and value of each; empty for the config of another policy. */
export function policyFacts(config: PlainMap | undefined): [string, string][] {
  const facts = [
    ['observes', listed(at(config, ['policy', 'input_features']), featureText)],
    ['normalizes', listed(at(config, ['policy', 'normalization_mapping']), modeText)],
  ] as const;
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as [string, string]]));
}

function listed(value: Plain | undefined, text: (name: string, entry: Plain) => string): string | undefined {
  if (!isPlainMap(value)) return undefined;
  const entries = Object.entries(value);
  const shown = entries.slice(0, MAX_FEATURES).map(([name, entry]) => shownLine(text(name, entry)));
  return [...shown, ...(entries.length > shown.length ? ['…'] : [])].join(', ') || 'nothing';
}

/** `observation.state 7`, `observation.images.front 3×96×96`. */
function featureText(name: string, feature: Plain): string {
  const shape = at(feature, ['shape']);
  const sizes = Array.isArray(shape) ? shape.map((size: Plain) => asNumber(size) ?? '?') : ['?'];
  return `${name} ${sizes.join('×')}`;
}

/** `STATE MIN_MAX`. */
function modeText(type: string, mode: Plain): string {
  return `${type} ${typeof mode === 'string' ? mode : '?'}`;
}
