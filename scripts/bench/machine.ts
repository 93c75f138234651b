/** The machine that the numbers hold for. */
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** One line: processor, threads, memory, system, Node. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const system = `${process.platform} ${release().split('-')[0]}`;
  return `${model}, ${availableParallelism()} threads, ${memory}, ${system}, Node ${process.versions.node}`;
}
