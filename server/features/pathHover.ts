/** What is at a path that a config names: a data set's arrays and episodes, a checkpoint's state and whether it fits. */
import { counted } from '../../engine/base/counted.js';
import { RegripError } from '../../engine/base/errors.js';
import { code, plain } from '../../engine/base/markdown.js';
import { MAX_MESSAGE, shownLine } from '../../engine/base/shown.js';
import { withHome } from '../../engine/config/dataSetPath.js';
import { valueAt } from '../../engine/config/origin.js';
import type { CheckpointIndex } from '../../engine/formats/checkpoint/types.js';
import type { DataSetHeaders } from '../../engine/formats/dataSet.js';
import { CheckContext } from '../../engine/judge/checks/context.js';
import { DATA_SET_PATHS } from '../../engine/judge/checks/rules/dataSet.js';
import { weightsOf } from '../../engine/judge/checks/rules/pretrained.js';
import { findIncompatibilities } from '../../engine/judge/policy/compatibility.js';
import { policySpec, unknownPolicy } from '../../engine/judge/policy/families.js';
import { normalizerKey } from '../../engine/judge/policy/normalizer.js';
import type { Judged } from '../documents/configView.js';
import type { Workbench } from '../workbench.js';

/** Undefined where the value does not name a data set or a checkpoint. */
export async function describePath(
  view: Judged,
  path: string,
  { disk }: Workbench,
): Promise<string | undefined> {
  const text = valueAt(view.survey.resolved, path);
  if (typeof text !== 'string') return undefined;
  const { survey, target } = view;
  const context = new CheckContext({ survey, target, startFolder: view.judgement.startFolder, disk });
  const file = context.absolute(withHome(text));
  if (/^[a-z][a-z0-9+.-]+:\/\/|[*?{]/i.test(text)) return undefined; // an address, a pattern or a format
  const isNamed = (names: readonly string[]) => names.includes(path);
  if (/\.zarr\/?$/.test(text) || isNamed(DATA_SET_PATHS)) {
    const looked = await disk.dataSet(file);
    if (looked.kind === 'found') return dataSetText(looked.value);
    return looked.kind === 'missing' ? `${code(file)} does not exist` : undefined;
  }
  if (!/\.(?:ckpt|pth?)$/.test(text)) return undefined;
  const looked = await disk.checkpoint(file);
  if (looked.kind === 'found') return checkpointText(looked.value, view);
  return looked.kind === 'missing' ? `${code(file)} does not exist` : undefined;
}

function dataSetText({ path, columns, episodeEnds }: DataSetHeaders): string {
  const rows = [...columns].map(
    ([name, { shape, dtype }]) => `| ${cell(name)} | [${shape.join(', ')}] | ${cell(dtype)} |`,
  );
  const steps = episodeEnds.at(-1) ?? 0;
  return [
    `**Data set** ${code(path)}: ${counted(episodeEnds.length, 'episode')}, ${counted(steps, 'step')}`,
    ['| array | shape | dtype |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

function checkpointText(index: CheckpointIndex, view: Judged): string {
  const weights = weightsOf(index);
  const head = `**Checkpoint** ${code(index.path)}`;
  if (weights === undefined)
    return `${head}: no weights (${Object.keys(index.stateDicts).map(code).join(', ')})`;
  const count = weights.tensors
    .filter(({ alias }) => alias === undefined)
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const action = weights.tensors.find(({ key }) => key === normalizerKey('action', 'scale'))?.shape[0];
  const facts = [
    ...['epoch', 'global_step'].flatMap((name) =>
      typeof index.pickles[name] === 'number' ? [`${name.replace('_', ' ')} ${index.pickles[name]}`] : [],
    ),
    `${count.toLocaleString('en')} numbers in ${counted(weights.tensors.length, 'key')}`,
    ...(action === undefined ? [] : [`${action}-D actions`]),
  ];
  return [head, facts.join(' · '), verdict(index, view)].join('\n\n');
}

function verdict(index: CheckpointIndex, { survey }: Judged): string {
  try {
    const problems = findIncompatibilities(policySpec(survey.resolved), weightsOf(index)!.tensors);
    if (problems.length === 0) return 'Fits the policy of this config.';
    const own = unknownPolicy(index.config);
    const why = own === undefined ? '' : ` Its own ${plain(shownLine(own.message, MAX_MESSAGE))}.`;
    return `Does not fit the policy of this config: ${counted(problems.length, 'key')} ${problems.length === 1 ? 'differs' : 'differ'}, first ${code(problems[0]!.key)}.${why}`;
  } catch (error) {
    if (error instanceof RegripError) return `Not compared: ${plain(shownLine(error.message, MAX_MESSAGE))}.`;
    throw error;
  }
}
