/** A config file as features see it: its text, the target it is judged for, and where its values end up. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { referenced } from '../../engine/config/origin.js';
import type { ConfigSurvey } from '../../engine/config/survey.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import type { Judgement } from '../../engine/judge/checks/judge.js';
import { isLaunchScript } from '../../engine/judge/checks/launchTargets.js';
import type { Workbench } from '../workbench.js';
import { pathOf } from './uris.js';
import { YamlText } from './yamlText.js';

/** A target and what was found out about it. */
export interface Judged {
  readonly target: CheckTarget;
  readonly judgement: Judgement;
  readonly survey: ConfigSurvey;
}

export interface ConfigView extends Judged {
  readonly path: string;
  readonly document: TextDocument;
  readonly yaml: YamlText;
}

const texts = new WeakMap<TextDocument, { version: number; yaml: YamlText }>();

export function yamlOf(document: TextDocument): YamlText {
  const before = texts.get(document);
  if (before?.version === document.version) return before.yaml;
  const yaml = new YamlText(document.getText());
  texts.set(document, { version: document.version, yaml });
  return yaml;
}

/** Undefined for a file that is not a config. Of several targets the current one is used, else the first. */
export async function configView(
  document: TextDocument,
  workbench: Workbench,
): Promise<ConfigView | undefined> {
  const path = pathOf(document.uri);
  const isConfig = path !== undefined && !isLaunchScript(path);
  const [target] = isConfig ? await workbench.targetsOf(path) : [];
  if (path === undefined || target === undefined) return undefined;
  const judgement = await workbench.judgement(target);
  return { path, document, yaml: yamlOf(document), target, judgement, survey: judgement.survey };
}

/** Where a key of the file ends up in the composed config; undefined where the file does not take part, or for its defaults list. */
export function composedPath({ survey, path }: ConfigView, steps: readonly string[]): string | undefined {
  const part = survey.parts.find(({ file }) => file === path);
  if (part === undefined || steps[0] === 'defaults') return undefined;
  return [...part.package.split('.').filter((step) => step !== ''), ...steps].join('.');
}

/** The composed path that `${content}` in the value at `holder` leads to. */
export function referenceTarget(content: string, holder: string): string | undefined {
  return referenced(`\${${content}}`, holder);
}
