/** The warnings that a viewer shows above a data set, from its columns. */
import { onOneLine } from '../../engine/base/shown.js';
import { poseWidth } from '../../engine/formats/poseLayout.js';
import type { DataSetFacts } from '../../engine/judge/gripper/dataFacts.js';
import { notFiniteArrays } from '../../engine/judge/gripper/dataNotFinite.js';
import { gripperProblem } from '../../engine/judge/gripper/dataProblems.js';
import type { DataSetNotes } from '../viewerProtocol.js';

type Note = DataSetNotes['notes'][number];

/** Real data sets have about ten columns of one kind. */
const MAX_NOTES = 20;

export function dataSetNotes(facts: DataSetFacts): readonly Note[] {
  const gripper = gripperProblem(facts, 'this data set');
  const notes: readonly Note[] = [
    ...(gripper === undefined ? [] : [{ severity: 'warning' as const, ...gripper }]),
    ...withoutGripper(facts),
    ...notFinite(facts),
    ...facts.unread.map(({ code, message }) => ({ severity: 'warning' as const, code, message })),
  ];
  return notes.slice(0, MAX_NOTES).map((note) => ({ ...note, message: onOneLine(note.message) }));
}

function withoutGripper({ lastAction }: DataSetFacts): Note[] {
  const pose = lastAction?.poseWidth ?? poseWidth({});
  if (lastAction?.column !== pose - 1) return [];
  const message = `Actions have ${pose} values, a pose without a gripper. Convert the recorded episodes again to get the gripper command behind them`;
  return [{ severity: 'info', code: 'no-gripper', message }];
}

/** Training on such values makes all weights NaN. */
function notFinite(facts: DataSetFacts): Note[] {
  return notFiniteArrays(facts).map(({ text }) => ({
    severity: 'warning',
    code: 'not-finite',
    message: text,
  }));
}
