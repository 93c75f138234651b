/** Whether the statistics that the policy's modes of normalising read are there: beside the policy, and in the data set. */
import { join } from 'node:path';
import { shownName } from '../../../../base/shown.js';
import { STATISTICS } from '../../../../formats/lerobot/dataSetStatistics.js';
import { statisticKey, statisticsOfMode } from '../../../../formats/lerobot/features.js';
import { PROCESSORS } from '../../../../formats/lerobot/policyFolder.js';
import { processorStates } from '../../../../formats/lerobot/processors.js';
import { type Finding, startOfFile } from '../../finding.js';
import { finding, type LerobotRule, type LerobotSubject } from '../subject.js';

/** LeRobot passes a feature on as it is where a step has no statistics of it, and says nothing. */
export const policyStatistics: LerobotRule = (subject) => {
  const { processors, folder, features } = subject;
  if (processors.length === 0) {
    const message = `There is no ${PROCESSORS[0]} beside the weights: LeRobot cannot load how this policy normalizes what it sees and predicts`;
    return [finding('statistics-missing', startOfFile(folder), message)];
  }
  return processorStates(processors)
    .flatMap(({ dict, file }) =>
      [...features.all].flatMap(([name]) => stateOf(name, dict, join(folder, file), subject)),
    )
    .concat(withoutState(subject));
};

function withoutState({ processors, features, folder, place }: LerobotSubject): Finding[] {
  const isNormalized = [...features.all.values()].some(({ type }) => features.modeOf(type) !== 'IDENTITY');
  return processors.flatMap(({ file, steps }) => {
    const open = steps.filter(
      ({ name, stateFile }) => /normalizer_processor$/.test(name) && stateFile === undefined,
    );
    if (open.length === 0 || !isNormalized) return [];
    const message = `${file} has no statistics, although config.json says how to normalize: LeRobot passes everything on as it is`;
    return [
      finding('statistics-missing', place(['normalization_mapping']), message, [
        { span: startOfFile(join(folder, file)), message: 'a step without a state_file' },
      ]),
    ];
  });
}

function stateOf(
  name: string,
  dict: string,
  file: string,
  { stateDicts, features, place }: LerobotSubject,
): Finding[] {
  const { type, shape } = features.all.get(name)!;
  const mode = features.modeOf(type);
  const needed = statisticsOfMode(mode);
  const own = stateDicts[dict]!.filter(({ key }) => statisticKey(key).feature === name);
  if (needed.length === 0) return [];
  const at = place(['normalization_mapping', type]);
  if (own.length === 0)
    return [
      finding(
        'statistics-missing',
        at,
        `${shownName(name)} is normalized by ${mode}, but ${file} has no statistics of it: LeRobot passes it on as it is`,
      ),
    ];
  return needed.flatMap((statistic): Finding[] => {
    const found = own.find(({ key }) => statisticKey(key).statistic === statistic);
    if (found === undefined)
      return [
        finding(
          'statistics-missing',
          at,
          `${shownName(name)} is normalized by ${mode}, but ${file} has no ${statistic} of it: LeRobot stops on the first batch`,
        ),
      ];
    const [size] = found.shape;
    if (found.shape.length === 0 || size === 1 || size === shape[0]) return [];
    return [
      finding(
        'statistics-mismatch',
        startOfFile(file),
        `${shownName(found.key)} has the shape [${found.shape.join(', ')}], and ${shownName(name)} of config.json [${shape.join(', ')}]: LeRobot stops on the first batch`,
      ),
    ];
  });
}

/** `lerobot-train` takes them in the place of the policy's own. Pictures have ImageNet's, unless it is told otherwise. */
export const dataSetStatistics: LerobotRule = ({ data, features, inDataSet, place }) => {
  if (data === undefined) return [];
  const file = startOfFile(join(data.info.path, STATISTICS));
  if (data.statistics === undefined) {
    const message = `The data set has no statistics (${STATISTICS}): lerobot-train cannot normalize`;
    return [finding('statistics-missing', file, message)];
  }
  return [...features.all].flatMap(([name, { type }]) => {
    const mode = features.modeOf(type);
    const called = inDataSet(name);
    const own = data.statistics!.get(called);
    const width = data.info.features.get(called)?.shape[0];
    if (type === 'VISUAL' || width === undefined) return [];
    return statisticsOfMode(mode).flatMap((statistic): Finding[] => {
      const values = own?.get(statistic);
      if (values === undefined)
        return [
          finding(
            'statistics-missing',
            place(['normalization_mapping', type]),
            `The data set's statistics have no ${statistic} of ${shownName(called)}, by which the policy normalizes (${mode}): lerobot-train stops on the first batch`,
            [{ span: file, message: STATISTICS }],
          ),
        ];
      if (values.length !== width)
        return [
          finding(
            'dataset-inconsistent',
            file,
            `${shownName(`${called}.${statistic}`)} has ${values.length} values, and the data set's header says ${width}`,
          ),
        ];
      const bad = values.findIndex((value) => !Number.isFinite(value));
      return bad < 0
        ? []
        : [
            finding(
              'dataset-not-finite',
              file,
              `${shownName(`${called}.${statistic}`)} is ${values[bad]} in dimension ${bad}: the policy would be unusable`,
            ),
          ];
    });
  });
};
