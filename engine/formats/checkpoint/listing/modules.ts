/** Divides the keys of a state dict into groups by module, in the order of the file, so that each can be folded. */

/** Neighbouring keys, from `from` up to `to`, that share a module. */
interface ModuleGroup {
  /** Dotted; '' for keys without a common module. */
  readonly module: string;
  readonly from: number;
  readonly to: number;
}

/** A group of this many keys is looked over at once: a decoder layer has 18. */
const ENOUGH = 20;
/** Fewer keys than this get no heading of their own: a layer has a weight and a bias. */
const FEW = 4;
/** A policy's keys have up to ten names; stops keys that are all dots. */
const MAX_DEPTH = 16;

export function moduleGroups(keys: readonly string[]): ModuleGroup[] {
  const names = keys.map((key) => key.split('.', MAX_DEPTH + 1));
  const groups: ModuleGroup[] = [];
  divide({ from: 0, to: keys.length }, 0, names, groups);
  return groups;
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** `run` shares its first `depth` names. What is too small to stand alone stays together. */
function divide(run: Run, depth: number, names: readonly string[][], groups: ModuleGroup[]): void {
  if (run.to - run.from <= ENOUGH || depth >= MAX_DEPTH) {
    add(run, names, groups);
    return;
  }
  let pending = run.from;
  for (const part of runsAt(run, depth, names)) {
    if (part.to - part.from < FEW) continue;
    add({ from: pending, to: part.from }, names, groups);
    divide(part, depth + 1, names, groups);
    pending = part.to;
  }
  add({ from: pending, to: run.to }, names, groups);
}

function add({ from, to }: Run, names: readonly string[][], groups: ModuleGroup[]): void {
  if (from < to) groups.push({ module: commonModule(names.slice(from, to)), from, to });
}

/** Neighbours with the same name at `depth`; a key that ends there is a run of its own. */
function runsAt(run: Run, depth: number, names: readonly string[][]): Run[] {
  const runs: Run[] = [];
  let from = run.from;
  for (let index = run.from + 1; index <= run.to; index += 1) {
    const [before, here] = [names[index - 1]!, names[index]];
    const same = index < run.to && before.length > depth + 1 && before[depth] === here![depth];
    if (same) continue;
    runs.push({ from, to: index });
    from = index;
  }
  return runs;
}

/** The longest dotted prefix of all, the last name of each left out. */
function commonModule(names: readonly string[][]): string {
  let shared = names[0]!.slice(0, -1).slice(0, MAX_DEPTH);
  for (const other of names) {
    const differs = shared.findIndex((name, depth) => depth >= other.length - 1 || other[depth] !== name);
    if (differs >= 0) shared = shared.slice(0, differs);
  }
  return shared.join('.');
}
