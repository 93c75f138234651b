/** Whether the policy can be built, whether its weights are those of its config, and whether its steps go together. */
import { join } from 'node:path';
import { counted } from '../../../../base/counted.js';
import { shownName } from '../../../../base/shown.js';
import { WEIGHTS } from '../../../../formats/lerobot/policyFolder.js';
import { findIncompatibilities, type Incompatibility } from '../../../policy/compatibility.js';
import { type Finding, startOfFile } from '../../finding.js';
import { finding, type LerobotRule } from '../subject.js';

/** LeRobot loads with `strict=False`: a key that is missing keeps its random value, and only the log says so. */
export const weights: LerobotRule = ({ spec, stateDicts, folder, place }) => {
  const problems = spec === undefined ? [] : findIncompatibilities(spec, stateDicts['model'] ?? []);
  const file = join(folder, WEIGHTS);
  const of = (kind: Incompatibility['kind']) => problems.filter((problem) => problem.kind === kind);
  const found: Finding[] = [];
  const [shape] = of('shape');
  if (shape?.kind === 'shape')
    found.push(
      finding(
        'pretrained-incompatible',
        place(['output_features']),
        `config.json expects ${shownName(shape.key)} of shape [${shape.expected.join(', ')}], but ${WEIGHTS} has [${shape.found.join(', ')}]${more(of('shape').length)}: LeRobot refuses to load it`,
        [{ span: startOfFile(file), message: `${counted(of('shape').length, 'key')} of another shape` }],
      ),
    );
  const missing = of('missing');
  if (missing.length > 0)
    found.push(
      finding(
        'pretrained-incompatible',
        startOfFile(file),
        `${WEIGHTS} lacks ${shownName(missing[0]!.key)}${more(missing.length)}, which config.json describes: LeRobot loads it all the same, and leaves those at random values`,
      ),
    );
  const strange = of('unexpected');
  if (strange.length > 0)
    found.push(
      finding(
        'pretrained-incompatible',
        startOfFile(file),
        `${WEIGHTS} has ${shownName(strange[0]!.key)}${more(strange.length)}, which the policy of config.json does not have: LeRobot leaves those out`,
      ),
    );
  return found;
};

function more(count: number): string {
  return count > 1 ? ` (and ${counted(count - 1, 'more key')})` : '';
}

/** The actions that are carried out begin at the last observed step. */
export const steps: LerobotRule = ({ spec, place }) => {
  if (spec === undefined) return [];
  const { horizon, obsSteps, actionSteps } = spec;
  const needed = obsSteps - 1 + actionSteps;
  if (needed <= horizon) return [];
  const message = `${horizon} steps are predicted, but ${obsSteps} observation and ${actionSteps} action steps need ${needed} (n_obs_steps - 1 + n_action_steps): the policy acts for only ${Math.max(0, horizon - obsSteps + 1)}`;
  return [finding('horizon-too-short', place(['n_action_steps']), message)];
};
