/** Writes the folder of the new policy as LeRobot's `from_pretrained` reads it: beside its name, flushed, then renamed. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolderAtomic } from '../../base/folderOutput.js';
import { jsonText } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import type { TensorSource } from '../../formats/checkpoint/types.js';
import { writeSafetensors } from '../../formats/checkpoint/writeSafetensors.js';
import { CONFIG, PROCESSORS, RECORD, TRAIN_CONFIG, WEIGHTS } from '../../formats/lerobot/policyFolder.js';

export interface PolicyContent {
  /** By the name of the file. */
  readonly documents: ReadonlyMap<string, PlainMap>;
  readonly tensors: ReadonlyMap<string, readonly TensorSource[]>;
}

export async function writePolicyFolder(
  path: string,
  content: PolicyContent,
  signal?: AbortSignal,
): Promise<void> {
  await writeFolderAtomic(path, async (folder) => {
    for (const [name, value] of content.documents)
      await writeFile(join(folder, name), pythonJson(value, indentOf(name)), { flag: 'wx' });
    for (const [name, tensors] of content.tensors) {
      const file = await open(join(folder, name), 'wx');
      // torch's own loaders want to know that the tensors are PyTorch's.
      const options = { metadata: { format: 'pt' }, ...(signal && { signal }) };
      await writeSafetensors(file, join(path, name), tensors, options).finally(() => file.close());
    }
  });
}

const NOT_FINITE = /\{"\$numberDouble":"(NaN|-?Infinity)"\}/g;

/** Python's `json` has words for what JSON cannot say. */
function pythonJson(value: PlainMap, indent: number): string {
  return jsonText(value, indent).replace(NOT_FINITE, '$1');
}

/** As LeRobot writes them. */
function indentOf(name: string): number {
  return PROCESSORS.some((processor) => processor === name) ? 2 : 4;
}

/** Whether a policy's folder has a file of this name, so that it may be replaced with the folder. */
export function isPolicyFile(name: string): boolean {
  const own: readonly string[] = [CONFIG, WEIGHTS, TRAIN_CONFIG, RECORD, ...PROCESSORS];
  return own.includes(name) || /^policy_(?:pre|post)processor_step_\d+(?:_\w+)?\.safetensors$/.test(name);
}
