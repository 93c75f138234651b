/** What a plan was made from: every file that was read, and its state, so that a plan made from other inputs is never carried out. */
import { createHash } from 'node:crypto';
import { stampOf } from '../../base/fileStamp.js';
import { jsonText } from '../../base/jsonText.js';
import { type ConfigFiles, DISK } from '../../config/configFile.js';
import { checkpointFiles } from '../../formats/checkpoint/open.js';
import { dataSetFiles } from '../../formats/dataSets.js';
import { CommandError } from '../commandError.js';

interface PlanInput {
  /** Absolute. */
  readonly path: string;
  /** As `stampOf` gives it. */
  readonly stamp: string;
}

export class AdaptInputs {
  private readonly seen = new Map<string, string>();

  /** Configs as they are on disk, each stamped before it is read. */
  readonly files: ConfigFiles = {
    kindOf: async (path) => {
      await this.look(path);
      return DISK.kindOf(path);
    },
    read: async (path) => {
      await this.look(path);
      return DISK.read(path);
    },
  };

  /** The first stamp counts: the plan is made from what was read then. */
  async look(path: string): Promise<void> {
    const stamp = await stampOf(path);
    if (!this.seen.has(path)) this.seen.set(path, stamp);
  }

  async lookAtCheckpoint(path: string): Promise<void> {
    for (const file of await checkpointFiles(path)) await this.look(file);
  }

  async lookAtDataSet(path: string): Promise<void> {
    for (const file of await dataSetFiles(path)) await this.look(file);
  }

  get all(): readonly PlanInput[] {
    return [...this.seen].map(([path, stamp]) => ({ path, stamp }));
  }

  /** Differs whenever the inputs or their states differ. */
  get fingerprint(): string {
    const text = jsonText([...this.seen].sort(([a], [b]) => (a < b ? -1 : 1)));
    return createHash('sha256').update(text).digest('hex').slice(0, 32);
  }

  /** Throws where the plan with the fingerprint `expected` was made from other inputs. */
  refuseUnless(expected: string | undefined): void {
    if (expected === undefined || expected === this.fingerprint) return;
    throw new CommandError({
      code: 'plan-outdated',
      message:
        'the config, the old checkpoint or the data set has changed since the plan was made; nothing was written',
      hint: 'Plan again with --dry-run --json and give the new fingerprint, or omit --expect',
    });
  }
}
