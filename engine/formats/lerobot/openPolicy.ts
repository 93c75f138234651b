/** A LeRobot policy's folder as a checkpoint: its weights, the statistics of its processors as state dicts of their own, and its config. */
import { join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { openSafetensors } from '../checkpoint/safetensors.js';
import type { CheckpointFile, TensorBlocks, TensorInfo } from '../checkpoint/types.js';
import { readJsonMap } from './json.js';
import { LerobotError, SAVE_AGAIN } from './lerobotError.js';
import { lerobotTraining } from './policyConfig.js';
import { type PolicyFolder, RECORD, WEIGHTS } from './policyFolder.js';
import { processorStates, readProcessors } from './processors.js';

/** Throws `LerobotError` or `SafetensorsError` naming the file of the folder that is wrong. */
export async function openPolicyFolder({
  path,
  config,
}: PolicyFolder): Promise<CheckpointFile & TensorBlocks> {
  await requireWeights(path);
  const files = new OpenFiles(path);
  try {
    const model = await files.open(WEIGHTS);
    const stateDicts: [string, readonly TensorInfo[]][] = [['model', model]];
    for (const { dict, file } of processorStates(await readProcessors(path)))
      stateDicts.push([dict, await files.open(file)]);
    return {
      index: {
        path,
        form: { kind: 'lerobot', text: 'a policy of LeRobot', weights: join(path, WEIGHTS) },
        stateDicts: Object.fromEntries(stateDicts),
        optimizer: undefined,
        pickles: await counters(path),
        config: lerobotTraining(config, await rememberedNames(path)),
        unexpectedGlobals: [],
      },
      read: (tensor) => files.of(tensor).file.read(files.of(tensor).tensor),
      blocks: (tensor) => files.of(tensor).file.blocks(files.of(tensor).tensor),
      close: () => files.close(),
    };
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** Tensors of several safetensors files; a storage is named by its file and its key there. */
class OpenFiles {
  private readonly files = new Map<string, CheckpointFile & TensorBlocks>();

  constructor(private readonly folder: string) {}

  /** The tensors of one of the folder's files. Two steps may share one. */
  async open(name: string): Promise<readonly TensorInfo[]> {
    const file = this.files.get(name) ?? (await openSafetensors(join(this.folder, name)));
    this.files.set(name, file);
    return file.index.stateDicts['model']!.map((tensor) => ({
      ...tensor,
      storage: `${name}/${tensor.storage}`,
    }));
  }

  of(tensor: TensorInfo) {
    const end = tensor.storage.indexOf('/'); // a file's name has none, a key may
    const file = this.files.get(tensor.storage.slice(0, end))!;
    return { file, tensor: { ...tensor, storage: tensor.storage.slice(end + 1) } };
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) await file.close();
  }
}

async function requireWeights(folder: string): Promise<void> {
  if (await isThere(join(folder, WEIGHTS))) return;
  const isAdapter = await isThere(join(folder, 'adapter_model.safetensors'));
  throw new LerobotError(
    'lerobot-policy',
    folder,
    isAdapter
      ? `is a PEFT adapter of a LeRobot policy, without the policy's own weights (${WEIGHTS})`
      : `is a LeRobot policy without its weights (${WEIGHTS})`,
    isAdapter
      ? 'Merge it first (merge_and_unload) and save the policy (policy.save_pretrained).'
      : SAVE_AGAIN,
  );
}

/** How far the training was, where the folder lies in one of its checkpoints. */
async function counters(folder: string): Promise<Readonly<Record<string, Plain>>> {
  const file = join(folder, '..', 'training_state', 'training_step.json');
  const step = (await isThere(file)) ? asNumber((await readJsonMap(file))['step']) : undefined;
  return step === undefined ? {} : { global_step: step };
}

/** The names of dimensions that an adaptation was told. */
async function rememberedNames(folder: string): Promise<PlainMap | undefined> {
  const file = join(folder, RECORD);
  const regrip = (await isThere(file)) ? (await readJsonMap(file))['regrip'] : undefined;
  return isPlainMap(regrip) ? regrip : undefined;
}
