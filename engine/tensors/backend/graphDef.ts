/** Writes recorded operations as TensorFlow's graph file (`saved_model.pb`). */

import messages from '@tensorflow/tfjs-node/dist/proto/api_pb.js';
import { byteView } from '../../base/byteView.js';
import type { Attribute, HostValues, NodeBinding } from './nodeBackend.js';

/** `inputs` are names of other nodes' outputs, `node:index`. */
export type GraphNode =
  | {
      readonly kind: 'input';
      readonly name: string;
      readonly dtype: number;
      readonly shape: readonly number[];
    }
  | {
      readonly kind: 'constant';
      readonly name: string;
      readonly dtype: number;
      readonly shape: readonly number[];
      readonly values: HostValues;
    }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly operation: string;
      readonly inputs: readonly string[];
      readonly attributes: readonly Attribute[];
    };

/** Selects the graph when the model is loaded. */
export const GRAPH_TAG = 'regrip';

const SCHEMA_VERSION = 1;
/** TensorFlow 2.16's version; determines which deprecated operations are allowed. */
const PRODUCER = 1766;

export function savedModel(nodes: readonly GraphNode[], binding: NodeBinding): Uint8Array {
  const version = new messages.VersionDef();
  version.setProducer(PRODUCER);
  const graph = new messages.GraphDef();
  graph.setVersions(version);
  graph.setNodeList(nodes.map((node) => nodeDef(node, binding)));
  const info = new messages.MetaGraphDef.MetaInfoDef();
  info.addTags(GRAPH_TAG);
  const meta = new messages.MetaGraphDef();
  meta.setMetaInfoDef(info);
  meta.setGraphDef(graph);
  const model = new messages.SavedModel();
  model.setSavedModelSchemaVersion(SCHEMA_VERSION);
  model.addMetaGraphs(meta);
  return model.serializeBinary();
}

function nodeDef(node: GraphNode, binding: NodeBinding): messages.NodeDef {
  const def = new messages.NodeDef();
  def.setName(node.name);
  const attributes = def.getAttrMap();
  if (node.kind === 'operation') {
    def.setOp(node.operation);
    def.setInputList([...node.inputs]);
    for (const attribute of node.attributes) attributes.set(attribute.name, attrValue(attribute, binding));
    return def;
  }
  def.setOp(node.kind === 'input' ? 'Placeholder' : 'Const');
  const [type, shape] = [new messages.AttrValue(), new messages.AttrValue()];
  type.setType(node.dtype);
  attributes.set('dtype', type);
  if (node.kind === 'input') {
    shape.setShape(shapeOf(node.shape));
    attributes.set('shape', shape);
  } else {
    const value = new messages.AttrValue();
    value.setTensor(tensorOf(node));
    attributes.set('value', value);
  }
  return def;
}

function tensorOf({ dtype, shape, values }: Extract<GraphNode, { kind: 'constant' }>): messages.Tensor {
  const tensor = new messages.Tensor();
  tensor.setDtype(dtype);
  tensor.setTensorShape(shapeOf(shape));
  tensor.setTensorContent(byteView(values));
  return tensor;
}

function attrValue({ name, type, value }: Attribute, binding: NodeBinding): messages.AttrValue {
  const found = new messages.AttrValue();
  if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
    const list = new messages.AttrValue.ListValue();
    if (type === binding.TF_ATTR_INT) list.setIList(value);
    else if (type === binding.TF_ATTR_FLOAT) list.setFList(value);
    else if (type === binding.TF_ATTR_TYPE) list.setTypeList(value);
    else throw new Error(`attribute ${name}: a list of kind ${type}`);
    found.setList(list);
    return found;
  }
  switch (type) {
    case binding.TF_ATTR_STRING:
      found.setS(new TextEncoder().encode(value as string));
      break;
    case binding.TF_ATTR_INT:
      found.setI(value as number);
      break;
    case binding.TF_ATTR_FLOAT:
      found.setF(value as number);
      break;
    case binding.TF_ATTR_BOOL:
      found.setB(value as boolean);
      break;
    case binding.TF_ATTR_TYPE:
      found.setType(value as number);
      break;
    case binding.TF_ATTR_SHAPE:
      found.setShape(shapeOf(value as number[]));
      break;
    default:
      throw new Error(`attribute ${name}: kind ${type}`);
  }
  return found;
}

function shapeOf(sides: readonly number[]): messages.TensorShape {
  const shape = new messages.TensorShape();
  shape.setDimList(
    sides.map((side) => {
      const dimension = new messages.TensorShape.Dim();
      dimension.setSize(side);
      return dimension;
    }),
  );
  return shape;
}
