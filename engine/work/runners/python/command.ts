/** The words that start the user's own train.py: its config, the user's overrides, and ours behind them. */
import { dirname, relative, sep } from 'node:path';

interface PythonCall {
  readonly python: string;
  /** Absolute, as all paths here. */
  readonly script: string;
  /** Where the script's `@hydra.main` looks for configs; undefined where its text does not tell. */
  readonly configRoot: string | undefined;
  readonly primary: string;
  readonly overrides: readonly string[];
  readonly runDir: string;
  /** Whether the config has the key: Hydra refuses an override of one that is not there. */
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

/** What the user asked of these two is in the run folder and the start that they led to. */
function isDecidedHere(override: string): boolean {
  return /^[+~]*(?:training\.resume|hydra\.run\.dir)(?:=|$)/.test(override);
}

function configWords({ configRoot, primary }: PythonCall): string[] {
  const below = configRoot === undefined ? undefined : relative(configRoot, primary);
  const isBelow = below !== undefined && below.split(sep)[0] !== '..';
  const name = isBelow ? below.split(sep).join('/') : relative(dirname(primary), primary);
  const nameWord = `--config-name=${name.replace(/\.ya?ml$/, '')}`;
  // `--config-dir` would come second: a config of the same name in the script's own folder would be trained instead.
  return isBelow ? [nameWord] : [`--config-path=${dirname(primary)}`, nameWord];
}

/** A value as Hydra's grammar of overrides reads it: quoted where a character would mean something. */
function hydraValue(text: string): string {
  if (/^[\w/.:@%+*|?-]+$/.test(text)) return text;
  return `'${text.replace(/\\(?=\\*')/g, '\\\\').replaceAll("'", "\\'")}'`;
}
