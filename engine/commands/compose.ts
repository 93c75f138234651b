/** `regrip compose`: the config that a training will actually see, and where each value comes from. */
import { resolve } from 'node:path';
import { originText, originTexts } from '../config/originText.js';
import type { NotEvaluated } from '../config/types.js';
import { toYaml } from '../config/yaml/write.js';
import { requireConfigFile } from '../judge/requireConfigFile.js';
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
    .argument('[overrides...]', 'overrides, as train.py takes them; put -- before any that begin with a dash')
    .option('--provenance', 'show after each value where it was set and what it overrode', false)
    .option('--unresolved', 'leave interpolations unresolved', false)
    .option('--json', 'print one JSON document', false)
    .action(async (primary: string, overrides: string[], call: ComposeCall) => {
      const file = resolve(io.cwd, primary);
      await requireConfigFile(file);
      const config = await composeProject(file, overrides, { env: io.env });
      if (!call.unresolved) tellNotEvaluated(config.notEvaluated ?? [], io);
      const shown = call.unresolved ? config.unresolved : config.resolved;
      const traced = { ...config, primary: config.files[0]! };
      const document = call.provenance ? { config: shown, provenance: originTexts(traced, shown) } : shown;
      const origin = (path: string) => originText(path, traced);
      report(io, call.json, document, () => toYaml(shown, call.provenance ? origin : undefined).trimEnd());
    });
};

/** This many values are named; the rest are counted. */
const MAX_NAMED = 20;

/** Their text is in the document; stdout carries nothing else. */
function tellNotEvaluated(values: readonly NotEvaluated[], { err }: Io): void {
  if (values.length === 0) return;
  const count = values.length === 1 ? '1 value is' : `${values.length} values are`;
  err(`note: ${count} not evaluated and shown as written:\n`);
  for (const { path, why } of values.slice(0, MAX_NAMED))
    err(`  ${why.startsWith(`${path} `) ? why : `${path}: ${why}`}\n`);
  if (values.length > MAX_NAMED) err(`  and ${values.length - MAX_NAMED} more\n`);
}
