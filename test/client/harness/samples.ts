/** A small made-up log for what real ones lack: odd names, and lengths of our choice. */
import type { GripperView } from '../../../client/panels/panelMessages.js';

export function sampleView({ message = 'found', rows = 40 } = {}): GripperView {
  const numbers = Array.from({ length: rows }, (_, i) => (i % 20 < 10 ? 0.98 : 0.02));
  const nothing = numbers.map(() => null);
  const switchRows = numbers.flatMap((value, i) => (i > 0 && value !== numbers[i - 1] ? [i] : []));
  return {
    report: {
      ...{ file: '/home/user/robot/log.json', layout: 'steps', checkpoint: null, steps: rows, actionDim: 8 },
      ...{ min: 0.02, max: 0.98, uniqueValues: 2, changes: switchRows.length, switches: switchRows.length },
      ...{ switchSteps: switchRows, dwells: [10, 10], verdict: 'switches' },
      findings: [{ code: 'short-dwell', severity: 'warning', step: 20, message }],
    },
    rows,
    isExecuted: false,
    trace: {
      steps: numbers.map((_, i) => i),
      columns: [numbers, numbers, numbers, nothing, nothing, nothing, nothing, nothing],
      bucketSteps: 1,
    },
    latencyName: null,
    switchRows,
    findingRows: [20],
    frames: 0,
  };
}
