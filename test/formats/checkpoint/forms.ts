/** Files that hold weights in other layouts than a training's checkpoint, as torch.save would write them. */
import { writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../../engine/base/atomic.js';
import { contiguousStride, dtypeFacts, elementCount } from '../../../engine/formats/checkpoint/dtypes.js';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { ZipWriter } from '../../../engine/formats/checkpoint/zip/write.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';

/** Collects the tensors of a payload: `save` writes what `payload` made of them. */
export class TorchFile {
  private readonly storages: TensorSource[] = [];

  /** An OrderedDict, aliases sharing their storage. */
  stateDict(tensors: readonly TensorSource[]): PyObject {
    const node = new PyObject('call', ORDERED_DICT, new PyTuple([]));
    const places = new Map<string, number>();
    for (const source of tensors) {
      const place = places.get(source.alias ?? '') ?? this.storages.push(source) - 1;
      places.set(source.key, place);
      node.dictItems.push([source.key, rebuild(source, place)]);
    }
    return node;
  }

  async save(path: string, payload: PickleValue): Promise<string> {
    await writeFileAtomic(path, async (file) => {
      const zip = new ZipWriter(file);
      await zip.add('archive/data.pkl', writePickle(payload, { protocol: 2 }));
      await zip.add('archive/byteorder', Buffer.from('little'));
      for (const [place, source] of this.storages.entries())
        await zip.add(`archive/data/${place}`, await source.read());
      await zip.add('archive/version', Buffer.from('3\n'));
      await zip.finish();
    });
    return path;
  }
}

const ORDERED_DICT = new PyGlobal('collections', 'OrderedDict');

function rebuild({ shape, dtype }: TensorSource, place: number): PyObject {
  const type = new PyGlobal('torch', dtypeFacts(dtype)!.storage!);
  const storage = new PyPersistent(new PyTuple(['storage', type, String(place), 'cpu', elementCount(shape)]));
  const hooks = new PyObject('call', ORDERED_DICT, new PyTuple([]));
  const view = [storage, 0, new PyTuple(shape), new PyTuple(contiguousStride(shape)), false, hooks];
  return new PyObject('call', new PyGlobal('torch._utils', '_rebuild_tensor_v2'), new PyTuple(view));
}

/** One state dict as `torch.save(model.state_dict())` writes it. */
export function saveBare(path: string, tensors: readonly TensorSource[]): Promise<string> {
  const file = new TorchFile();
  return file.save(path, file.stateDict(tensors));
}

/** As `{"state_dict": …}` and its like, with what stands beside. */
export function saveWrapped(
  path: string,
  dicts: Readonly<Record<string, readonly TensorSource[]>>,
  beside: Readonly<Record<string, PickleValue>> = {},
): Promise<string> {
  const file = new TorchFile();
  const entries = Object.entries(dicts).map(([name, tensors]) => [name, file.stateDict(tensors)] as const);
  return file.save(path, PyDict.of({ ...beside, ...Object.fromEntries(entries) }));
}

/** As robomimic: `{"model": {"nets": …}, "config": "<json>", "algo_name": …}`. */
export function saveRobomimic(path: string, tensors: readonly TensorSource[]): Promise<string> {
  const file = new TorchFile();
  const model = PyDict.of({ nets: file.stateDict(tensors) });
  return file.save(path, PyDict.of({ model, config: '{"algo": {}}', algo_name: 'diffusion_policy' }));
}

const SAFE_NAMES: Readonly<Record<string, string>> = {
  float32: 'F32',
  bfloat16: 'BF16',
  int64: 'I64',
  bool: 'BOOL',
};

/** As `safetensors.torch.save_file`: of tensors that are one, the first alone. */
export async function saveSafetensors(path: string, tensors: readonly TensorSource[]): Promise<string> {
  const own = tensors.filter(({ alias }) => alias === undefined);
  const parts: Uint8Array[] = [];
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const { key, shape, dtype, read } of own) {
    const data = await read();
    parts.push(data);
    header[key] = { dtype: SAFE_NAMES[dtype], shape, data_offsets: [at, at + data.length] };
    at += data.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([length, text, ...parts]));
  return path;
}
