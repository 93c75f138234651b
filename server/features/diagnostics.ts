/** Findings as diagnostics: every open config is judged again after each change, and reported in all files of its targets. */

import {
  type Connection,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
} from 'vscode-languageserver';
import type { Severity } from '../../engine/judge/checks/codes.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import type { Finding } from '../../engine/judge/checks/finding.js';
import { isLaunchScript } from '../../engine/judge/checks/launchTargets.js';
import { targetId, targetLabel } from '../documents/targets.js';
import { locationOf, rangeOf, uriOf } from '../documents/uris.js';
import { asWanted } from '../settings.js';
import type { Workbench } from '../workbench.js';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

interface Told {
  /** The target that the findings belong to; undefined for those about a script's own text. */
  readonly label: string | undefined;
  readonly findings: readonly Finding[];
}

/** A finding with the labels of its targets. */
interface Shared {
  readonly finding: Finding;
  readonly targets: Set<string>;
  /** The first target that has it; undefined for a script's own text. */
  readonly id: string | undefined;
}

export class Diagnostics {
  private findings = new Map<string, Told>();
  private published = new Map<string, readonly Shared[]>();
  private again: NodeJS.Immediate | undefined;
  private round = 0;
  /** Callers that wait for the end of a round, or of a later one. */
  private waiting: { readonly round: number; readonly settle: () => void }[] = [];

  /** `openPaths` are the files that the editor shows. */
  constructor(
    private readonly connection: Connection,
    private readonly workbench: Workbench,
    private readonly openPaths: () => readonly string[],
    /** Called when everything has been judged anew. */
    private readonly settled: () => Promise<void>,
  ) {}

  /** Judges soon, once for all changes that came together. */
  schedule(): void {
    this.again ??= setImmediate(() => {
      this.again = undefined;
      this.refresh().catch((error: unknown) => {
        this.connection.console.error(String(error));
        this.settleUntil(this.round);
      });
    });
  }

  /** Settles once everything that has changed until now is judged and reported. */
  told(): Promise<void> {
    this.schedule();
    const round = this.round + 1;
    return new Promise((settle) => this.waiting.push({ round, settle }));
  }

  /** Findings in a file, for quick fixes. */
  findingsIn(path: string): readonly { readonly finding: Finding; readonly target: string | undefined }[] {
    return (this.published.get(path) ?? []).map(({ finding, id }) => ({ finding, target: id }));
  }

  private async refresh(): Promise<void> {
    this.round += 1;
    const round = this.round;
    const findings = await this.judged(round);
    if (findings === undefined) return; // a newer round has more to report
    this.findings = findings;
    await this.publish();
    this.settleUntil(round);
    await this.settled();
  }

  private settleUntil(round: number): void {
    const settled = this.waiting.filter((each) => each.round <= round);
    this.waiting = this.waiting.filter((each) => each.round > round);
    for (const { settle } of settled) settle();
  }

  /** Findings of everything that is open; undefined once a newer round has started. */
  private async judged(round: number): Promise<Map<string, Told> | undefined> {
    const targets = new Map<string, CheckTarget>();
    for (const path of this.openPaths())
      for (const target of await this.workbench.targetsOf(path)) targets.set(targetId(target), target);
    const told = new Map<string, Told>(await this.scriptsTold());
    for (const [id, target] of targets) {
      const judged = await this.workbench.judgement(target).catch(() => undefined);
      if (round !== this.round) return undefined;
      const findings = judged?.findings ?? this.findings.get(id)?.findings ?? [];
      told.set(id, { label: targetLabel(target), findings });
    }
    return round === this.round ? told : undefined;
  }

  /** What is wrong with the text of open launch scripts. */
  private async scriptsTold(): Promise<[string, Told][]> {
    const scripts = this.openPaths().filter(isLaunchScript);
    return Promise.all(
      scripts.map(async (path): Promise<[string, Told]> => {
        const { findings } = await this.workbench.targets.script(path);
        return [path, { label: undefined, findings }];
      }),
    );
  }

  private async publish(): Promise<void> {
    const byFile = new Map<string, Shared[]>();
    for (const [id, { label, findings }] of this.findings) {
      for (const found of findings) {
        const finding = asWanted(found, this.workbench.settings);
        if (finding === undefined) continue;
        const all = byFile.get(finding.span.file) ?? [];
        byFile.set(finding.span.file, all);
        const same = all.find((other) => isSame(other.finding, finding));
        const targets = label === undefined ? [] : [label];
        if (same === undefined)
          all.push({ finding, targets: new Set(targets), id: label === undefined ? undefined : id });
        else for (const target of targets) same.targets.add(target);
      }
    }
    const count = new Set([...this.findings.values()].flatMap(({ label }) => label ?? [])).size;
    const before = this.published;
    this.published = byFile;
    for (const path of new Set([...before.keys(), ...byFile.keys()])) {
      const shared = byFile.get(path) ?? [];
      if (unchanged(before.get(path) ?? [], shared)) continue;
      const diagnostics = shared.map((each) => diagnosticOf(each, count));
      await this.connection.sendDiagnostics({ uri: uriOf(path), diagnostics });
    }
  }
}

function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message && JSON.stringify(a.span) === JSON.stringify(b.span);
}

function unchanged(before: readonly Shared[], now: readonly Shared[]): boolean {
  const text = (all: readonly Shared[]) =>
    JSON.stringify(all.map(({ finding, targets }) => [finding, [...targets]]));
  return text(before) === text(now);
}

/** A finding that only some targets have names them. */
function diagnosticOf({ finding, targets }: Shared, count: number): Diagnostic {
  const { code, severity, message, span, related } = finding;
  const where = targets.size > 0 && targets.size < count ? ` (in ${[...targets].join(', ')})` : '';
  return {
    range: rangeOf(span),
    severity: SEVERITY[severity],
    code,
    source: 'regrip',
    message: `${message}${where}`,
    relatedInformation: related.map(
      (other): DiagnosticRelatedInformation => ({ location: locationOf(other.span), message: other.message }),
    ),
  };
}
