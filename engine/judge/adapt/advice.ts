/** What keeps a checkpoint's file from being loaded as it is, and the options of adapt that mend it. Headers only. */
import type { CheckpointIndex, TensorInfo } from '../../formats/checkpoint/types.js';
import { familyOfSpec, knownFamily, unknownPolicy } from '../policy/families.js';
import { foreignKeys } from '../policy/foreignKeys.js';
import { likelyWrappings, wrappingText } from '../policy/prefixes.js';
import type { PolicySpec } from '../policy/spec.js';

interface PlanAdvice {
  /** As a message continues after the file's name; undefined where nothing stands around its keys. */
  readonly wrapped: string | undefined;
  /** Of `regrip adapt`. */
  readonly options: readonly string[];
  /** Why adapt would refuse the file, as a message continues after "its own"; undefined where nothing is known against it. */
  readonly refused: string | undefined;
}

export function planAdvice(
  { config }: CheckpointIndex,
  tensors: readonly TensorInfo[],
  spec: PolicySpec,
): PlanAdvice {
  const { parameters } = spec;
  const fileKeys = tensors.map(({ key }) => key);
  const [first, ...others] = likelyWrappings(fileKeys, new Set(parameters.map(({ key }) => key)));
  const which = first !== undefined && others.length > 0 ? [first.prefix] : [];
  return {
    wrapped: first && `its keys have ${wrappingText(first)}, which the policy's keys do not have`,
    options: [
      ...(first === undefined ? [] : ['--strip-prefix', ...which]),
      ...(config === undefined ? ['--old-config', 'OLD.yaml'] : []),
    ],
    refused: refusal(config, spec) ?? foreignRefusal(tensors, spec),
  };
}

/** As a message continues after "its own"; undefined where nothing is known against the file. */
export function refusal(config: CheckpointIndex['config'], spec: PolicySpec): string | undefined {
  const unknown = unknownPolicy(config);
  if (unknown !== undefined) return unknown.message;
  const [before, now] = [knownFamily(config), familyOfSpec(spec)];
  return before === undefined || before === now
    ? undefined
    : `config describes a ${before.name}, and this one a ${now.name}: none of its weights can be kept`;
}

/** The file may have no config, or that of another policy than the one whose weights it holds. */
function foreignRefusal(tensors: readonly TensorInfo[], spec: PolicySpec): string | undefined {
  const foreign = foreignKeys(tensors, spec);
  return (
    foreign && `keys are those of a ${foreign.whose}, and this config describes a ${familyOfSpec(spec).name}`
  );
}
