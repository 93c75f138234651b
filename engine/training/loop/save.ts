/** Checkpoints of a run: what upstream's code loads, plus what an exact resume needs. */
import { constants, copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { besideName, makeSubfolder, syncFolder } from '../../base/atomic.js';
import { onDisk } from '../../base/diskErrors.js';
import type { PlainMap } from '../../base/plain.js';
import type { CheckpointContent } from '../../formats/checkpoint/types.js';
import { MAX_NAMED, NotFinite } from '../notFinite.js';
import { type Position, writePosition } from '../position.js';
import type { Learner } from './learner.js';
import { writeFinite } from './writeFinite.js';

export class Saver {
  constructor(
    /** The composed config, interpolations as text. */
    private readonly config: PlainMap,
    private readonly runDir: string,
    private readonly learner: Learner,
  ) {}

  /** Writes a whole checkpoint and returns its path. `next` is where training continues, `epoch` the one trained last. */
  async save(path: string, next: Position, epoch: number): Promise<string> {
    const { kept } = this.learner;
    await makeSubfolder(dirname(path));
    const content: CheckpointContent = {
      config: this.config,
      ...(await this.learner.content()),
      pickles: {
        // Upstream's counters give the last completed step and epoch.
        global_step: Math.max(next.globalStep - 1, 0),
        epoch,
        _output_dir: this.runDir,
        ...kept,
        regrip_train: writePosition(next),
      },
    };
    await writeFinite(path, content, (found) => this.notFinite(found, epoch));
    return path;
  }

  private notFinite(keys: readonly string[], epoch: number): NotFinite {
    const { globalStep, nextLearningRate } = this.learner;
    return new NotFinite({
      event: 'notFinite',
      what: 'weights',
      value: Number.NaN,
      ...{ epoch, globalStep: Math.max(globalStep - 1, 0), learningRate: nextLearningRate },
      parameters: keys.slice(0, MAX_NAMED),
      count: keys.length,
    });
  }

  /** Saves a copy under a second name, without assembling its tensors again. */
  async copy(from: string, to: string): Promise<string> {
    const temporary = besideName(to);
    try {
      await onDisk(to, async () => {
        await copyFile(from, temporary, constants.COPYFILE_FICLONE);
        await flush(temporary);
        await rename(temporary, to);
        await syncFolder(dirname(to));
      });
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    return to;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
