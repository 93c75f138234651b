/** Semantic tokens: what an interpolation refers to and what it calls, and the groups of a defaults list. */
import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { yamlOf } from '../documents/configView.js';
import { interpolationSites } from '../documents/interpolations.js';
import type { Entry, YamlText } from '../documents/yamlText.js';

export const LEGEND: SemanticTokensLegend = {
  tokenTypes: ['variable', 'function', 'namespace', 'class'],
  tokenModifiers: [],
};

interface Token {
  readonly start: number;
  readonly length: number;
  readonly type: number;
}

export function semanticTokens(document: TextDocument): SemanticTokens {
  const yaml = yamlOf(document);
  const builder = new SemanticTokensBuilder();
  const tokens = yaml.entries.flatMap((entry) => tokensOf(entry, yaml)).sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, length, type } of tokens) {
    if (start < end || length === 0) continue; // an anchor and its alias refer to the same text
    const { line, character } = document.positionAt(start);
    builder.push(line, character, length, type, 0);
    end = start + length;
  }
  return builder.build();
}

function tokensOf(entry: Entry, yaml: YamlText): Token[] {
  const { path, key, value } = entry;
  if (path[0] === 'defaults' && path.length === 3 && key !== undefined)
    return [token(key.start, key.end - key.start, 'namespace')];
  if (value?.kind !== 'scalar') return [];
  if (path.at(-1) === '_target_') return [token(value.start, value.end - value.start, 'class')];
  return interpolationSites(yaml.source(value), value.start).flatMap(({ start, content, isReference }) => {
    if (isReference) return content.includes('\n') ? [] : [token(start + 2, content.length, 'variable')];
    const [name] = /^[\w.]+(?=:)/.exec(content) ?? [];
    return name === undefined ? [] : [token(start + 2, name.length, 'function')];
  });
}

function token(start: number, length: number, name: string): Token {
  return { start, length, type: LEGEND.tokenTypes.indexOf(name) };
}
