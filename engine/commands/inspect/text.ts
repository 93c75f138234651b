/** A checkpoint's report for a person: a summary, the keys by part of the policy, the config as YAML. */

import { basename } from 'node:path';
import { counted, countText } from '../../base/counted.js';
import { jsonText } from '../../base/jsonText.js';
import { printable, shownLine, shownName, valueText } from '../../base/shown.js';
import { toYaml } from '../../config/yaml/write.js';
import type { NonFinite } from '../../formats/checkpoint/nonFinite.js';
import { actionDimension, contentText, policyClass, shortValue } from '../../formats/checkpoint/summary.js';
import { policyFacts } from '../../formats/lerobot/policyFacts.js';
import { countsText, type GlobalCounts } from '../../formats/pickle/globals.js';
import type { InspectReport, TensorReport } from './report.js';

type Tensors = Readonly<Record<string, TensorReport>>;

export function inspectText(path: string, document: InspectReport): string {
  const parts = [summary(path, document)];
  if (document.unexpectedGlobals !== undefined)
    parts.push(globalsText(document.unexpectedGlobals, document.unexpectedCounts));
  parts.push(valuesText(document.nonFinite));
  parts.push(...stateDictTexts(document.stateDicts));
  if (document.optimizer !== undefined) parts.push(optimizerText(document.optimizer));
  if (document.config !== null) parts.push(`config\n${indent(toYaml(document.config).trimEnd())}`);
  return printable(parts.join('\n\n'));
}

function valuesText(found: readonly NonFinite[] | undefined): string {
  if (found === undefined)
    return 'the values were not read; --values finds tensors that hold NaN or infinity';
  if (found.length === 0) return 'every value is finite';
  const shown = found.slice(0, MAX_NON_FINITE);
  const lines = shown.map(({ key, count }) => `  ${shownLine(key)}: ${count}`);
  const more = found.length - shown.length;
  return [
    'warning: NaN or infinite values; the training of these weights failed, use an earlier checkpoint',
    ...lines,
    ...(more > 0 ? [`  … and ${counted(more, 'more tensor')}`] : []),
  ].join('\n');
}

const MAX_NON_FINITE = 20;

/** What Python would import or call when it loads the file. */
function globalsText(names: readonly string[], counts: GlobalCounts | undefined): string {
  const all = counts?.all ?? names.length;
  const more =
    all > MAX_GLOBALS ? [`  … and ${countText(all - Math.min(names.length, MAX_GLOBALS))} more`] : [];
  const lines = names.slice(0, MAX_GLOBALS).map((name) => `  ${shownLine(name)}`);
  return [
    'warning: the file names code that a checkpoint never needs; loading it in Python may run that code (nothing was run here)',
    ...(counts === undefined ? [] : [`  names: ${countsText(counts)}`]),
    ...lines,
    ...more,
  ].join('\n');
}

const MAX_GLOBALS = 20;

function summary(path: string, { form, stateDicts, pickles, config }: InspectReport): string {
  const rows: [string, string][] = Object.entries(pickles).map(([name, value]) => [
    shownName(name),
    shownLine(shortValue(value)),
  ]);
  rows.unshift(...policyFacts(config ?? undefined));
  const action = actionDimension(config ?? undefined);
  if (action !== undefined) rows.unshift(['action', `${action}-D`]);
  const policy = policyClass(config ?? undefined);
  if (policy !== undefined) rows.unshift(['policy', shownLine(policy)]);
  if (form !== undefined) rows.unshift(['form', shownLine(form)]);
  for (const [name, tensors] of Object.entries(stateDicts))
    rows.push([shownName(name), tensorsText(tensors)]);
  const width = widest(rows.map(([name]) => name));
  return [
    shownLine(basename(path)),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

function tensorsText(tensors: Tensors): string {
  return contentText(Object.values(tensors).map(({ shape, aliases }) => ({ shape, alias: aliases })));
}

/** A state dict that repeats the one before it key by key (the EMA) is named, not listed again. */
function stateDictTexts(stateDicts: InspectReport['stateDicts']): string[] {
  let before: [name: string, content: string] | undefined;
  return Object.entries(stateDicts).map(([raw, tensors]) => {
    const name = shownName(raw);
    const content = jsonText(tensors);
    if (before?.[1] === content) return `${name}\n  same keys and shapes as ${before[0]}`;
    before = [name, content];
    return `${name}\n${keyLines(tensors)}`;
  });
}

/** Keys under the name of the policy's part that they belong to. */
function keyLines(tensors: Tensors): string {
  const rows = Object.entries(tensors).map(([key, tensor]) => [key, shownName(key), tensor] as const);
  const width = widest(rows.map(([, shown]) => shown));
  let part: string | undefined;
  return rows
    .flatMap(([key, shown, tensor]) => {
      const here = key.split('.', 1)[0]!;
      const heading = here === part || here === key ? [] : [`  ${shownName(here)}`];
      part = here;
      return [...heading, `    ${shown.padEnd(width)}  ${tensorText(tensor)}`];
    })
    .join('\n');
}

function tensorText({ shape, dtype, aliases, sha256 }: TensorReport): string {
  const alias = aliases === undefined ? '' : `  = ${shownName(aliases)}`;
  return `${dtype} [${shape.join(', ')}]${alias}${sha256 === undefined ? '' : `  ${sha256}`}`;
}

function optimizerText({ paramGroups, stateEntries }: NonNullable<InspectReport['optimizer']>): string {
  const groups = paramGroups.map((group, index) => {
    const { params, ...rest } = group;
    const count = Array.isArray(params) ? params.length : 0;
    const shown = ['lr', 'betas', 'weight_decay'].flatMap((name) => {
      const value = rest[name];
      return value === undefined ? [] : [`${name} ${valueText(value)}`];
    });
    return `  group ${index}: ${counted(count, 'parameter')}, ${shown.join(', ')}`;
  });
  return [
    `optimizer (${counted(stateEntries, 'parameter')} ${stateEntries === 1 ? 'has' : 'have'} moments)`,
    ...groups,
  ].join('\n');
}

/** A longer name pushes only its own line to the right. */
const MAX_WIDTH = 90;

function widest(names: readonly string[]): number {
  return names.reduce((width, { length }) => (length > width && length <= MAX_WIDTH ? length : width), 0);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
