/** Layouts other than upstream's training checkpoint in which people keep a policy's weights, recognised in the pickle's values. */
import { type Plain, type PlainMap, PyFloat } from '../../base/plain.js';
import { type PickleValue, PyObject } from '../pickle/model.js';
import { entriesOf, entry } from '../pickle/plain.js';
import { tensorCall } from './tensors.js';
import type { CheckpointForm } from './types.js';

/** The weights of a file under upstream's names, and its other content as plain values. */
interface FoundForm {
  readonly form: CheckpointForm;
  readonly stateDicts: readonly (readonly ['model' | 'ema_model', PickleValue])[];
  readonly pickles: PlainMap;
}

/** Undefined where no state dict is found. */
export function foundForm(payload: PickleValue): FoundForm | undefined {
  const found = robomimic(payload) ?? wrapped(payload) ?? bare(payload);
  return found && { ...found, pickles: counters(payload) };
}

type Found = Omit<FoundForm, 'pickles'>;

/** `{"model": nets, "config": "<json>", "algo_name": …}`; newer ones keep `{"nets": …, "ema": …}` as the model. */
function robomimic(payload: PickleValue): Found | undefined {
  const model = entry(payload, 'model');
  if (typeof entry(payload, 'algo_name') !== 'string') return undefined;
  const nets = isStateDict(model) ? model : entry(model, 'nets');
  if (nets === undefined || !isStateDict(nets)) return undefined;
  const average = entry(model, 'ema');
  const form = { kind: 'robomimic', text: 'a checkpoint of robomimic' } as const;
  return average !== undefined && isStateDict(average)
    ? {
        form,
        stateDicts: [
          ['model', nets],
          ['ema_model', average],
        ],
      }
    : { form, stateDicts: [['model', nets]] };
}

/** Where a dict of a file keeps the weights; the first existing one of each kind is used. */
const PLACES: readonly (readonly [name: string, dict: 'model' | 'ema_model'])[] = [
  ['state_dict', 'model'],
  ['model_state_dict', 'model'],
  ['model', 'model'],
  ['module', 'model'],
  ['policy', 'model'],
  ['net', 'model'],
  ['weights', 'model'],
  ['ema_model', 'ema_model'],
  ['model_ema', 'ema_model'],
  ['ema_state_dict', 'ema_model'],
  ['ema', 'ema_model'],
];

function wrapped(payload: PickleValue): Found | undefined {
  const there = PLACES.flatMap(([name, dict]) => {
    const value = entry(payload, name);
    return value !== undefined && isStateDict(value) ? [{ name, dict, value }] : [];
  });
  const first = (dict: string) => there.find((each) => each.dict === dict);
  const taken = [first('model'), first('ema_model')].filter((each) => each !== undefined);
  if (taken.length === 0) return undefined;
  const isLightning = entry(payload, 'pytorch-lightning_version') !== undefined;
  const names = taken.map(({ name }) => name).join(' and ');
  const form = isLightning
    ? ({ kind: 'lightning', text: `a checkpoint of PyTorch Lightning (weights in ${names})` } as const)
    : ({ kind: 'wrapped', text: `a dict with a state dict in ${names}` } as const);
  return { form, stateDicts: taken.map(({ dict, value }) => [dict, value] as const) };
}

function bare(payload: PickleValue): Found | undefined {
  if (!isStateDict(payload)) return undefined;
  const form = { kind: 'state-dict', text: 'a bare state dict (torch.save(model.state_dict()))' } as const;
  return { form, stateDicts: [['model', payload]] };
}

/** A flat dict with tensors in it; a module's extra state may stand between them. */
function isStateDict(value: PickleValue | undefined): boolean {
  if (value === undefined) return false;
  return (
    entriesOf(value)?.some(([key, item]) => typeof key === 'string' && tensorCall(item) !== undefined) ??
    false
  );
}

/** Whether a complete module was pickled, whose weights only Python could read. */
export function isWholeModule(payload: PickleValue): boolean {
  const isObject = (value: PickleValue | undefined) =>
    value instanceof PyObject && entriesOf(entry(value.state, '_parameters')) !== undefined;
  return isObject(payload) || PLACES.some(([name]) => isObject(entry(payload, name)));
}

/** What a reader wants to know besides the weights. */
const MAX_COUNTERS = 64;
const MAX_TEXT = 200;

function counters(payload: PickleValue): PlainMap {
  const entries = (entriesOf(payload) ?? []).flatMap(([name, item]) => {
    const value = typeof name === 'string' ? scalar(item) : undefined;
    return value === undefined ? [] : [[name as string, value] as const];
  });
  return Object.fromEntries(entries.slice(0, MAX_COUNTERS));
}

function scalar(item: PickleValue): Plain | undefined {
  if (typeof item === 'string') return item.length <= MAX_TEXT ? item : undefined;
  if (typeof item === 'number' || typeof item === 'boolean' || item instanceof PyFloat) return item;
  return undefined;
}
