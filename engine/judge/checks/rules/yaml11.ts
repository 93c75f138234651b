/** Values that YAML 1.1 reads as a different type than they appear: it has octal and sexagesimal numbers and words for booleans. */
import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { ConfigFile } from '../../../config/configFile.js';
import { plainScalar } from '../../../config/yaml/scalar.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Finding, Span } from '../finding.js';

export const yaml11: Check = {
  run: (context) => [...context.survey.files.values()].flatMap((file) => judged(context, file)),
};

/** A text that cannot be parsed is reported elsewhere. */
function judged(context: CheckContext, file: ConfigFile): Finding[] {
  if (file.problems.some(({ code }) => code === 'yaml-syntax' || code === 'config-too-large')) return [];
  const lines = new LineCounter();
  const document = parseDocument(file.text, {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  const findings: Finding[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node) || node.type !== 'PLAIN' || node.tag !== undefined) return;
      const range = node.range;
      const source = typeof node.value === 'string' ? node.value : '';
      const meaning = surprise(source);
      if (meaning === undefined || range == null) return;
      const [from, to] = [lines.linePos(range[0]), lines.linePos(range[1])];
      const span = {
        file: file.file,
        line: from.line,
        column: from.col,
        endLine: to.line,
        endColumn: to.col,
      };
      findings.push(finding(context, span, source, meaning));
    },
  });
  return findings;
}

interface Meaning {
  /** What Hydra reads. */
  readonly reads: string;
  /** An unambiguous spelling of what it appears to mean. */
  readonly plainly: string | undefined;
  /** What it appears to be. */
  readonly looks: string;
}

/** Undefined where a value is what it appears to be. */
function surprise(source: string): Meaning | undefined {
  const value = plainScalar(source);
  if (typeof value === 'boolean' && !/^(?:true|false)$/i.test(source))
    return { reads: `the boolean ${value}`, plainly: String(value), looks: 'text' };
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (/^[-+]?0[0-7_]+$/.test(source) && Number(source.replaceAll('_', '')) !== Number(value))
      return { reads: `the number ${value}, in octal`, plainly: String(value), looks: 'a decimal number' };
    if (source.includes(':'))
      return { reads: `the number ${value}, in base 60`, plainly: String(value), looks: 'a time' };
  }
  if (typeof value !== 'string') return undefined;
  if (/^[-+]?0\d+$/.test(source))
    return { reads: 'text', plainly: String(Number(source)), looks: 'a number' };
  if (/^[-+]?(?:nan|inf)$/i.test(source))
    return { reads: 'text', plainly: source.toLowerCase().replace(/(nan|inf)/, '.$1'), looks: 'a number' };
  return source === 'None' ? { reads: "the text 'None'", plainly: 'null', looks: 'null' } : undefined;
}

function finding(
  context: CheckContext,
  span: Span,
  source: string,
  { reads, plainly, looks }: Meaning,
): Finding {
  const fixes = [
    ...(plainly === undefined ? [] : [{ title: `Write ${plainly}`, edits: [{ span, newText: plainly }] }]),
    { title: 'Quote it', edits: [{ span, newText: JSON.stringify(source) }] },
  ];
  return context.finding(
    'yaml-1-1',
    span,
    `${source} looks like ${looks}, but Hydra (YAML 1.1) reads ${reads}`,
    {
      fixes,
    },
  );
}
