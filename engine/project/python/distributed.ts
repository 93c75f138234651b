/** Whether a training is written for several processes, and whether it can run without the program that starts them. */
import { blockOf, conditionsAround } from './blocks.js';
import type { FoundModule } from './modules.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import type { Method } from './workspaceMethods.js';

export interface Distributed {
  readonly launcher: 'torchrun' | 'accelerate';
  /** Fails when started as a single plain process. */
  readonly isRequired: boolean;
  readonly place: SourcePlace;
}

const RANKS = /^(?:LOCAL_RANK|RANK|WORLD_SIZE)$/;

/** Examines the functions of a script that starts trainings. */
export function distributedScript(module: FoundModule): Distributed | undefined {
  const functions = [...module.definitions.values()].flatMap((definition) =>
    definition.kind === 'function'
      ? [{ name: definition.name, definition, module, range: blockOf(module.tokens, definition.at) }]
      : [],
  );
  return distributed(functions);
}

/** Needing `torchrun` takes precedence over merely supporting it. */
export function distributed(methods: readonly Method[]): Distributed | undefined {
  const found = methods.flatMap(signsIn);
  return found.find(({ isRequired }) => isRequired) ?? found[0];
}

function signsIn({ module, range }: Method): Distributed[] {
  const { tokens } = module;
  const found: Distributed[] = [];
  const add = (launcher: Distributed['launcher'], isRequired: boolean, at: number) =>
    found.push({ launcher, isRequired, place: placeOf(module, at) });
  for (let at = range.from; at < range.to; at += 1) {
    const { kind, text } = tokens[at]!;
    const isCall = kind === 'name' && tokens[at + 1]?.text === '(';
    const isSure = (): boolean => conditionsAround(tokens, range, at).length === 0;
    if (isCall && text === 'init_process_group') add('torchrun', isSure() && !isTold(tokens, at), at);
    if (isCall && (text === 'DistributedDataParallel' || text === 'DDP')) add('torchrun', isSure(), at);
    if (isCall && text === 'Accelerator') add('accelerate', false, at);
    if (kind === 'string' && RANKS.test(text)) {
      // os.environ['LOCAL_RANK'] fails where it is not set; .get and getenv do not.
      const isAsked = tokens[at - 1]?.text === '[' && tokens[at - 2]?.text === 'environ';
      if (isAsked && tokens[at + 2]?.text === '=') continue;
      add('torchrun', isAsked && isSure(), at);
    }
  }
  return found;
}

/** Rank and size are given in the call, so that no environment is needed. */
function isTold(tokens: Method['module']['tokens'], at: number): boolean {
  for (let here = at; here < tokens.length && tokens[here]!.kind !== 'newline'; here += 1)
    if (tokens[here]!.text === 'rank' && tokens[here + 1]?.text === '=') return true;
  return false;
}
