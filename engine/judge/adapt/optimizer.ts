/** The optimizer of the adapted checkpoint: the new config's hyper-parameters, and the moments that can be kept. */
import type { RegripError } from '../../base/errors.js';
import { isFloat } from '../../formats/checkpoint/floats.js';
import type { OptimizerInfo, TensorInfo } from '../../formats/checkpoint/types.js';
import { JudgeError } from '../judgeError.js';
import { sameShape } from '../policy/compatibility.js';
import { familyOfSpec } from '../policy/families.js';
import type { ParameterGroup } from '../policy/family.js';
import { groupLengths, groupsInFile, withNormalizer } from '../policy/fileGroups.js';
import { savedGroups } from '../policy/savedGroups.js';
import type { PolicySpec } from '../policy/spec.js';
import type { AdaptPlan, KeyPlan, MomentPlan, PlanInput } from './types.js';

/** `keys` holds the fate of each parameter; its moments share it, with zeros where an entry is new. */
export function planOptimizer(
  { index, old, spec, newConfig, options }: PlanInput,
  keys: ReadonlyMap<string, KeyPlan>,
): AdaptPlan['optimizer'] {
  const saved = index.optimizer;
  const groups = newGroups(old, spec, saved);
  // The loaded state wins over the config in upstream's resume, so the groups carry the new config's values.
  const paramGroups = savedGroups(groups, familyOfSpec(spec).optimizerSettings(newConfig));
  if (options.moments === 'reset' || saved === undefined || saved.state.size === 0) {
    return { paramGroups, moments: [] };
  }
  const oldIndex = oldIndices(old, saved, index.path);
  const moments = groups
    .flatMap((group) => group.parameters)
    .flatMap(({ key }, position) => {
      const plan = keys.get(key)!;
      if (plan.fate === 'initialised') return [];
      const state = saved.state.get(oldIndex.get(plan.source.key) ?? -1);
      return state === undefined ? [] : [momentPlan(plan, position, state, index.path)];
    });
  return { paramGroups, moments };
}

type Moments = OptimizerInfo['state'] extends ReadonlyMap<number, infer Entry> ? Entry : never;

function momentPlan(
  plan: Exclude<KeyPlan, { fate: 'initialised' }>,
  index: number,
  state: Moments,
  file: string,
): MomentPlan {
  const follow = (source: TensorInfo): KeyPlan => {
    if (!sameShape(source.shape, plan.source.shape)) {
      throw unknownLayout(file, `the moments of ${plan.source.key} have shape [${source.shape.join(', ')}]`);
    }
    const { dtype } = source;
    if (!isFloat(dtype)) throw unknownLayout(file, `the moments of ${plan.source.key} are ${dtype}`);
    return plan.fate === 'copied'
      ? { ...plan, source, dtype }
      : { ...plan, source, dtype, fill: { kind: 'constant', value: 0 } };
  };
  return { index, step: state.step, expAvg: follow(state.expAvg), expAvgSq: follow(state.expAvgSq) };
}

/** As the old training built its own: whoever continues with the new file does it the same way. */
function newGroups(
  old: PolicySpec,
  spec: PolicySpec,
  saved: OptimizerInfo | undefined,
): readonly ParameterGroup[] {
  const usual = groupsOf(spec);
  const before = saved && groupsInFile(old, saved);
  const hasNormalizer = before?.some(({ parameters }) =>
    parameters.some(({ kind }) => kind === 'normalizer'),
  );
  return hasNormalizer ? withNormalizer(usual, spec) : usual;
}

/** The index of each old parameter in the old optimizer, after checking that its groups are as long as upstream's. */
function oldIndices(old: PolicySpec, saved: OptimizerInfo, file: string): Map<string, number> {
  const groups = groupsInFile(old, saved);
  if (groups === undefined) {
    const expected = groupsOf(old).map(({ parameters }) => parameters.length);
    const found = groupLengths(saved);
    throw unknownLayout(file, `groups of ${found.join(', ')} parameters, expected ${expected.join(', ')}`);
  }
  const order = saved.paramGroups.flatMap(({ params }) => params as readonly number[]);
  const keys = groups.flatMap((group) => group.parameters.map(({ key }) => key));
  return new Map(keys.map((key, position) => [key, order[position]!]));
}

function unknownLayout(file: string, what: string): RegripError {
  return new JudgeError({
    code: 'optimizer-layout',
    file,
    message: `the optimizer state does not have the layout of the config's policy: ${what}`,
    hint: 'Give --optimizer reset to start with a fresh optimizer state.',
  });
}

function groupsOf(spec: PolicySpec): readonly ParameterGroup[] {
  return familyOfSpec(spec).parameterGroups(spec);
}
