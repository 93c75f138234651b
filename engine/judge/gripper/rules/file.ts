/** The file itself: it has no steps, is truncated or damaged, or has records that are not steps. */
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
            'the log has no usable steps: the server returned no actions or failed. Check the server’s output',
        },
      ];

export const broken: Rule = ({ log, facts }) => {
  const { broken: found, bytes } = log.summary;
  if (found === undefined) return [];
  const last = facts.steps === 0 ? null : log.trace.step[facts.steps - 1]!;
  const counted = `the ${facts.steps} complete steps before it were checked`;
  const place = `at byte ${found.offset} of ${bytes}: ${found.reason}`;
  return found.kind === 'truncated'
    ? [
        {
          code: 'truncated',
          severity: 'warning',
          step: last,
          message: `the log is truncated ${place}; ${counted}. The server was stopped while saving, or the copy is incomplete. Copy it again`,
        },
      ]
    : [
        {
          code: 'damaged',
          severity: 'error',
          step: last,
          message: `the log is damaged ${place}; ${counted}, the rest was not. Copy it again`,
        },
      ];
};

export const malformed: Rule = ({ log }) => {
  const { malformed: records, malformedCount } = log.summary;
  if (records.length === 0) return [];
  const first = `at byte ${records[0]!.offset} ${records[0]!.reason}`;
  const message = `${malformedCount} of the records are not steps and were skipped: ${first}. Check whether the log was edited by hand`;
  return [{ code: 'malformed', severity: 'error', step: null, message }];
};
