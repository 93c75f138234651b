/** The pickle of a checkpoint to write, and the list of its storages. */
import { type Plain, type PlainMap, PyFloat } from '../../base/plain.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../pickle/model.js';
import { nodeOf } from '../pickle/plain.js';
import { writePickle } from '../pickle/write.js';
import { CheckpointError } from './checkpointError.js';
import { contiguousStride, dtypeFacts, elementCount } from './dtypes.js';
import { configNode } from './omegaconf.js';
import type { CheckpointContent, OptimizerSource, TensorSource } from './types.js';

/** A storage in the order of its number, with what fills it. */
export interface PlannedStorage {
  readonly key: string;
  readonly bytes: number;
  readonly read: () => Promise<Uint8Array> | Uint8Array;
}

interface PlannedCheckpoint {
  readonly pickle: Uint8Array;
  /** `data/0`, `data/1` … */
  readonly storages: readonly PlannedStorage[];
}

/** Throws `CheckpointError` for a key that occurs twice, an alias without its tensor, or a dtype that torch lacks. */
export function planCheckpoint(path: string, content: CheckpointContent): PlannedCheckpoint {
  const storages = new StorageList(path);
  const stateDicts: [string, PickleValue][] = Object.entries(content.stateDicts).map(([name, tensors]) => [
    name,
    storages.stateDict(name, tensors),
  ]);
  if (content.optimizer !== undefined)
    stateDicts.push(['optimizer', optimizerNode(content.optimizer, storages)]);
  const pickles = Object.entries(content.pickles).map(([name, value]) => [name, dillBytes(value)] as const);
  const payload = PyDict.of({
    cfg: configNode(content.config),
    state_dicts: new PyDict(stateDicts),
    pickles: new PyDict(pickles),
  });
  return { pickle: writePickle(payload, { protocol: 2 }), storages: storages.planned };
}

/** What `dill.dumps` gives for plain values. */
function dillBytes(value: Plain): PyBytes {
  return new PyBytes(writePickle(nodeOf(value), { protocol: 4 }));
}

class StorageList {
  readonly planned: PlannedStorage[] = [];

  constructor(private readonly path: string) {}

  stateDict(name: string, tensors: readonly TensorSource[]): PyObject {
    const node = new PyObject('call', ORDERED_DICT, new PyTuple([]));
    const written = new Map<string, Placed>();
    for (const source of tensors) {
      const key = `state_dicts.${name}.${source.key}`;
      if (written.has(source.key)) this.fail(`${key} is given twice`);
      const placed = source.alias === undefined ? this.place(key, source) : this.shared(key, source, written);
      written.set(source.key, placed);
      node.dictItems.push([source.key, rebuild(placed.storage, source)]);
    }
    return node;
  }

  tensor(key: string, source: TensorSource): PyObject {
    return rebuild(this.place(key, source).storage, source);
  }

  private shared(key: string, source: TensorSource, written: ReadonlyMap<string, Placed>): Placed {
    const original =
      written.get(source.alias!) ?? this.fail(`${key} shares ${source.alias}, which was not given earlier`);
    const same = original.dtype === source.dtype && original.shape.join() === source.shape.join();
    return same ? original : this.fail(`${key} shares ${source.alias} but has another shape or dtype`);
  }

  private place(key: string, source: TensorSource): Placed {
    const facts =
      dtypeFacts(source.dtype) ?? this.fail(`${key} has the dtype ${source.dtype}, which torch lacks`);
    const elements = elementCount(source.shape);
    const number = String(this.planned.length);
    this.planned.push({ key, bytes: elements * facts.bytes, read: source.read });
    const type = facts.storage === undefined ? UNTYPED : new PyGlobal('torch', facts.storage);
    const length = facts.storage === undefined ? elements * facts.bytes : elements;
    const storage = new PyPersistent(new PyTuple(['storage', type, number, 'cpu', length]));
    return { storage, shape: source.shape, dtype: source.dtype };
  }

  private fail(found: string): never {
    throw new CheckpointError('checkpoint-content', this.path, found);
  }
}

interface Placed {
  readonly storage: PyPersistent;
  readonly shape: readonly number[];
  readonly dtype: string;
}

const ORDERED_DICT = new PyGlobal('collections', 'OrderedDict');
const UNTYPED = new PyGlobal('torch.storage', 'UntypedStorage');

/** A contiguous tensor at the start of its storage, without gradient and hooks. */
function rebuild(storage: PyPersistent, { shape, dtype }: TensorSource): PyObject {
  const hooks = new PyObject('call', ORDERED_DICT, new PyTuple([]));
  const view = [storage, 0, new PyTuple(shape), new PyTuple(contiguousStride(shape)), false, hooks];
  if (dtypeFacts(dtype)!.storage !== undefined) {
    return new PyObject('call', new PyGlobal('torch._utils', '_rebuild_tensor_v2'), new PyTuple(view));
  }
  const typed = [...view, new PyGlobal('torch', dtype)];
  return new PyObject('call', new PyGlobal('torch._utils', '_rebuild_tensor_v3'), new PyTuple(typed));
}

function optimizerNode({ paramGroups, state }: OptimizerSource, storages: StorageList): PyDict {
  const entries = [...state].map(([index, moments]) => {
    const key = `optimizer.state.${index}`;
    const node = PyDict.of({
      step: storages.tensor(`${key}.step`, stepSource(moments.step)),
      exp_avg: storages.tensor(`${key}.exp_avg`, moments.expAvg),
      exp_avg_sq: storages.tensor(`${key}.exp_avg_sq`, moments.expAvgSq),
    });
    return [index, node] as const;
  });
  return PyDict.of({ state: new PyDict(entries), param_groups: new PyList(paramGroups.map(groupNode)) });
}

function stepSource(step: number): TensorSource {
  const bytes = new Uint8Array(Float32Array.of(step).buffer);
  return { key: 'step', shape: [], dtype: 'float32', read: () => bytes };
}

const FLOATS = ['lr', 'initial_lr', 'eps', 'weight_decay'];

/** As in `AdamW.state_dict()`: the betas are a tuple, and rates are floats even where they are whole. */
function groupNode(group: PlainMap): PyDict {
  return new PyDict(
    Object.entries(group).map(([key, value]) => {
      if (key === 'betas' && Array.isArray(value)) return [key, new PyTuple(value.map(asFloat))];
      return [key, FLOATS.includes(key) ? asFloat(value) : nodeOf(value)];
    }),
  );
}

function asFloat(value: Plain): PickleValue {
  return typeof value === 'number' && Number.isInteger(value) ? new PyFloat(value) : nodeOf(value);
}
