/** What one composition may cost: far above any real config, and reached within a second by one that grows without bound. */
import { RegripError } from '../base/errors.js';
import type { ConfigNode } from './node.js';

const MAX_PARTS = 2000; // files of a defaults list, each as often as it takes part
const MAX_NODES = 200_000; // values of all parts
const MAX_VISITS = 1_500_000; // values looked at while parts and overrides are merged

/** Ends the composition, also where other problems are only noted: each part would tell it again. */
export class BudgetSpent extends RegripError {}

export class Budget {
  private parts = 0;
  private nodes = 0;
  private visits = 0;

  /** A file takes part once more; `where` says who lists it. */
  include(content: ConfigNode, where: string): void {
    this.parts += 1;
    this.nodes += sizeOf(content);
    if (this.parts > MAX_PARTS)
      throw tooLarge(where, `the defaults list brings more than ${MAX_PARTS} configs`);
    if (this.nodes > MAX_NODES)
      throw tooLarge(where, `the configs hold more than ${MAX_NODES} values together`);
  }

  /** The whole config is looked at once more. */
  visit(config: ConfigNode, where: string): void {
    if (this.visits <= MAX_VISITS) this.visits += sizeOf(config);
    if (this.visits > MAX_VISITS)
      throw tooLarge(
        where,
        'takes too many steps to compose: too many values meet interpolations or overrides',
      );
  }
}

function sizeOf(node: ConfigNode): number {
  if (node.kind === 'scalar') return 1;
  const children = node.kind === 'list' ? node.items : node.entries.values();
  let size = 1;
  for (const child of children) size += sizeOf(child);
  return size;
}

function tooLarge(file: string, message: string): BudgetSpent {
  const hint = 'a config that lists two others, which each list two more, doubles at each step';
  return new BudgetSpent({ code: 'config-too-large', file, message, hint });
}
