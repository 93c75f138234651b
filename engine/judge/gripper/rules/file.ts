/** The file itself: it holds no step, breaks off, is damaged, or has records that are no steps. */
import type { Rule } from '../finding.js';

export const empty: Rule = ({ facts }) =>
  facts.steps > 0
    ? []
    : [
        {
          code: 'empty',
          severity: 'error',
          step: null,
          message:
            'the log holds no step that can be judged: look at the server’s output, it answers nothing or fails',
        },
      ];

export const broken: Rule = ({ log, facts }) => {
  const { broken: found, bytes } = log.summary;
  if (found === undefined) return [];
  const last = facts.steps === 0 ? null : log.trace.step[facts.steps - 1]!;
  const counted = `the ${facts.steps} whole steps before it count`;
  const place = `at byte ${found.offset} of ${bytes}: ${found.reason}`;
  return found.kind === 'truncated'
    ? [
        {
          code: 'truncated',
          severity: 'warning',
          step: last,
          message: `the log breaks off ${place}; ${counted}. The server was stopped while it saved, or the copy is not whole`,
        },
      ]
    : [
        {
          code: 'damaged',
          severity: 'error',
          step: last,
          message: `the log is damaged ${place}; ${counted}, what follows is not judged. Copy it again`,
        },
      ];
};

export const malformed: Rule = ({ log }) => {
  const { malformed: records, malformedCount } = log.summary;
  if (records.length === 0) return [];
  const first = `at byte ${records[0]!.offset} ${records[0]!.reason}`;
  const message = `${malformedCount} of the records are no steps and are left out: ${first}. Was the log changed by hand?`;
  return [{ code: 'malformed', severity: 'error', step: null, message }];
};
