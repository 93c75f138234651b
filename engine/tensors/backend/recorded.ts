/** A function of tensors that runs as one TensorFlow graph: without JavaScript between its operations, and with its buffers reused. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { isAlive } from '../../base/process.js';
import { GRAPH_TAG, savedModel } from './graphDef.js';
import { type NodeBackend, nodeBackend } from './nodeBackend.js';
import { Recording } from './recording.js';

/** Makes the random tensor that the function requests at its call site number `site`; a different one in each call. */
export type Draw<Request> = (site: number, request: Request) => tf.Tensor;

/** For a function without random draws. */
export function undrawn(): never {
  throw new Error('a function without random draws requested a random tensor');
}

export interface Call<Request> {
  /** Tensors whose values may differ in the next call, always in the same order; everything else that `compute` uses is a constant. */
  readonly inputs: readonly tf.Tensor[];
  /** For tensors that are only found to be needed while `compute` runs: masks. */
  readonly draw: Draw<Request>;
  readonly compute: (drawn: (request: Request) => tf.Tensor) => tf.Tensor[];
}

/**
 * Runs calls of one function. TensorFlow on the CPU records the first call for each shape of the inputs and runs this and all later ones as
 * a graph; elsewhere, and where a graph cannot be made, each call computes.
 */
export class Recorded<Request = never> {
  /** By the inputs' shapes; undefined where a graph could not be made. */
  private readonly graphs = new Map<string, Graph<Request> | undefined>();
  private reason: string | undefined;

  /** Why calls do not run as a graph although they should. */
  get refusal(): string | undefined {
    return this.reason;
  }

  /** The caller disposes of the results. */
  run(call: Call<Request>): tf.Tensor[] {
    const backend = nodeBackend();
    // On a GPU the binding would copy the inputs and results of a graph to the host and back.
    const graph = backend === undefined || backend.isUsingGpuDevice ? undefined : this.graph(backend, call);
    return graph === undefined ? computed(call) : graph.run(call);
  }

  /** Frees the graphs. */
  dispose(): void {
    for (const graph of this.graphs.values()) graph?.dispose();
    this.graphs.clear();
  }

  private graph(backend: NodeBackend, call: Call<Request>): Graph<Request> | undefined {
    const key = call.inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(' ');
    if (!this.graphs.has(key)) this.graphs.set(key, this.made(backend, call));
    return this.graphs.get(key);
  }

  private made(backend: NodeBackend, call: Call<Request>): Graph<Request> | undefined {
    try {
      return Graph.of(backend, call);
    } catch (error) {
      this.reason = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}

function computed<Request>({ compute, draw }: Call<Request>): tf.Tensor[] {
  let site = 0;
  return tf.tidy(() => compute((request) => draw(site++, request)));
}

class Graph<Request> {
  private constructor(
    private readonly backend: NodeBackend,
    private readonly model: number,
    /** The ids of the call's inputs that the graph uses. */
    private readonly used: readonly number[],
    private readonly requests: readonly Request[],
    private readonly inputNames: string,
    private readonly outputNames: string,
  ) {}

  static of<Request>(backend: NodeBackend, { inputs, draw, compute }: Call<Request>): Graph<Request> {
    const recording = new Recording(backend);
    const given = inputs.map((tensor) => recording.input(tensor));
    const requests: Request[] = [];
    const drawn: string[] = [];
    const drawAndNote = (request: Request): tf.Tensor => {
      const tensor = draw(requests.length, request);
      requests.push(request);
      drawn.push(recording.input(tensor));
      return tensor;
    };
    const results = tf.tidy(() => recording.during(() => compute(drawAndNote)));
    const outputs = results.map((tensor) => recording.nameOf(tensor));
    tf.dispose(results);
    const needed = new Set(recording.nodes.flatMap((node) => (node.kind === 'operation' ? node.inputs : [])));
    const used = given.map((_, index) => index).filter((index) => needed.has(`${given[index]}:0`));
    const names = [...used.map((index) => given[index]!), ...drawn].map((name) => `${name}:0`);
    const model = load(backend, savedModel(recording.nodes, backend.binding));
    return new Graph(backend, model, used, requests, names.join(), outputs.join());
  }

  run({ inputs, draw }: Call<Request>): tf.Tensor[] {
    const { backend } = this;
    const drawn = this.requests.map((request, site) => draw(site, request));
    const ids = backend.getInputTensorIds([...this.used.map((index) => inputs[index]!), ...drawn]);
    const found = backend.binding.runSavedModel(this.model, ids, this.inputNames, this.outputNames);
    tf.dispose(drawn);
    return found.map((metadata) => backend.createOutputTensor(metadata));
  }

  dispose(): void {
    this.backend.binding.deleteSavedModel(this.model);
  }
}

const FOLDER = /^regrip-graph-(\d+)-/;

/** Removes what a process killed in the middle of `load` left behind. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = FOLDER.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true });
    } catch {
      // It belongs to another user, or another process was faster.
    }
  }
}

/** The binding loads graphs only from files. */
function load(backend: NodeBackend, bytes: Uint8Array): number {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `regrip-graph-${process.pid}-`));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return backend.binding.loadSavedModel(folder, GRAPH_TAG);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
