/** Opens a checkpoint, of a training or another layout of weights: its index from the archive's directory and data.pkl alone, tensors one at a time. */
import type { Plain, PlainMap } from '../../base/plain.js';
import { shownName } from '../../base/shown.js';
import { openPolicyFolder } from '../lerobot/openPolicy.js';
import { findPolicyFolder, policyFiles } from '../lerobot/policyFolder.js';
import { GlobalNames } from '../pickle/globals.js';
import { describe, type PickleValue, type PyEntry, PyObject, type PyPersistent } from '../pickle/model.js';
import { PickleError } from '../pickle/pickleError.js';
import { bytesOf, entriesOf, entry, plainOf } from '../pickle/plain.js';
import { readPickle } from '../pickle/read.js';
import { gather, littleEndian } from '../pickle/strided.js';
import { CHOOSE, CheckpointError, SAVE_AGAIN } from './checkpointError.js';
import { dtypeFacts, elementCount } from './dtypes.js';
import { foundForm, isWholeModule } from './forms.js';
import { configOf } from './omegaconf.js';
import { isOptimizer, readOptimizer } from './optimizer.js';
import { isSafetensors, openSafetensors } from './safetensors.js';
import { requireStorages, type StorageSizes } from './storages.js';
import { extent, requireReadable, tensorCall, tensorInfo, withAliases } from './tensors.js';
import { requireTorchRecords } from './torchRecords.js';
import type { CheckpointFile, CheckpointIndex, OptimizerInfo, TensorBlocks, TensorInfo } from './types.js';
import { isContiguous, type View, viewsWithin } from './views.js';
import { ZipArchive, type ZipEntry } from './zip/read.js';

/** The index of a policy is about 200 kB; it is held in memory as a whole. */
const MAX_INDEX_BYTES = 2 ** 26;
/** A view that repeats elements (stride 0) may be this much larger than what it views; stops crafted shapes. */
const MAX_EXPANDED_BYTES = 2 ** 26;
/** What `blocks` reads at a time. */
const MAX_BLOCK_BYTES = 4 * 2 ** 20;
/** A checkpoint has model, EMA and optimizer; bounds what entries that share one dict can cost. */
const MAX_STATE_DICTS = 64;
/** Keys of all state dicts together; policies have about 400. */
const MAX_KEYS = 50_000;
/** Characters of one key; a policy's longest has about ninety, and each is shown and compared often. */
const MAX_KEY = 1000;
/** Counters and records of a training, each a pickle of its own. */
const MAX_PICKLES = 64;
const INDEX_NAME = /^([^/]+)\/data\.pkl$/;

