/** Switching that no grasp requires: chatter, and single dwells that are too short. */
import { counted } from '../../../base/counted.js';
import { isChatter, SHORT_DWELL, shortDwells } from '../chatter.js';
import { MAX_SHOWN, type Rule, stepsText } from '../finding.js';

export const chatter: Rule = ({ facts: { dwells, switches, steps } }) => {
  if (!isChatter(dwells)) return [];
  const short = `${shortDwells(dwells)} of ${dwells.length} dwells last ${counted(SHORT_DWELL, 'step')} or fewer`;
  const first = switches[dwells.findIndex((dwell) => dwell <= SHORT_DWELL)]!.step;
  const message = `the gripper switches ${switches.length} times in ${counted(steps, 'step')} and ${short} (${dwellText(dwells)}): it cannot hold anything. Train longer or weight the gripper in the loss; on the robot, switch only when a value crosses both thresholds`;
  return [{ code: 'chatter', severity: 'error', step: first, message }];
};

export const shortDwell: Rule = ({ facts: { dwells, switches } }) => {
  if (isChatter(dwells)) return [];
  const found = switches.filter((_, index) => index < dwells.length && dwells[index]! <= SHORT_DWELL);
  if (found.length === 0) return [];
  const shown = found.map(({ step }) => step);
  const short = dwells.filter((dwell) => dwell <= SHORT_DWELL);
  const lengths = `${short.slice(0, MAX_SHOWN).join(', ')}${short.length > MAX_SHOWN ? ' …' : ''}`;
  const lone =
    found.length * 2 === switches.length ? ': these are all its switches, so it never holds anything' : '';
  const message = `the gripper switches at ${stepsText(shown)} and back ${lengths} ${lengths === '1' ? 'step' : 'steps'} later${lone}. A grasp lasts longer: check the frames there`;
  return [{ code: 'short-dwell', severity: 'warning', step: shown[0]!, message }];
};

/** How often each length occurs, the short ones individually: `dwell 1 × 28, 2 × 13, 3 × 12, longer × 29, at most 31`. */
function dwellText(dwells: readonly number[]): string {
  const parts: string[] = [];
  for (let length = 0; length <= SHORT_DWELL; length++) {
    const count = dwells.filter((dwell) => dwell === length).length;
    if (count > 0) parts.push(`${length} × ${count}`);
  }
  const longer = dwells.filter((dwell) => dwell > SHORT_DWELL);
  const most = longer.reduce((a, b) => Math.max(a, b), 0);
  if (longer.length > 0) parts.push(`longer × ${longer.length}, at most ${most}`);
  return `dwell ${parts.join(', ')}`;
}
