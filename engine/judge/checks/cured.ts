/** Findings of a config that a launch script's overrides cure: hints that name the script. */
import { basename } from 'node:path';
import { UNKNOWN_VALUE } from '../../config/resolve/resolvers.js';
import type { ConfigSurvey } from '../../config/survey.js';
import { CODES } from './codes.js';
import type { CheckTarget, LaunchPlace } from './context.js';
import type { Finding } from './finding.js';

interface Judged {
  readonly script: LaunchPlace;
  readonly target: CheckTarget;
  /** The findings without any override. */
  readonly plain: { readonly findings: readonly Finding[]; readonly survey: ConfigSurvey };
  /** The findings with only those overrides whose values are known. */
  readonly known: readonly Finding[];
  readonly judged: readonly Finding[];
}

export function isUnknown(override: string): boolean {
  return override.includes(UNKNOWN_VALUE);
}

/** An unknown value hides whatever depends on it, but that cures only the value that it replaces. */
export function curedFindings({ script, target, plain, known, judged }: Judged): readonly Finding[] {
  return plain.findings
    .filter(({ severity, code }) => severity !== 'hint' && code !== 'not-evaluated')
    .filter((finding) => !holds(judged, finding, script.file))
    .flatMap((finding) => {
      const isDirect = target.overrides.some((override) => isAt(finding, override, plain.survey));
      return isDirect || !holds(known, finding, script.file) ? [curedHint(finding, script, isDirect)] : [];
    });
}

/** Also where the script's replacement has the same fault. */
function holds(findings: readonly Finding[], { code, span }: Finding, script: string): boolean {
  return findings.some(
    (other) =>
      other.code === code &&
      (other.span.file === script || JSON.stringify(other.span) === JSON.stringify(span)),
  );
}

/** Whether the override replaces the value that the finding is about, or a mapping that holds it. */
function isAt({ span }: Finding, override: string, { provenance }: ConfigSurvey): boolean {
  const [, key] = /^(?:\+\+?|~)?([^=]*)/.exec(override)!;
  for (const [path, [place]] of provenance) {
    if (path !== key && !path.startsWith(`${key}.`)) continue;
    if (place?.kind === 'file' && place.file === span.file && place.line === span.line) return true;
  }
  return false;
}

function curedHint(finding: Finding, { file, span }: LaunchPlace, isDirect: boolean): Finding {
  const does = isDirect ? 'overrides this' : 'overrides a value that this depends on';
  return {
    ...finding,
    code: 'cured-by-script',
    severity: CODES['cured-by-script'].severity,
    message: `${basename(file)} ${does}. Without that override: ${finding.message}`,
    related: [...finding.related, { span, message: 'the launch that overrides it' }],
  };
}
