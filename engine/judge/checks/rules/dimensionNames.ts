/** Names of dimensions that are more or fewer than the action or the observation has: an adaptation would not know which is which. */
import { isPlainMap } from '../../../base/plain.js';
import { PolicyConfigError } from '../../policy/config.js';
import { fieldWidths, isNamesPath } from '../../policy/dimensionNames.js';
import { policySpec, unknownPolicy } from '../../policy/families.js';
import type { PolicySpec } from '../../policy/spec.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Finding } from '../finding.js';
import { shapeMetaPath } from '../shapeMeta.js';

export const dimensionNames: Check = {
  run: (context) => {
    if (unknownPolicy(context.survey.resolved) !== undefined) return [];
    try {
      return listedInShapeMeta(context, policySpec(context.survey.resolved));
    } catch (error) {
      if (!(error instanceof PolicyConfigError)) throw error;
      return isNamesPath(error.path) ? [told(context, error)] : []; // any other is told by a check of its own
    }
  },
};

/** The user's own, in the `regrip` section. */
function told(context: CheckContext, { path, message, hint }: PolicyConfigError): Finding {
  const found = `${message}: it is not known which dimension is which, and adapt, finetune and evaluate refuse it`;
  return context.finding(
    'dimension-names',
    context.span(path.join('.')),
    hint === undefined ? found : `${found}. ${hint}`,
  );
}

/** As LeRobot lists them; those that do not fit are ignored elsewhere. */
function listedInShapeMeta(context: CheckContext, spec: PolicySpec): Finding[] {
  const meta = shapeMetaPath(context);
  if (meta === undefined) return [];
  return [...fieldWidths(spec)].flatMap(([field, width]) => {
    const path = `${meta}.${field === 'action' ? field : `obs.${field}`}.names`;
    const names = listIn(context, path);
    if (names === undefined || names.length === width) return [];
    const message = `${path} lists ${names.length} names, but ${field === 'action' ? 'the action' : field} has ${width} dimensions: they are ignored, and adapt matches dimensions by their places`;
    return [context.finding('dimension-names', context.span(path), message)];
  });
}

function listIn(context: CheckContext, path: string): readonly unknown[] | undefined {
  const value = context.value(path);
  const only = isPlainMap(value) && Object.keys(value).length === 1 ? Object.values(value)[0] : value;
  return Array.isArray(only) ? only : undefined;
}