/** Of a file, or of the folder of a LeRobot policy. Throws a tagged error that says what is wrong and what to do. Close it after use. */
export async function openCheckpoint(path: string): Promise<CheckpointFile & TensorBlocks> {
  const folder = await findPolicyFolder(path);
  if (folder !== undefined) return openPolicyFolder(folder);
  if (await isSafetensors(path)) return openSafetensors(path);
  const archive = await ZipArchive.open(path);
  try {
    const reader = await TorchArchive.of(path, archive);
    const index = await readIndex(path, reader);
    return {
      index,
      read: (tensor) => reader.read(tensor),
      blocks: (tensor) => reader.blocks(tensor),
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw inFile(path, error);
  }
}

/** What changes with a checkpoint: `path` itself first, and the files of a folder; also those that are not there. */
export async function checkpointFiles(path: string): Promise<readonly string[]> {
  return [path, ...(await policyFiles(path))];
}

function inFile(path: string, error: unknown): unknown {
  if (!(error instanceof PickleError)) return error;
  return new CheckpointError('checkpoint-pickle', path, `data.pkl: ${error.message}`, error.hint, error);
}

/** The records of a torch archive, regardless of the name of its root folder. */
class TorchArchive {
  readonly sizes: StorageSizes;

  private constructor(
    private readonly path: string,
    private readonly archive: ZipArchive,
    private readonly root: string,
    private readonly bigEndian: boolean,
  ) {
    this.sizes = { path, bytesOf: (storage) => this.record(storage)?.size };
  }

  static async of(path: string, archive: ZipArchive): Promise<TorchArchive> {
    const roots = [...archive.entries.keys()].flatMap((name) => INDEX_NAME.exec(name)?.[1] ?? []);
    if (roots.length !== 1) throw noCheckpoint(path, archive, roots);
    await requireTorchRecords(path, archive, roots[0]!);
    const order = archive.entries.get(`${roots[0]}/byteorder`);
    const text = order === undefined ? 'little' : await readShort(path, archive, order);
    if (text !== 'little' && text !== 'big') {
      throw new CheckpointError('checkpoint-zip', path, `byteorder is ${JSON.stringify(text)}`, SAVE_AGAIN);
    }
    return new TorchArchive(path, archive, roots[0]!, text === 'big');
  }

  async index(globals: GlobalNames): Promise<PickleValue> {
    const record = this.archive.entries.get(`${this.root}/data.pkl`)!;
    if (record.size > MAX_INDEX_BYTES) {
      const found = `${shownName(record.name)} has ${record.size} bytes, more than the limit of ${MAX_INDEX_BYTES}`;
      throw new CheckpointError('checkpoint-pickle', this.path, found);
    }
    const persistent: PyPersistent[] = [];
    const value = readPickle(await this.archive.readWhole(record), { globals, persistent });
    requireStorages(persistent, this.sizes);
    return value;
  }

  /** See `CheckpointFile.read`. */
  async read(tensor: TensorInfo): Promise<Uint8Array> {
    this.requireBearable(tensor);
    return this.part(tensor, tensor);
  }

  /** See `TensorBlocks`. */
  async *blocks(tensor: TensorInfo): AsyncGenerator<Uint8Array> {
    this.requireBearable(tensor);
    const most = Math.floor(MAX_BLOCK_BYTES / dtypeFacts(tensor.dtype)!.bytes);
    for (const view of viewsWithin(tensor, most)) yield await this.part(tensor, view);
  }

  private requireBearable(tensor: TensorInfo): void {
    const { bytes } = dtypeFacts(tensor.dtype)!;
    const span = extent(tensor.shape, tensor.stride) * bytes;
    const size = elementCount(tensor.shape) * bytes;
    if (size <= span || size <= MAX_EXPANDED_BYTES) return;
    const found = `${tensor.key} repeats ${span} bytes to ${size}, more than the limit of ${MAX_EXPANDED_BYTES}`;
    throw new CheckpointError('checkpoint-tensor', this.path, found);
  }

  /** The elements of a view into the tensor's storage: the tensor itself, or a part of it. */
  private async part({ storage, dtype }: TensorInfo, view: View): Promise<Uint8Array> {
    const facts = dtypeFacts(dtype)!;
    const span = extent(view.shape, view.stride) * facts.bytes;
    const from = view.storageOffset * facts.bytes;
    const bytes = await this.archive.readRange(this.record(storage)!, from, span);
    const ordered = isContiguous(view) ? bytes : gather(bytes, view.shape, view.stride, facts.bytes);
    return this.bigEndian ? littleEndian(ordered, facts.unit ?? facts.bytes) : ordered;
  }

  private record(storage: string): ZipEntry | undefined {
    return this.archive.entries.get(`${this.root}/data/${storage}`);
  }
}

async function readShort(path: string, archive: ZipArchive, record: ZipEntry): Promise<string> {
  if (record.size > 64)
    throw new CheckpointError('checkpoint-zip', path, `${shownName(record.name)} is too long`, SAVE_AGAIN);
  return Buffer.from(await archive.readWhole(record)).toString('latin1');
}

function noCheckpoint(path: string, archive: ZipArchive, roots: readonly string[]): CheckpointError {
  const names = [...archive.entries.keys()];
  const script = names.some((name) => name.endsWith('/constants.pkl'));
  const found =
    roots.length > 1
      ? `the archive has ${roots.length} indices (${roots.map(shownName).join(', ')})`
      : `the archive has no data.pkl; it holds ${names.slice(0, 3).map(shownName).join(', ') || 'nothing'}`;
  const hint = script ? 'This looks like TorchScript: choose the checkpoint it was made from.' : CHOOSE;
  return new CheckpointError('checkpoint-not-torch', path, found, hint);
}

const SAVE_WEIGHTS =
  'This is a complete module, which only its own Python code can load. Save its weights: torch.save(model.state_dict(), FILE).';

async function readIndex(path: string, reader: TorchArchive): Promise<CheckpointIndex> {
  const globals = new GlobalNames();
  const payload = await reader.index(globals);
  const stateDicts = entriesOf(entry(payload, 'state_dicts'));
  if (stateDicts === undefined) return foreignIndex(path, payload, reader, globals);
  requireBearable(path, stateDicts);
  const tensors: [string, readonly TensorInfo[]][] = [];
  let optimizer: OptimizerInfo | undefined;
  for (const [name, value] of stateDicts) {
    if (isOptimizer(value))
      optimizer = await readOptimizer(value, reader.sizes, (tensor) => reader.read(tensor));
    else tensors.push([name as string, readStateDict(name as string, value, reader.sizes)]);
  }
  return {
    path,
    stateDicts: Object.fromEntries(tensors),
    optimizer,
    pickles: readPickles(path, entry(payload, 'pickles'), globals),
    config: configOf(entry(payload, 'cfg')),
    unexpectedGlobals: globals.unexpected,
    unexpectedCounts: globals.counts,
  };
}

/** Weights that were not saved by an upstream training; the order of any optimizer state beside them is unknown. */
function foreignIndex(
  path: string,
  payload: PickleValue,
  { sizes }: TorchArchive,
  globals: GlobalNames,
): CheckpointIndex {
  const found = foundForm(payload);
  if (found === undefined) throw noTraining(path, payload);
  const { form, stateDicts, pickles } = found;
  requireBearable(path, stateDicts);
  return {
    path,
    form,
    stateDicts: Object.fromEntries(
      stateDicts.map(([name, value]) => [name, readStateDict(name, value, sizes)]),
    ),
    optimizer: undefined,
    pickles,
    config: configOf(entry(payload, 'cfg')),
    unexpectedGlobals: globals.unexpected,
    unexpectedCounts: globals.counts,
  };
}

/** Entries may share one large dict, which would be visited for each of them. */
function requireBearable(
  path: string,
  stateDicts: readonly (PyEntry | readonly [string, PickleValue])[],
): void {
  const tooMany = (found: string) =>
    new CheckpointError('checkpoint-layout', path, `${found}, more than any policy has`, CHOOSE);
  if (stateDicts.length > MAX_STATE_DICTS) throw tooMany(`state_dicts has ${stateDicts.length} entries`);
  let keys = 0;
  for (const [name, value] of stateDicts) {
    if (typeof name !== 'string')
      throw new CheckpointError(
        'checkpoint-layout',
        path,
        `a key of state_dicts is ${describe(name)}`,
        CHOOSE,
      );
    keys += entriesOf(value)?.length ?? 0;
    if (keys > MAX_KEYS) throw tooMany(`state_dicts has more than ${MAX_KEYS} keys up to ${shownName(name)}`);
  }
}

function noTraining(path: string, payload: PickleValue): CheckpointError {
  const keys = entriesOf(payload)
    ?.slice(0, 4)
    .map(([key]) => (typeof key === 'string' ? shownName(key) : describe(key)));
  const found =
    keys === undefined ? describe(payload) : `a dict of ${keys.join(', ')}${keys.length > 3 ? ' …' : ''}`;
  const message = `it does not contain a state dict: it holds ${found}, expected a training checkpoint (cfg, state_dicts and pickles), or weights by name`;
  return new CheckpointError(
    'checkpoint-layout',
    path,
    message,
    isWholeModule(payload) ? SAVE_WEIGHTS : CHOOSE,
  );
}

/** Entries that are not tensors (a module's extra state) are not listed. */
function readStateDict(name: string, value: PickleValue, sizes: StorageSizes): TensorInfo[] {
  const entries = entriesOf(value);
  if (entries === undefined && value instanceof PyObject) throw unknownEntries(name, value, sizes);
  const tensors = (entries ?? []).flatMap(([key, item]) => {
    if (typeof key === 'string' && key.length > MAX_KEY) throw longKey(name, key, sizes);
    requireReadable(`state_dicts.${name}.${typeof key === 'string' ? key : describe(key)}`, item, sizes.path);
    const call = tensorCall(item);
    if (call === undefined) return [];
    return typeof key === 'string' ? [tensorInfo(key, call, sizes)] : badKey(name, key, sizes);
  });
  return withAliases(tensors);
}

function longKey(name: string, key: string, { path }: StorageSizes): CheckpointError {
  const found = `state_dicts.${shownName(name)} has a key of ${key.length} characters, more than the limit of ${MAX_KEY}`;
  return new CheckpointError('checkpoint-layout', path, found, CHOOSE);
}

/** A custom class may hold anything, or be a dict that is filled during construction. */
function unknownEntries(name: string, value: PyObject, { path }: StorageSizes): CheckpointError {
  const found = `state_dicts.${shownName(name)} is ${describe(value)}: its keys are known only by running it`;
  return new CheckpointError('checkpoint-layout', path, found, 'Save it as a dict of tensors.');
}

function badKey(name: string, key: PickleValue, sizes: StorageSizes): never {
  const found = `state_dicts.${shownName(name)} has a key that is ${describe(key)}, expected text`;
  throw new CheckpointError('checkpoint-layout', sizes.path, found);
}

/** Each value is a separate pickle. Values without a plain form are described. */
function readPickles(path: string, value: PickleValue | undefined, globals: GlobalNames): PlainMap {
  const entries = entriesOf(value) ?? [];
  if (entries.length > MAX_PICKLES)
    throw new CheckpointError('checkpoint-layout', path, `pickles has ${entries.length} entries`, CHOOSE);
  const known = new Map<PickleValue, Plain>();
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (!known.has(item)) known.set(item, unpack(item, globals));
      return [String(name), known.get(item)!];
    }),
  );
}

function unpack(item: PickleValue, globals: GlobalNames): Plain {
  const bytes = bytesOf(item);
  const value = bytes === undefined ? item : readPickle(bytes, { globals });
  try {
    return plainOf(value);
  } catch (error) {
    if (error instanceof PickleError && error.code === 'pickle-value') return `<${describe(value)}>`;
    throw error;
  }
}
