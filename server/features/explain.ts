/** `regrip/explainKey`: one answer for the tree editor, hovers and links in terminals. */
import type { KeyExplainer } from '../../engine/judge/explain/key.js';
import { explanationMarkdown } from '../../engine/judge/explain/markdown.js';
import { askedBy, parseSizeMismatch } from '../../engine/judge/explain/mismatch.js';
import { placeLink } from '../documents/shown.js';
import type { Explained, ExplainParams } from '../editorRequests.js';
import { keyAnswer } from './keyAnswer.js';

/** Complaints of one text: PyTorch lists every key of a state dict. */
const MAX_EXPLAINED = 1000;

export function explained(
  { key, stateDict, text }: Pick<ExplainParams, 'key' | 'stateDict' | 'text'>,
  explainer: KeyExplainer,
): readonly Explained[] {
  const answer = (asked: Parameters<KeyExplainer['explain']>[0]): Explained => {
    const explanation = explainer.explain(asked);
    const markdown = explanationMarkdown(explanation, placeLink);
    return { key: explanation.key, answer: keyAnswer(explanation), markdown };
  };
  if (key !== undefined) return [answer({ key, ...(stateDict !== undefined && { stateDict }) })];
  const complaints = parseSizeMismatch(text ?? '').slice(0, MAX_EXPLAINED);
  return complaints.map((complaint) => ({
    ...answer(askedBy(complaint)),
    start: complaint.start,
    end: complaint.end,
  }));
}
