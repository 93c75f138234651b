/** OmegaConf's containers in a checkpoint: the node graph of a DictConfig as plain values, and plain values as a DictConfig. */
import { isPlainMap, type PlainMap } from '../../base/plain.js';
import { type PickleValue, PyGlobal, PyObject, PyTuple } from '../pickle/model.js';
import { entry, nodeOf, plainOf } from '../pickle/plain.js';

const DICT_CONFIG = 'omegaconf.dictconfig.DictConfig';
const LIST_CONFIG = 'omegaconf.listconfig.ListConfig';
const LEAF = /^omegaconf\.nodes\.\w+Node$/;

/**
 * The values of a config: interpolations and the missing marker `???` stay text, enumerations become their value.
 * Undefined when `value` is not a mapping. Throws `PickleError` naming the path of an object that has no plain form.
 */
export function configOf(value: PickleValue | undefined): PlainMap | undefined {
  if (value === undefined || value === null) return undefined;
  const plain = plainOf(value, unwrap);
  return isPlainMap(plain) ? plain : undefined;
}

/** What an OmegaConf node holds: `_content` of a container, `_val` of a leaf, or the argument of a reduced one. */
function unwrap(node: PyObject): PickleValue | undefined {
  const name = node.className ?? '';
  if (name === DICT_CONFIG || name === LIST_CONFIG) {
    return node.construction === 'call' ? node.args.items[0] : entry(node.state, '_content');
  }
  if (!LEAF.test(name)) return undefined;
  const value = entry(node.state, '_val');
  return value instanceof PyObject ? enumValue(value) : value;
}

/** `Color(1)`: an enumeration is pickled as its class called with the value. Other objects stay as they are. */
function enumValue(member: PyObject): PickleValue {
  const [value] = member.args.items;
  const plain = typeof value === 'string' || typeof value === 'number';
  return member.construction === 'call' && member.args.items.length === 1 && plain ? value : member;
}

/** A DictConfig that OmegaConf builds from one plain dict when it is loaded; interpolations are parsed from their text. */
export function configNode(config: PlainMap): PyObject {
  return new PyObject(
    'call',
    new PyGlobal('omegaconf.dictconfig', 'DictConfig'),
    new PyTuple([nodeOf(config)]),
  );
}
