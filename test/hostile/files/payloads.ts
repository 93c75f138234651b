/** Checkpoint payloads for the shapes: a sound one, and tensors whose view is given in full. */
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { type End, type Entry, zip } from './zip.js';

export const call = (module: string, name: string, ...args: PickleValue[]) =>
  new PyObject('call', new PyGlobal(module, name), new PyTuple(args));

/** The storage `data/<key>`, as torch names it. */
export const stored = (type: PickleValue, key: PickleValue, device: PickleValue, elements: PickleValue) =>
  new PyPersistent(new PyTuple(['storage', type, key, device, elements]));

export const FLOATS = new PyGlobal('torch', 'FloatStorage');

/** A float32 tensor in the storage `data/<key>`. */
export function tensor(
  shape: readonly PickleValue[],
  stride: readonly PickleValue[],
  offset: PickleValue = 0,
  key = '0',
) {
  return call(
    'torch._utils',
    '_rebuild_tensor_v2',
    stored(FLOATS, key, 'cpu', 4),
    offset,
    new PyTuple(shape),
    new PyTuple(stride),
    false,
    null,
  );
}

export const training = (model: Record<string, PickleValue>, rest: Record<string, PickleValue> = {}) =>
  PyDict.of({ state_dicts: PyDict.of({ model: PyDict.of(model) }), ...rest });

export const SOUND = training({ weight: tensor([4], [1]) }, { cfg: PyDict.of({ horizon: 16 }) });

/** Dill bytes among the counters. */
export const counters = (pickles: Record<string, Uint8Array>) =>
  PyDict.of(Object.fromEntries(Object.entries(pickles).map(([name, data]) => [name, new PyBytes(data)])));

export const index = (payload: PickleValue | Uint8Array): Entry => ({
  name: 'run/data.pkl',
  data: payload instanceof Uint8Array ? payload : writePickle(payload, { protocol: 2 }),
});

export const storage = (bytes: number, key = '0'): Entry => ({
  name: `run/data/${key}`,
  data: new Uint8Array(bytes),
});

/** A torch archive of one index and one storage of 16 bytes. */
export function checkpoint(
  payload: PickleValue | Uint8Array,
  more: readonly Entry[] = [storage(16)],
  end?: End,
): Uint8Array {
  return archive([index(payload), ...more], end);
}

/** What PyTorch asks of an archive beside its index. */
export const VERSION: Entry = { name: 'run/version', data: Buffer.from('3\n') };

export const archive = (entries: readonly Entry[], end?: End): Uint8Array => zip([...entries, VERSION], end);
