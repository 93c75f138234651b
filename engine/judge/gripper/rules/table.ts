/** The table of rules, in the order in which their findings are reported. */
import type { Rule } from '../finding.js';
import { chatter, shortDwell } from './chatter.js';
import { broken, empty, malformed } from './file.js';
import { constant, insideChunk, neverMoves, noGripper } from './movement.js';
import { polarity } from './polarity.js';
import { echo, stepGaps, zeroRows } from './server.js';
import { metres, notFinite, quaternion, range } from './values.js';

export const RULES: readonly Rule[] = [
  empty,
  broken,
  malformed,
  noGripper,
  constant,
  neverMoves,
  insideChunk,
  chatter,
  shortDwell,
  echo,
  zeroRows,
  stepGaps,
  notFinite,
  range,
  metres,
  quaternion,
  polarity,
];
