/**
 * `node out/scripts/compatibility/findings.js NAME=FOLDER … [--write] [--verbose]`: what `regrip check` finds in the primary configs and launch
 * scripts of public projects. `--write` puts the counts into docs/compatibility.md, `--verbose` prints each finding.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CheckCode, CODES, type Severity } from '../../engine/judge/checks/codes.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import { HeaderCache } from '../../engine/judge/checks/disk.js';
import type { Finding } from '../../engine/judge/checks/finding.js';
import { judge } from '../../engine/judge/checks/judge.js';
import { launchTargets } from '../../engine/judge/checks/launchTargets.js';
import { findTargets } from '../../engine/project/findTargets.js';
import { DISK_READER } from '../../engine/project/reader.js';
import { ProjectSource } from '../../engine/project/source.js';
import { markdownTable, replaceBetween } from './table.js';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
const PAGE = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));

interface Judged {
  readonly project: string;
  readonly primaries: number;
  readonly launches: number;
  readonly counts: ReadonlyMap<string, number>;
}

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { write: { type: 'boolean' }, verbose: { type: 'boolean' } },
    allowPositionals: true,
  });
  const judged: Judged[] = [];
  for (const word of positionals) {
    const [name, folder] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    judged.push(await judgeProject(name, resolve(folder), values.verbose === true));
  }
  const table = findingsTable(judged);
  process.stdout.write(`\n${table}\n`);
  if (values.write === true)
    writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), 'findings', table));
}

async function judgeProject(project: string, folder: string, verbose: boolean): Promise<Judged> {
  const found = await findTargets(folder, DISK_READER);
  const primaries = found.filter(({ script }) => script === undefined);
  const scripts = new Set(found.flatMap(({ script }) => (script === undefined ? [] : [script.file])));
  const plain = primaries.map(({ primary }): CheckTarget => ({ primary, overrides: [], runner: 'python' }));
  const findings: Finding[] = [];
  let launches = 0;
  for (const target of plain) findings.push(...(await findingsOf(target)));
  for (const file of scripts) {
    const looked = await launchTargets(file, readFileSync(file, 'utf8'), DISK_READER);
    launches += looked.targets.length;
    findings.push(...looked.findings);
    for (const target of looked.targets) findings.push(...(await findingsOf(target)));
  }
  const different = [...new Map(findings.map((finding) => [textOf(finding, folder), finding]))];
  if (verbose) for (const [text] of different.sort()) process.stdout.write(`${text}\n`);
  const counts = new Map<string, number>();
  for (const [, finding] of different) counts.set(kindOf(finding), (counts.get(kindOf(finding)) ?? 0) + 1);
  return { project, primaries: primaries.length, launches, counts };
}

async function findingsOf(target: CheckTarget): Promise<readonly Finding[]> {
  const { findings } = await judge(target, {
    disk: new HeaderCache({ contents: async () => undefined }),
    project: (folder) => new ProjectSource(folder, DISK_READER),
    onFault: (fault) => {
      throw fault;
    },
  });
  return findings;
}

/** A runner can make another severity of a code. */
function kindOf({ code, severity }: Pick<Finding, 'code' | 'severity'>): string {
  return `${code} ${severity}`;
}

function textOf({ code, span, message }: Finding, folder: string): string {
  return `${code}  ${relative(folder, span.file)}:${span.line}:${span.column}  ${message}`;
}

/** A row for each code that was found anywhere. */
function findingsTable(judged: readonly Judged[]): string {
  const kinds = Object.keys(CODES).flatMap((code) =>
    SEVERITIES.map((severity) => ({ code: code as CheckCode, severity })),
  );
  const found = kinds.filter((kind) => judged.some(({ counts }) => counts.has(kindOf(kind))));
  return markdownTable(
    ['code', 'severity', ...judged.map(({ project }) => project)],
    [
      ['primary configs', '', ...judged.map(({ primaries }) => String(primaries))],
      ['trainings that scripts start', '', ...judged.map(({ launches }) => String(launches))],
      ...found.map((kind) => [
        `\`${kind.code}\``,
        kind.severity,
        ...judged.map(({ counts }) => String(counts.get(kindOf(kind)) ?? 0)),
      ]),
    ],
  );
}
