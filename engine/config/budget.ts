/** What one composition may cost: far above any real config, and reached within a second by one that grows without limit. */
import { ConfigError } from './configError.js';
import type { ConfigNode } from './node.js';

const MAX_PARTS = 2000; // files of the defaults lists, counted each time they take part
const MAX_NODES = 200_000; // values of all parts
const MAX_VISITS = 1_500_000; // values visited while parts and overrides are merged

/** Ends the composition even where other problems are only collected: otherwise every part would report it again. */
export class BudgetSpent extends ConfigError {}

export class Budget {
  private parts = 0;
  private nodes = 0;
  private visits = 0;

  /** Counts one more file; `where` says where it is listed. */
  include(content: ConfigNode, where: string): void {
    this.parts += 1;
    this.nodes += sizeOf(content);
    if (this.parts > MAX_PARTS)
      throw tooLarge(where, `the defaults list includes more than ${MAX_PARTS} configs`);
    if (this.nodes > MAX_NODES)
      throw tooLarge(where, `the configs together hold more than ${MAX_NODES} values`);
  }

  /** Counts one more pass over the whole config. */
  visit(config: ConfigNode, where: string): void {
    if (this.visits <= MAX_VISITS) this.visits += sizeOf(config);
    if (this.visits > MAX_VISITS)
      throw tooLarge(
        where,
        'takes too many steps to compose: too many values combined with interpolations or overrides',
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
  const hint =
    'check for configs that include each other: one that lists two others, which each list two more, doubles at every level';
  return new BudgetSpent({ code: 'config-too-large', file, message, hint });
}
