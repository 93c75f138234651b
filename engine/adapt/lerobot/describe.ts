/** The adaptation of a LeRobot policy as text for a person and as the command's JSON document. */
import { quoted } from '../../base/shell.js';
import { onOneLine, shownName } from '../../base/shown.js';
import { statisticKey, statisticsOfMode } from '../../formats/lerobot/features.js';
import { ranges, shapeText } from '../../judge/adapt/text.js';
import { adaptDocument, dimensionLines, keyLines, warnings } from '../describe.js';
import type { LerobotAdaptResult } from './adapt.js';
import type { StatisticEntry } from './statistics.js';

interface StatisticsDocument {
  /** Tensors of the processors' state that are as they were. */
  readonly copied: readonly string[];
  readonly widened: readonly {
    readonly key: string;
    readonly from: readonly number[];
    readonly to: readonly number[];
  }[];
  /** Of features that the old policy did not have. */
  readonly new: readonly string[];
}

/** The keys of the weights, and the statistics; all processors have the same. */
export function lerobotDocument(result: LerobotAdaptResult) {
  return { ...adaptDocument(result), statistics: statisticsDocument(firstStatistics(result)) };
}

function firstStatistics({ statistics }: LerobotAdaptResult): readonly StatisticEntry[] {
  const [first] = statistics.values();
  return first?.entries ?? [];
}

function statisticsDocument(entries: readonly StatisticEntry[]): StatisticsDocument {
  return {
    copied: entries.flatMap(({ key, source, from }) =>
      source !== undefined && from === undefined ? [key] : [],
    ),
    widened: entries.flatMap(({ key, source, from, shape }) =>
      source === undefined || from === undefined ? [] : [{ key, from: source.shape, to: shape }],
    ),
    new: entries.flatMap(({ key, source }) => (source === undefined ? [key] : [])),
  };
}

/** The human report; `output` is undefined when nothing was written. */
export function lerobotText(result: LerobotAdaptResult, output: string | undefined): string {
  const { plan, old, notes } = result;
  const lines = [
    `${plan.oldActionDim}-D → ${plan.newActionDim}-D by ${plan.strategy}, from the weights of ${old.path}`,
    ...notes.map((note) => `read         ${note}`),
    ...dimensionLines(plan),
    '',
    ...keyLines(plan),
    ...statisticsLines(result),
    'optimizer    training_state is not carried over: LeRobot starts with a fresh one, by the settings of config.json',
    ...warnings(result).map((line) => `warning      ${line}`),
    '',
    ...(output === undefined
      ? [
          'Nothing was written (dry run). Whether the old weights hold NaN is checked when they are written, or by regrip inspect --values.',
        ]
      : [
          `Wrote ${output}`,
          `Train it with: lerobot-train --policy.path=${quoted(output)} --dataset.repo_id=… `.trim(),
        ]),
  ];
  return lines.map(onOneLine).join('\n');
}

/** One line a feature, by the statistics that its mode reads. */
function statisticsLines(result: LerobotAdaptResult): string[] {
  const seen = new Map<string, StatisticEntry>();
  for (const entry of firstStatistics(result)) {
    if (!result.features.has(entry.feature)) continue; // times and indices
    const needed = statisticsOfMode(result.features.get(entry.feature)!);
    if (needed.includes(statisticKey(entry.key).statistic)) seen.set(entry.feature, entry);
  }
  return [...seen].map(([feature, { source, from, shape }]) => {
    const head = `statistics   ${shownName(feature)} (${result.features.get(feature)})`;
    if (source === undefined) return `${head}: new, ${shapeText(shape)}, of the data set`;
    if (from === undefined) return `${head}: kept`;
    const added = from.flatMap((old, index) => (old === null ? [index] : []));
    const fresh = added.length === 0 ? '' : `, ${ranges(added)} of the data set`;
    return `${head}: ${shapeText(source.shape)} → ${shapeText(shape)}, old dimensions kept${fresh}`;
  });
}
