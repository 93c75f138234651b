/** The explanation of a key in words for a viewer: one line each, with the places of the config values that it depends on. */

import { onOneLine, shownName } from '../../engine/base/shown.js';
import type { ConfigSource, DimensionExplanation, KeyExplanation } from '../../engine/judge/explain/types.js';
import { fateText, pathText } from '../../engine/judge/explain/words.js';
import type { DimensionAnswer, KeyAnswer } from '../viewerProtocol.js';

export function keyAnswer(explanation: KeyExplanation): KeyAnswer {
  const { meaning, file, expected, verdict, why, adaptFate, fix } = explanation;
  return {
    meaning: onOneLine(meaning),
    aliases: typeof file === 'string' ? [] : file.aliases.map(shownName),
    dimensions: typeof expected === 'string' ? [] : expected.dimensions.map(dimension),
    verdict,
    why: onOneLine(why),
    fate: adaptFate === undefined ? null : onOneLine(fateText(adaptFate)),
    fix: fix === undefined ? null : onOneLine(fix),
  };
}

function dimension({ size, meaning, parts, setBy }: DimensionExplanation): DimensionAnswer {
  const words = parts === undefined ? meaning : `${meaning} (${parts})`;
  return { size, meaning: onOneLine(words), setBy: setBy.map(source) };
}

/** An override has no file that could be opened: its text is given with the path. */
function source({ path, writtenAs, place }: ConfigSource): DimensionAnswer['setBy'][number] {
  const shown = onOneLine(pathText(writtenAs ?? path));
  if (place?.kind !== 'file') return { path: shown, place: null };
  const { file, line, column } = place;
  return { path: shown, place: { file, line, column } };
}
