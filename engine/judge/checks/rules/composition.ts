/** What Hydra itself would refuse: problems that composing found, and mandatory values that were never set. */
import type { ConfigCode } from '../../../config/configError.js';
import type { ConfigProblem } from '../../../config/errorPlace.js';
import { isMissing, type MapNode } from '../../../config/node.js';
import type { Check } from '../check.js';
import type { CheckCode } from '../codes.js';
import type { CheckContext } from '../context.js';
import { duplicate } from '../duplicateKey.js';
import { type Finding, startOfFile } from '../finding.js';
import { isMet } from './arguments.js';

/** The finding that each refusal of a config becomes. */
const CODE_OF: Readonly<Record<ConfigCode, CheckCode>> = {
  'yaml-syntax': 'yaml-syntax',
  'duplicate-key': 'duplicate-key',
  'config-missing': 'config-missing',
  'group-missing': 'group-missing',
  interpolation: 'interpolation-error',
  'not-evaluated': 'not-evaluated',
  'override-syntax': 'override-refused',
  'override-sweep': 'override-refused',
  'override-refused': 'override-refused',
  'config-too-large': 'composition',
  'config-unreadable': 'composition',
  defaults: 'composition',
  'defaults-cycle': 'composition',
  'group-unused': 'composition',
  'hydra-config': 'composition',
  'hydra-key': 'composition',
  'merge-kinds': 'composition',
  'no-data-set': 'composition',
  unsupported: 'composition',
  'value-not-known': 'composition',
};

export const composition: Check = {
  run: async (context) => [
    ...causes(context.survey.problems).map((problem) => problemFinding(context, problem)),
    ...(await missing(context)),
  ],
};

/** A reference into a group whose option is missing fails for that reason: only the missing option is reported. */
function causes(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const missing = problems.flatMap(({ code, subject }) =>
    code === 'group-missing' && subject !== undefined ? [subject.replaceAll('/', '.')] : [],
  );
  return firstSyntax(problems).filter(
    ({ code, subject }) =>
      code !== 'interpolation' ||
      !missing.some((group) => subject === group || subject?.startsWith(`${group}.`)),
  );
}

/** After the first syntax error a parser is lost, as PyYAML is, and would report faults in sound lines. */
function firstSyntax(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, place }) => {
    if (code !== 'yaml-syntax' || place?.kind !== 'file') return true;
    const isFirst = !seen.has(place.file);
    seen.add(place.file);
    return isFirst;
  });
}

function problemFinding(context: CheckContext, { code, message, hint, place }: ConfigProblem): Finding {
  const span = place === undefined ? startOfFile(context.target.primary) : context.spanOf(place);
  const text = hint === undefined ? message : `${message}; ${hint}`;
  const more = code === 'duplicate-key' ? duplicate(context, span) : {};
  return context.finding(CODE_OF[code], span, text, more);
}

/** Reading a `???` ends a run with MissingMandatoryValue, unless the project's code sets it first. */
async function missing(context: CheckContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of mandatory(context.survey.tree, '')) {
    if ((await context.project?.writesKey(path)) === true || (await isPassedOver(context, path))) continue;
    const message = `${path} is mandatory (???) and not set: the run ends when it is read. Set it here or pass ${path}=VALUE`;
    findings.push(context.finding('mandatory-missing', context.span(path), message));
  }
  return findings;
}

/** The training reads it only in places that this config does not reach: `if cfg.training.resume: … cfg.training.resume_path`. */
async function isPassedOver(context: CheckContext, path: string): Promise<boolean> {
  const facts = await context.workspace();
  const places = facts?.conditionsOf(path) ?? [];
  const isBuilt = facts?.instantiations.some(({ key }) => path.startsWith(`${key}.`)) ?? false;
  return places.length > 0 && !isBuilt && !places.some((when) => isMet(context, when));
}

function mandatory(map: MapNode, path: string): string[] {
  return [...map.entries].flatMap(([key, node]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (node.kind === 'map') return mandatory(node, here);
    return isMissing(node) ? [here] : [];
  });
}
