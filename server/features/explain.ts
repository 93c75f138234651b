/** `regrip/explainKey`: one answer for the tree editor, hovers and links in terminals. */

import { KeyExplainer } from '../../engine/adapt/explainKey.js';
import { explanationMarkdown } from '../../engine/adapt/explainMarkdown.js';
import { askedBy, parseSizeMismatch } from '../../engine/adapt/explainMismatch.js';
import type { Listings } from '../documents/listings.js';
import { placeLink } from '../documents/shown.js';
import type { Explained, ExplainParams } from '../protocol.js';
import type { Workbench } from '../workbench.js';

/** Complaints of one text: PyTorch lists every key of a state dict. */
const MAX_EXPLAINED = 1000;

export async function explain(
  { checkpoint, key, stateDict, text }: ExplainParams,
  workbench: Workbench,
  listings: Listings,
): Promise<readonly Explained[]> {
  const explainer = await explainerOf(checkpoint, workbench, listings);
  const answer = (asked: Parameters<KeyExplainer['explain']>[0]) => {
    const explanation = explainer.explain(asked);
    return { explanation, markdown: explanationMarkdown(explanation, placeLink) };
  };
  if (key !== undefined) return [answer({ key, ...(stateDict !== undefined && { stateDict }) })];
  const complaints = parseSizeMismatch(text ?? '').slice(0, MAX_EXPLAINED);
  return complaints.map((complaint) => ({
    ...answer(askedBy(complaint)),
    start: complaint.start,
    end: complaint.end,
  }));
}

async function explainerOf(
  checkpoint: string | undefined,
  workbench: Workbench,
  listings: Listings,
): Promise<KeyExplainer> {
  const listing = checkpoint === undefined ? undefined : await listings.of(checkpoint);
  if (listing !== undefined) return listing.explainer;
  const target = await workbench.currentTarget();
  return new KeyExplainer(target === undefined ? {} : { target: (await workbench.judgement(target)).survey });
}
