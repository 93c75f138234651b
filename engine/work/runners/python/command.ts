/** The words that start the user's own train.py: its config, the user's overrides, then ours. */
import { dirname, relative, sep } from 'node:path';

interface PythonCall {
  readonly python: string;
  /** Absolute, as all paths here. */
  readonly script: string;
  /** Where the script's `@hydra.main` looks for configs; undefined where its text does not show it. */
  readonly configRoot: string | undefined;
  readonly primary: string;
  readonly overrides: readonly string[];
  readonly runDir: string;
  /** Whether the config has the key: Hydra refuses to override a missing one. */
  readonly hasResume: boolean;
  readonly resume: boolean;
}

export function trainingWords(call: PythonCall): string[] {
  const { python, script, overrides, hasResume, resume, runDir } = call;
  return [
    python,
    script,
    ...configWords(call),
    ...overrides.filter((override) => !isDecidedHere(override)),
    `${hasResume ? '' : '++'}training.resume=${resume ? 'True' : 'False'}`,
    `hydra.run.dir=${hydraValue(runDir)}`,
  ];
}

/** The user's own values of these two have already determined the run folder and the start. */
function isDecidedHere(override: string): boolean {
  return /^[+~]*(?:training\.resume|hydra\.run\.dir)(?:=|$)/.test(override);
}

function configWords({ configRoot, primary }: PythonCall): string[] {
  const below = configRoot === undefined ? undefined : relative(configRoot, primary);
  const isBelow = below !== undefined && below.split(sep)[0] !== '..';
  const name = isBelow ? below.split(sep).join('/') : relative(dirname(primary), primary);
  const nameWord = `--config-name=${name.replace(/\.ya?ml$/, '')}`;
  // `--config-dir` is searched second: a config of the same name in the script's own folder would be trained instead.
  return isBelow ? [nameWord] : [`--config-path=${dirname(primary)}`, nameWord];
}

/** A value for Hydra's override grammar: quoted where a character would have a meaning. */
function hydraValue(text: string): string {
  if (/^[\w/.:@%+*|?-]+$/.test(text)) return text;
  return `'${text.replace(/\\(?=\\*')/g, '\\\\').replaceAll("'", "\\'")}'`;
}
