/** `regrip compose`: the config that a training will really see, and where each value comes from. */
import { resolve } from 'node:path';
import { originText, originTexts } from '../config/originText.js';
import type { NotEvaluated } from '../config/types.js';
import { toYaml } from '../config/yaml/write.js';
import { composeProject } from '../project/composeProject.js';
import { type Io, type Register, report } from './command.js';

interface ComposeCall {
  readonly provenance: boolean;
  readonly unresolved: boolean;
  readonly json: boolean;
}

export const registerCompose: Register = (program, io) => {
  program
    .command('compose')
    .description('show the config as Hydra composes it, with every interpolation resolved')
    .argument('<config>', 'the primary config')
    .argument(
      '[overrides...]',
      'overrides, as train.py takes them; write -- before one that begins with a dash',
    )
    .option('--provenance', 'say behind each value where it was written and what it beat', false)
    .option('--unresolved', 'leave the interpolations as they stand', false)
    .option('--json', 'print one JSON document', false)
    .action(async (primary: string, overrides: string[], call: ComposeCall) => {
      const config = await composeProject(resolve(io.cwd, primary), overrides, { env: io.env });
      if (!call.unresolved) tellNotEvaluated(config.notEvaluated ?? [], io);
      const shown = call.unresolved ? config.unresolved : config.resolved;
      const traced = { ...config, primary: config.files[0]! };
      const document = call.provenance ? { config: shown, provenance: originTexts(traced, shown) } : shown;
      const origin = (path: string) => originText(path, traced);
      report(io, call.json, document, () => toYaml(shown, call.provenance ? origin : undefined).trimEnd());
    });
};

/** Values of this many are named; the rest is counted. */
const MAX_NAMED = 20;

/** Their text stands in the document; stdout is for that alone. */
function tellNotEvaluated(values: readonly NotEvaluated[], { err }: Io): void {
  if (values.length === 0) return;
  const count = values.length === 1 ? '1 value is' : `${values.length} values are`;
  err(`note: ${count} not evaluated, and shown as written:\n`);
  for (const { path, why } of values.slice(0, MAX_NAMED))
    err(`  ${why.startsWith(`${path} `) ? why : `${path}: ${why}`}\n`);
  if (values.length > MAX_NAMED) err(`  and ${values.length - MAX_NAMED} more\n`);
}
