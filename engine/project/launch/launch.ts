/** What a launch script starts: a training, with the config and overrides passed to it. */
import type { TextRange } from '../textRange.js';

export interface ScriptWord {
  /** Undefined where an unknown variable takes part. */
  readonly text: string | undefined;
  readonly range: TextRange;
}

export interface ScriptOverride {
  /** As Hydra receives it; unknown parts stay as they are written. */
  readonly text: string;
  /** The key without `+`, `++` or `~`; undefined where it is unknown. */
  readonly key: string | undefined;
  /** Where it is written: in the command, or in the variable that holds it. Includes the quotes around it. */
  readonly range: TextRange;
  readonly keyRange: TextRange;
  /** The value's range, with its own quotes; undefined for `~key`. */
  readonly valueRange: TextRange | undefined;
  readonly isResolved: boolean;
  readonly unknownVariables: readonly string[];
}

export interface Launch {
  readonly program: 'python' | 'torchrun' | 'accelerate' | 'deepspeed' | 'regrip';
  /** With `regrip`, the runner of `regrip finetune`. */
  readonly trainer?: 'builtin' | 'torch' | 'python' | 'unknown' | undefined;
  /** Submitted to a Ray cluster, by `ray job submit` or by a script that uses it. */
  readonly isOnRay: boolean;
  /** The whole command. */
  readonly range: TextRange;
  /** The Python file as written; for `-m a.b`, `a/b.py`; for `regrip finetune`, the config. */
  readonly script: ScriptWord;
  readonly configName: ScriptWord | undefined;
  /** Relative to the script's folder, as Hydra does. */
  readonly configPath: ScriptWord | undefined;
  /** An additional config folder; relative to the working folder, as Hydra does. */
  readonly configDir: ScriptWord | undefined;
  readonly isMultirun: boolean;
  /** The folder that the script changed to before, relative to its own; undefined for the user's current folder, or where it is unknown. */
  readonly workingFolder: string | undefined;
  /** What the script adds to the environment; undefined for an unknown value. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly overrides: readonly ScriptOverride[];
  /** False where unknown words may add overrides. */
  readonly isComplete: boolean;
}

export interface ScriptProblem {
  readonly range: TextRange;
  readonly message: string;
}

export interface LaunchScript {
  readonly launches: readonly Launch[];
  readonly problems: readonly ScriptProblem[];
  /** Whether `$1` and the like take part in what it starts or sets. */
  readonly usesArguments: boolean;
}
