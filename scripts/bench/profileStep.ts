/** `npm run bench profile`: where the training step's time goes, operation by operation, beside PyTorch's convolutions. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBackend } from '../../engine/tensors/backend/nodeBackend.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { FULL_SIZE, trainer } from './trainStep.js';

/** Measured after the steps in which memory is first allocated and the graphs are recorded: the moving average begins with two copies. */
const WARM = 4;
const STEPS = 5;
const SHOWN = 12;

interface Share {
  calls: number;
  seconds: number;
}

/** Prints a table in milliseconds a step. What TensorFlow does not take is JavaScript: the dropout masks above all. */
export async function profileStep(): Promise<void> {
  await openBackend({ request: 'tensorflow-cpu' });
  const { step } = trainer(FULL_SIZE);
  for (let index = 0; index < WARM; index++) step(index);
  const shares = new Map<string, Share>();
  const backend = nodeBackend()!;
  const { binding } = backend;
  // The binding's own properties cannot be replaced, so an object in front of it takes its place.
  backend.binding = Object.create(binding, {
    executeOp: { value: timed(shares, binding.executeOp, (name) => name) },
    runSavedModel: { value: timed(shares, binding.runSavedModel, graphName) },
  });
  const started = performance.now();
  for (let index = WARM; index < WARM + STEPS; index++) step(index);
  const total = (performance.now() - started) / 1000 / STEPS;
  const rows = [...shares].sort(([, a], [, b]) => b.seconds - a.seconds);
  const inOperations = rows.reduce((sum, [, { seconds }]) => sum + seconds / STEPS, 0);
  backend.binding = binding;
  const line = (name: string, calls: string, seconds: number): string =>
    `${name.padEnd(30)} ${calls.padStart(6)} ${(seconds * 1000).toFixed(0).padStart(6)} ms ${((100 * seconds) / total).toFixed(0).padStart(3)} %`;
  const shown = rows
    .slice(0, SHOWN)
    .map(([name, { calls, seconds }]) => line(name, String(calls / STEPS), seconds / STEPS));
  const rest = rows.slice(SHOWN).reduce((sum, [, { seconds }]) => sum + seconds / STEPS, 0);
  process.stdout.write(
    `${[line('a step', '', total), ...shown, line('other operations', '', rest), line('outside of TensorFlow', '', total - inOperations)].join('\n')}\n`,
  );
  process.stdout.write(`\n${torchProfile()}\n`);
}

/** Graphs are told apart by how many inputs they have: the step's has more than the moving average's. */
function graphName(_model: unknown, inputs: unknown): string {
  return `graph of ${(inputs as number[]).length} inputs`;
}

function timed<Args extends unknown[], Result>(
  shares: Map<string, Share>,
  call: (...args: Args) => Result,
  nameOf: (...args: Args) => string,
): (...args: Args) => Result {
  return (...args) => {
    const started = performance.now();
    const result = call(...args);
    const name = nameOf(...args);
    const share = shares.get(name) ?? { calls: 0, seconds: 0 };
    share.calls++;
    share.seconds += (performance.now() - started) / 1000;
    shares.set(name, share);
    return result;
  };
}

function torchProfile(): string {
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined) return 'PyTorch: set REGRIP_PEER_PYTHON to a python with torch';
  const script = join(process.cwd(), 'scripts', 'bench', 'trainStep.py');
  const run = spawnSync(python, [script, '--steps', String(STEPS), '--profile'], { encoding: 'utf8' });
  return run.status === 0
    ? run.stdout.trimEnd()
    : `PyTorch's profile failed: ${run.stderr.trim().split('\n').at(-1)}`;
}
