/** Checkpoints as documents: `regrip-checkpoint:/path/x.ckpt.keys`, each with explanations of its keys relative to a target. */

import { stat } from 'node:fs/promises';
import {
  type CheckpointListing,
  checkpointListing,
} from '../../engine/formats/checkpoint/listing/listing.js';
import type { CheckpointIndex } from '../../engine/formats/checkpoint/types.js';
import { KeyExplainer } from '../../engine/judge/explain/key.js';
import { networkSize } from '../../engine/judge/policy/networkSize.js';
import { CHECKPOINT, LISTING_SUFFIX } from '../schemes.js';
import type { Workbench } from '../workbench.js';
import { pathOf, uriOf } from './uris.js';

export interface Listing {
  readonly path: string;
  readonly index: CheckpointIndex;
  readonly listing: CheckpointListing;
  readonly explainer: KeyExplainer;
}

/** Undefined for any other document. */
export function checkpointOf(uri: string): string | undefined {
  if (!uri.startsWith(`${CHECKPOINT}:`) || !uri.endsWith(LISTING_SUFFIX)) return undefined;
  return pathOf(uri.replace(/^[\w-]+:(?:\/\/)?/, 'file://'))?.slice(0, -LISTING_SUFFIX.length);
}

export function listingUri(path: string): string {
  return `${uriOf(path).replace(/^file:(?:\/\/)?/, `${CHECKPOINT}:`)}${LISTING_SUFFIX}`;
}

interface Listed {
  readonly index: CheckpointIndex;
  readonly listing: CheckpointListing;
}

export class Listings {
  /** By index, which is the same object as long as the file is unchanged. */
  private readonly listed = new WeakMap<CheckpointIndex, Listed>();

  constructor(private readonly workbench: Workbench) {}

  /** Throws the reader's error where the file is not a checkpoint. */
  async of(path: string): Promise<Listing | undefined> {
    const looked = await this.workbench.disk.checkpoint(path);
    if (looked.kind === 'unreadable') throw looked.error;
    if (looked.kind === 'missing') return undefined;
    const { index, listing } = await this.list(path, looked.value);
    const target = await this.workbench.currentTarget();
    const training = target && (await this.workbench.training(target));
    return {
      path,
      index,
      listing,
      explainer: new KeyExplainer({
        index,
        ...(training && { target: training.survey, columns: training.columns }),
      }),
    };
  }

  private async list(path: string, index: CheckpointIndex): Promise<Listed> {
    const before = this.listed.get(index);
    if (before !== undefined) return before;
    const bytes = (await stat(path).catch(() => undefined))?.size;
    const listed = {
      index,
      listing: checkpointListing(index, { bytes, network: networkSize(index.config) }),
    };
    this.listed.set(index, listed);
    return listed;
  }
}
