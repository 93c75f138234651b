/** What a launch script starts: a training, with the config and the overrides that it is given. */
import type { TextRange } from '../textRange.js';

export interface ScriptWord {
  /** Undefined where a variable that is not known takes part. */
  readonly text: string | undefined;
  readonly range: TextRange;
}

export interface ScriptOverride {
  /** As Hydra gets it; what is not known in it stands as it is written. */
  readonly text: string;
  /** Without `+`, `++` or `~`; undefined where it is not known. */
  readonly key: string | undefined;
  /** Where it is written: in the command, or in the variable that holds it. Quotes around it belong to it. */
  readonly range: TextRange;
  readonly keyRange: TextRange;
  /** With the quotes around the value alone; undefined for `~key`. */
  readonly valueRange: TextRange | undefined;
  readonly isResolved: boolean;
  readonly unknownVariables: readonly string[];
}

export interface Launch {
  readonly program: 'python' | 'torchrun' | 'accelerate' | 'deepspeed';
  /** Handed to a Ray cluster: by `ray job submit`, or by a script that does so. */
  readonly isOnRay: boolean;
  /** The whole command. */
  readonly range: TextRange;
  /** The Python file as it is written; for `-m a.b` it is `a/b.py`. */
  readonly script: ScriptWord;
  readonly configName: ScriptWord | undefined;
  /** Hydra counts it from the script's folder. */
  readonly configPath: ScriptWord | undefined;
  /** A further folder of configs; Hydra counts it from the working folder. */
  readonly configDir: ScriptWord | undefined;
  readonly isMultirun: boolean;
  /** The folder that the script went to before, counted from its own; undefined where the user stands, or not known. */
  readonly workingFolder: string | undefined;
  /** What the script adds to the environment; undefined for a value that is not known. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly overrides: readonly ScriptOverride[];
  /** False where words that are not known may add overrides. */
  readonly isComplete: boolean;
}

export interface ScriptProblem {
  readonly range: TextRange;
  readonly message: string;
}

export interface LaunchScript {
  readonly launches: readonly Launch[];
  readonly problems: readonly ScriptProblem[];
  /** `$1` and the like take part in what it starts, or in what it sets. */
  readonly usesArguments: boolean;
}
