/** A key that nothing reads and that is a slip away from one that is read. Rather silent than wrong. */

import type { Plain } from '../../../base/plain.js';
import { isNear, isSlip } from '../../../base/slip.js';
import { type MapNode, toPlain } from '../../../config/node.js';
import type { Signature } from '../../../project/python/signature.js';
import { lastName } from '../../policy/config.js';
import { familiesFor, knownFamily } from '../../policy/families.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import { fixOf } from '../context.js';
import type { Finding } from '../finding.js';
import { HYDRAS, knownKeys } from './knownKeys.js';

/** Sections that trainings of this kind read key by key. */
const PLAIN: ReadonlySet<string> = new Set(['training', 'pretrained']);
/** Classes whose arguments are known beside those of the policy's family: any other one has names of its own. */
const USUAL: Readonly<Record<string, RegExp>> = {
  'policy.noise_scheduler': /^diffusers\./,
  ema: /(?:^|\.)EMAModel$/,
  optimizer: /^torch\.optim\.(?:\w+\.)?(?:Adam|AdamW|NAdam|RAdam|Adamax)$/,
};

export const unknownKey: Check = {
  run: async (context) => {
    const read = context.project === undefined ? new Set<string>() : await context.project.keysRead();
    if (read === undefined) return [];
    const used = withHolders([...read, ...referredPaths(context.survey.tree)]);
    const findings: Finding[] = [];
    for (const [holder, known] of knownKeys(familiesFor(context.survey.resolved))) {
      const names = await namesTaken(context, holder, known);
      if (names !== undefined) findings.push(...judged(context, holder, names, used));
    }
    return findings;
  },
};

/** Whether the names that are known there are those that the class takes. */
function isUsual({ survey }: CheckContext, holder: string, target: string): boolean {
  const family = knownFamily(survey.resolved);
  if (holder === 'policy') return family !== undefined;
  const section = family?.configSections.find(({ path }) => path === holder);
  if (section?.target !== undefined) return lastName(target) === section.target;
  return USUAL[holder]?.test(target) === true;
}

/** What is read there: of a class of the project what it takes. Undefined where `argument-unknown` judges. */
async function namesTaken(
  context: CheckContext,
  holder: string,
  known: ReadonlySet<string>,
): Promise<ReadonlySet<string> | undefined> {
  // What reads it there may take names of its own.
  if (PLAIN.has(holder) && (await context.project?.handsOver?.(holder)) === true) return undefined;
  const target = holder === '' ? undefined : context.text(`${holder}._target_`);
  const signature = target === undefined ? undefined : await context.project?.signature(target);
  if (signature !== undefined) return taken(context, holder, signature);
  // A part that a config brings into others' policies does not say what is built of it.
  const isPart = target === undefined && holder === 'policy';
  return isPart || (target !== undefined && !isUsual(context, holder, target)) ? undefined : known;
}

async function taken(
  context: CheckContext,
  holder: string,
  signature: Signature,
): Promise<ReadonlySet<string> | undefined> {
  const built = (await context.workspace())?.instantiations ?? [];
  const isBuilt = built.some(({ key }) => key === holder || holder.startsWith(`${key}.`));
  if (isBuilt && !signature.isOpen) return undefined;
  return new Set([...HYDRAS, ...signature.parameters.map(({ name }) => name)]);
}

function judged(
  context: CheckContext,
  holder: string,
  known: ReadonlySet<string>,
  used: ReadonlySet<string>,
): Finding[] {
  const keys = holder === '' ? Object.keys(context.survey.unresolved) : context.keys(holder);
  const path = (key: string) => (holder === '' ? key : `${holder}.${key}`);
  const written = new Set(keys);
  return keys.flatMap((key) => {
    if (known.has(key) || used.has(path(key)) || !isWritten(context, path(key))) return [];
    const near = [...known].filter((each) => isSlip(key, each));
    const meant = near.find((each) => !written.has(each));
    const twin = near.find((each) => written.has(each) && isNear(key, each));
    if (twin !== undefined) return [besideTwin(context, path(key), path(twin))];
    return meant === undefined ? [] : [misspelt(context, path(key), meant)];
  });
}

function misspelt(context: CheckContext, path: string, meant: string): Finding {
  const message = `Nothing reads ${path}, so the default is used. Did you mean ${meant}?`;
  const fixes = fixOf(`Rename it to ${meant}`, context.rename(path, meant));
  return context.finding('unknown-key', context.keySpan(path), message, { fixes });
}

/** The one that is read is written too, so that the other looks as if it counted. */
function besideTwin(context: CheckContext, path: string, twin: string): Finding {
  const message = `Nothing reads ${path}. ${twin} is set as well, and its value is used: ${shown(context.value(twin))}. Remove ${path}`;
  const related = [{ span: context.keySpan(twin), message: 'the key that is read' }];
  return context.finding('unknown-key', context.keySpan(path), message, { related });
}

function shown(value: Plain | undefined): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'not known';
}

/** Who reads `a.b` reads `a` too. */
function withHolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (
      let here = path;
      here !== '' && !all.has(here);
      here = here.slice(0, Math.max(0, here.lastIndexOf('.')))
    )
      all.add(here);
  return all;
}

/** At this very path, not brought by an interpolation of its mapping, which is judged where it is written. */
function isWritten({ survey }: CheckContext, path: string): boolean {
  return survey.provenance.has(path);
}

/** Paths that interpolations name, wherever they stand; relative ones by their last name alone would prove little and are left out. */
function referredPaths(tree: MapNode): string[] {
  const paths: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string')
      for (const [, path] of value.matchAll(/\$\{\.*([\w.-]+)\}/g)) paths.push(path!);
    else if (typeof value === 'object' && value !== null)
      for (const child of Object.values(value)) visit(child);
  };
  visit(toPlain(tree));
  return paths;
}
