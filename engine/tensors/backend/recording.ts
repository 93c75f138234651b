/** Records what tfjs requests from TensorFlow while a function runs, as the nodes of a graph. */
import type * as tf from '@tensorflow/tfjs';
import type { GraphNode } from './graphDef.js';
import type { Attribute, HostValues, NodeBackend, NodeBinding, TensorMetadata } from './nodeBackend.js';

/** One function's operations, in the order in which they ran. */
export class Recording {
  readonly nodes: GraphNode[] = [];
  /** The node that produced a tensor, by the binding's tensor id. */
  private readonly names = new Map<number, string>();
  private readonly dtypes = new Map<number, number>();
  private readonly direct: NodeBinding;
  private readonly written: NodeBinding;

  constructor(private readonly backend: NodeBackend) {
    this.direct = backend.binding;
    this.written = {
      ...ownProperties(this.direct),
      createTensor: (shape, dtype, values) => this.constant(shape, dtype, values),
      executeOp: (operation, attributes, inputs, outputs) =>
        this.operation(operation, attributes, inputs, outputs),
      tensorDataSync: () => {
        throw new Error('a value was read while operations were being recorded');
      },
    };
  }

  /** Records what `run` does; tensors from elsewhere must be `input`s. */
  during<T>(run: () => T): T {
    this.backend.binding = this.written;
    try {
      return run();
    } finally {
      this.backend.binding = this.direct;
    }
  }

  /** Makes `tensor` an input of the graph, even in the middle of `during`. Returns its name. */
  input(tensor: tf.Tensor): string {
    const { binding } = this.backend;
    this.backend.binding = this.direct; // what is still on the host must not become a constant
    const [id] = this.backend.getInputTensorIds([tensor]) as [number];
    this.backend.binding = binding;
    if (this.names.has(id)) throw new Error('two inputs share one tensor'); // a later call may pass two
    const name = `i${this.nodes.length}`;
    const dtype = this.dtypeOf(tensor.dtype);
    this.nodes.push({ kind: 'input', name, dtype, shape: tensor.shape });
    this.note(id, name, dtype);
    return name;
  }

  /** The output of a node, `node:index`, that holds `tensor`. */
  nameOf(tensor: tf.Tensor): string {
    const [id] = this.during(() => this.backend.getInputTensorIds([tensor])) as [number];
    const name = this.named(id, 'a result');
    if (name.startsWith('i')) throw new Error('a result is an unchanged input');
    return name;
  }

  private constant(shape: number[], dtype: number, values: HostValues): number {
    const id = this.direct.createTensor(shape, dtype, values);
    const name = `c${this.nodes.length}`;
    const typed = typedValues(this.direct, dtype, values);
    this.nodes.push({ kind: 'constant', name, dtype, shape: [...shape], values: typed });
    this.note(id, name, dtype);
    return id;
  }

  private operation(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const names = inputs.map((id) => this.named(id, `an input of ${operation}`));
    const found = this.direct.executeOp(operation, attributes, inputs, outputs);
    const name = `o${this.nodes.length}`;
    const whole = this.completed(operation, attributes, inputs);
    this.nodes.push({ kind: 'operation', name, operation, inputs: names, attributes: whole });
    found.forEach(({ id, dtype }, index) => void this.note(id, name, dtype, index));
    return found;
  }

  /** tfjs lets TensorFlow infer these types, but a graph must name them. */
  private completed(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
  ): readonly Attribute[] {
    if (operation !== 'ExpandDims' || attributes.length > 0) return attributes;
    const type = this.direct.TF_ATTR_TYPE;
    return ['T', 'Tdim'].map((name, index) => ({ name, type, value: this.dtypes.get(inputs[index]!) }));
  }

  private note(id: number, node: string, dtype: number, index = 0): void {
    this.names.set(id, `${node}:${index}`);
    this.dtypes.set(id, dtype);
  }

  private named(id: number, what: string): string {
    const name = this.names.get(id);
    if (name !== undefined) return name;
    throw new Error(`${what} is neither an input of the recorded function nor created in it`);
  }

  private dtypeOf(dtype: tf.DataType): number {
    const { TF_FLOAT, TF_INT32, TF_BOOL } = this.direct;
    const known: Partial<Record<tf.DataType, number>> = { float32: TF_FLOAT, int32: TF_INT32, bool: TF_BOOL };
    const found = known[dtype];
    if (found === undefined) throw new Error(`an input of type ${dtype}`);
    return found;
  }
}

/** The binding's functions are not enumerable. */
function ownProperties(binding: NodeBinding): NodeBinding {
  const all = Object.getOwnPropertyNames(binding) as (keyof NodeBinding)[];
  return Object.fromEntries(all.map((name) => [name, binding[name]])) as unknown as NodeBinding;
}

/** A copy in TensorFlow's byte layout for the type; tfjs passes plain numbers too. */
function typedValues(binding: NodeBinding, dtype: number, values: HostValues): HostValues {
  if (dtype === binding.TF_FLOAT) return Float32Array.from(values);
  if (dtype === binding.TF_INT32) return Int32Array.from(values);
  if (dtype === binding.TF_BOOL) return Uint8Array.from(values);
  throw new Error(`a constant of type ${dtype}`);
}
