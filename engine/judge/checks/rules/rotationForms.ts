/**
 * How the config, or the checkpoint that it inherits from, writes rotations, against the data set: the widths may agree where the
 * numbers mean something else.
 */
import { RegripError } from '../../../base/errors.js';
import type { PlainMap } from '../../../base/plain.js';
import { ROTATION_TEXT, type Rotation } from '../../../base/rotation.js';
import { oldConfig } from '../../adapt/oldConfig.js';
import { columnOf } from '../../policy/columnOf.js';
import { ACTION_NAMES, OBSERVATION_NAMES } from '../../policy/dimensionNames.js';
import { type Dimensions, rotationOf } from '../../policy/dimensions.js';
import { policySpec } from '../../policy/families.js';
import type { PolicySpec } from '../../policy/spec.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { dataSetHeaders } from './dataSet.js';
import { pretrained } from './pretrained.js';

export const rotationForms: Check = {
  run: async (context) => {
    const spec = specOf(() => context.survey.resolved);
    const data = await dataSetHeaders(context);
    if (spec === undefined || data === undefined) return [];
    const inherited = await inheritedNames(context);
    return [...data.headers.columns].flatMap(([column, { rotation }]) => {
      const field = fieldOf(spec, column);
      if (rotation === undefined || field === undefined) return [];
      const told = rotationOf(spec.dimensions?.[field]);
      if (told !== undefined)
        return told === rotation ? [] : [differs(context, field, { told, rotation, file: data.path })];
      const before = inherited && rotationOf(inherited.names[field]);
      if (before === undefined || before === rotation) return [];
      return [inheritsOther(context, field, { before, rotation, file: data.path, path: inherited!.path })];
    });
  },
};

/** Undefined where no policy can be built, which is told elsewhere. */
function specOf(config: () => PlainMap): PolicySpec | undefined {
  try {
    return policySpec(config());
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

function fieldOf(spec: PolicySpec, column: string): string | undefined {
  const fields = ['action', ...spec.observations.map(({ key }) => key)];
  return fields.find((field) => columnOf(spec, field) === column);
}

interface Inherited {
  readonly path: string;
  readonly names: Readonly<Record<string, Dimensions>>;
}

/** What the checkpoint's own config says, which an adaptation keeps there. */
async function inheritedNames(context: CheckContext): Promise<Inherited | undefined> {
  const named = pretrained(context);
  if (named === undefined || !named.loads) return undefined;
  const looked = await context.disk.checkpoint(named.path);
  const own = looked.kind === 'found' ? looked.value.config : undefined;
  const names = own && specOf(() => oldConfig(own))?.dimensions;
  return names && { path: named.path, names };
}

function differs(
  context: CheckContext,
  field: string,
  { told, rotation, file }: { readonly told: Rotation; readonly rotation: Rotation; readonly file: string },
): Finding {
  const [own, seen] = [ACTION_NAMES, [...OBSERVATION_NAMES, field]].map((path) => path.join('.'));
  const path = field === 'action' ? own! : seen!;
  const message = `${shown(field)} has a ${ROTATION_TEXT[told]} by its names, but the data set ${file} holds ${ROTATION_TEXT[rotation]}s: a policy would learn numbers that mean something else. Correct the names, or convert the recordings again with --rotation ${told}`;
  return found(context, path, message, { file, field, rotation });
}

function inheritsOther(
  context: CheckContext,
  field: string,
  {
    before,
    rotation,
    file,
    path,
  }: { readonly before: Rotation; readonly rotation: Rotation; readonly file: string; readonly path: string },
): Finding {
  const message = `The checkpoint ${path} writes ${shown(field)} with ${ROTATION_TEXT[before]}s, but the data set ${file} holds ${ROTATION_TEXT[rotation]}s: what is inherited of the rotation means something else. Adapt it again for this data set (regrip adapt begins those rows anew), or convert the recordings again with --rotation ${before}`;
  return found(context, 'pretrained.path', message, { file, field, rotation });
}

function found(
  context: CheckContext,
  path: string,
  message: string,
  { file, field, rotation }: { readonly file: string; readonly field: string; readonly rotation: Rotation },
): Finding {
  const related = [{ span: startOfFile(file), message: `${field} has ${ROTATION_TEXT[rotation]}s` }];
  return context.finding('rotation-mismatch', context.span(path), message, { related });
}

function shown(field: string): string {
  return field === 'action' ? 'the action' : field;
}
