/** Each feature of the policy against the data set's of its name. */
import { firstFew } from '../../../../base/firstFew.js';
import { quoted } from '../../../../base/shell.js';
import { shownName } from '../../../../base/shown.js';
import type { PolicyFeature } from '../../../../formats/lerobot/dataSetInfo.js';
import { ACTION } from '../../../../formats/lerobot/features.js';
import { adaptCall } from '../../../adapt/call.js';
import { type Finding, startOfFile } from '../../finding.js';
import { finding, type LerobotDataSet, type LerobotRule, type LerobotSubject } from '../subject.js';

export const features: LerobotRule = (subject) => {
  const { data } = subject;
  if (data === undefined) return [];
  return [...subject.features.all].flatMap(([name, wanted]) => judged(name, wanted, data, subject));
};

function judged(
  name: string,
  wanted: PolicyFeature,
  data: LerobotDataSet,
  subject: LerobotSubject,
): Finding[] {
  const called = subject.inDataSet(name);
  const found = data.info.features.get(called);
  if (found === undefined) return [missing(name, wanted, data, subject)];
  if (found.type === wanted.type && fits(wanted, found, subject)) return [];
  const path = [name === ACTION ? 'output_features' : 'input_features', name, 'shape'];
  const related = [
    { span: startOfFile(data.info.path), message: `${called} is ${found.type} [${found.shape.join(', ')}]` },
  ];
  const [here, there] = [wanted, found].map(({ shape }) => `[${shape.join(', ')}]`);
  if (name === ACTION) {
    const message = `The policy predicts ${here} actions, and the data set ${data.info.path} has ${there}: lerobot-train builds the policy by the data set, and its weights do not fit. Adapt it first: ${call(data, subject)}`;
    return [finding('action-dim-mismatch', subject.place(path), message, related)];
  }
  const remedy = wanted.type === 'VISUAL' ? '' : `. Adapt it first: ${call(data, subject)}`;
  const message = `${name} is ${here} in config.json, and ${there} in the data set ${data.info.path}: a training fails on the first batch${remedy}`;
  return [finding('observation-shape-mismatch', subject.place(path), message, related)];
}

function call({ info }: LerobotDataSet, { folder }: LerobotSubject): string {
  const more = ['--dataset', info.path];
  return adaptCall({ from: folder, to: 'adapted_policy', primary: undefined, overrides: [], more });
}

/** A picture may have any size where the policy resizes it, or looks at it as a whole (ACT). */
function fits(wanted: PolicyFeature, found: PolicyFeature, { config }: LerobotSubject): boolean {
  const isSame = wanted.shape.join() === found.shape.join();
  if (isSame || wanted.type !== 'VISUAL') return isSame;
  const isFree = config.type !== 'diffusion' || (config['resize_shape'] ?? null) !== null;
  return isFree && wanted.shape[0] === found.shape[0];
}

function missing(
  name: string,
  wanted: PolicyFeature,
  { info }: LerobotDataSet,
  subject: LerobotSubject,
): Finding {
  const called = subject.inDataSet(name);
  const used = new Set([...subject.features.all.keys()].map((each) => subject.inDataSet(each)));
  const alike = [...info.features].filter(([other, { type }]) => type === wanted.type && !used.has(other));
  const has = firstFew([...info.features.keys()].map(shownName), 12) || 'nothing that a policy sees';
  if (name === ACTION) {
    const message = `The data set ${info.path} has no ${shownName(called)} (it has ${has}): there is nothing to learn from`;
    return finding('action-dim-mismatch', subject.place(['output_features', name]), message);
  }
  const [first] = alike;
  const remedy =
    first === undefined
      ? ''
      : `. If ${shownName(first[0])} is it: lerobot-train --rename_map=${quoted(JSON.stringify({ [first[0]]: name }))}`;
  const message = `The data set ${info.path} has no ${shownName(called)} (it has ${has}): a training fails on the first batch${remedy}`;
  return finding('observation-missing', subject.place(['input_features', name]), message);
}
