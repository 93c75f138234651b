/** Finds the Python script or the call of `regrip finetune` that a shell command starts, past the programs that start other programs. */
import { posix } from 'node:path';
import { type Field, shownText, textOf } from '../shell/expansion.js';
import { finetuneCall } from './finetuneCall.js';
import type { Launch } from './launch.js';

export interface Started {
  readonly program: Launch['program'];
  readonly isOnRay: boolean;
  /** Of `regrip finetune`, the config. */
  readonly script: Field;
  /** `-m`: the script is given as a module. */
  readonly isModule: boolean;
  readonly arguments: readonly Field[];
  /** Variables set by `env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which it is started, if the command says so. */
  readonly folder: Field | undefined;
  /** What trains in a call of `regrip finetune`. */
  readonly trainer?: Launch['trainer'];
}

interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued?: readonly string[];
  /** Words before the program that are not options. */
  readonly operands?: number;
}

/** Programs that run the command that follows them. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  nohup: {},
  exec: { valued: ['-a'] },
  command: {},
  time: { valued: ['-f', '-o', '--format', '--output'] },
  setsid: {},
  caffeinate: {},
  unbuffer: {},
  stdbuf: { valued: ['-i', '-o', '-e'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '--class', '--classdata'] },
  timeout: { valued: ['-s', '-k', '--signal', '--kill-after'], operands: 1 },
  taskset: { operands: 1 },
  numactl: { valued: ['-N', '-m', '-C', '-i', '-p'] },
  sudo: { valued: ['-u', '-g', '-h', '-D'] },
  'xvfb-run': { valued: ['-n', '-s', '-f', '-e', '-p', '-w', '--server-num', '--server-args'] },
  srun: {
    valued: [
      ...['-A', '-c', '-C', '-D', '-G', '-J', '-N', '-n', '-p', '-q', '-t', '-w', '-x', '-o', '-e'],
      ...[
        '--gres',
        '--mem',
        '--ntasks',
        '--nodes',
        '--partition',
        '--time',
        '--job-name',
        '--cpus-per-task',
        '--qos',
      ],
    ],
  },
  npx: { valued: ['-p', '--package'] },
  mpirun: { valued: ['-n', '-np', '-H', '-host', '-hostfile', '-x'] },
};
/** `conda run …` and the like. */
const RUNNERS: Readonly<Record<string, Wrapper>> = {
  conda: { valued: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  mamba: { valued: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  micromamba: { valued: ['-n', '--name', '-p', '--prefix', '--cwd', '-r'] },
  poetry: {},
  pipenv: {},
  pdm: {},
  pixi: { valued: ['-e', '--environment'] },
  uv: {
    valued: ['--with', '--python', '-p', '--directory', '--project', '--env-file', '--extra', '--group'],
  },
};
const ENV_OPTIONS = ['-u', '--unset', '-C', '--chdir'];
const PYTHON_OPTIONS = ['-W', '-X', '--check-hash-based-pycs'];
/** Modules that run the script that follows them, and their options with a value. */
const PYTHON_WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  debugpy: ['--listen', '--connect', '--log-to'],
  pdb: ['-c'],
  cProfile: ['-o', '-s'],
};
const LAUNCHER_MODULES: Readonly<Record<string, 'torchrun' | 'accelerate'>> = {
  'torch.distributed.run': 'torchrun',
  'torch.distributed.launch': 'torchrun',
  'accelerate.commands.launch': 'accelerate',
};
/** Options of the launchers that take no value; any other takes one. */
const FLAGS: ReadonlySet<string> = new Set([
  ...['-m', '--module', '--standalone', '--no-python', '--run-path', '--use-env', '--quiet', '-q', '--debug'],
  ...[
    '--multi-gpu',
    '--cpu',
    '--tpu',
    '--ipex',
    '--use-xpu',
    '--use-deepspeed',
    '--use-fsdp',
    '--use-megatron-lm',
  ],
  ...['--same-network', '--tpu-use-cluster', '--tpu-use-sudo', '--force', '--no-local-rank', '--no-ssh'],
]);
/** Maximum number of programs that start each other; far above real commands, stops crafted ones. */
const MAX_WRAPPERS = 16;

/** Undefined where the command does not start a Python script that can be named. */
export function startedScript(fields: readonly Field[]): Started | undefined {
  return new Reader(fields).read();
}

class Reader {
  private at = 0;
  private isOnRay = false;
  private folder: Field | undefined;
  private readonly environment: Record<string, string | undefined> = {};

  constructor(private readonly fields: readonly Field[]) {}

  read(): Started | undefined {
    for (let count = 0; count < MAX_WRAPPERS; count += 1) {
      const program = this.program();
      this.at += 1;
      if (program === undefined) return undefined;
      if (/^python[\d.]*$/.test(program)) return this.python();
      if (program === 'torchrun' || program === 'deepspeed') return this.launched(program);
      if (program === 'accelerate') {
        if (this.word() === 'launch') this.at += 1;
        return this.launched('accelerate');
      }
      if (program === 'regrip') return this.regrip();
      if (!this.isPassedOn(program)) return this.isInterpreter() ? this.started('python', false) : undefined;
    }
    return undefined;
  }

  /** The name of the current program. One in an unknown variable counts as Python if a Python file follows. */
  private program(): string | undefined {
    const field = this.fields[this.at];
    if (field === undefined) return undefined;
    const name = posix.basename(shownText(field));
    const isNamed = textOf(field) !== undefined || (field.parts.at(-1)!.text?.endsWith(name) ?? false);
    if (isNamed) return name;
    return this.isPythonFile(this.fields[this.at + 1]) ? 'python' : undefined;
  }

  /** The program before, whatever its name: given by its path, and a script with a config of Hydra's follows. */
  private isInterpreter(): boolean {
    const [program, , option] = this.fields.slice(this.at - 1, this.at + 2);
    const isPath = program !== undefined && shownText(program).includes('/');
    return isPath && option !== undefined && /^--config-(?:name|path|dir)\b/.test(shownText(option));
  }

  /** Moves on to the program that this one starts. */
  private isPassedOn(program: string): boolean {
    if (program === 'env') return this.env();
    if (program === 'ray') return this.ray();
    if (Object.hasOwn(RUNNERS, program)) {
      if (this.word() !== 'run') return false;
      this.at += 1;
      this.skipOptions(RUNNERS[program]!.valued);
      return true;
    }
    if (!Object.hasOwn(WRAPPERS, program)) return false;
    const { valued, operands = 0 } = WRAPPERS[program]!;
    this.skipOptions(valued);
    this.at += operands;
    return true;
  }

  private env(): boolean {
    this.skipOptions(ENV_OPTIONS);
    for (; this.fields[this.at] !== undefined; this.at += 1) {
      const field = this.fields[this.at]!;
      const [, name] = /^([A-Za-z_]\w*)=/.exec(shownText(field)) ?? [];
      if (name === undefined) break;
      this.environment[name] = textOf(field)?.slice(name.length + 1);
    }
    return true;
  }

  /** `ray job submit … -- program …`. */
  private ray(): boolean {
    const dashes = this.fields.findIndex((field, index) => index >= this.at && textOf(field) === '--');
    if (this.word() !== 'job' || this.word(1) !== 'submit' || dashes < 0) return false;
    const options = this.fields.slice(this.at, dashes);
    const folder = options.findIndex((field) => /^--working-dir$/.test(shownText(field)));
    if (folder >= 0) this.folder = options[folder + 1];
    this.isOnRay = true;
    this.at = dashes + 1;
    return true;
  }

  private regrip(): Started | undefined {
    const call = finetuneCall(this.fields.slice(this.at));
    if (call === undefined) return undefined;
    const { config: script, overrides, trainer } = call;
    const { isOnRay, environment, folder } = this;
    return {
      ...{ program: 'regrip', script, trainer, isModule: false, arguments: overrides },
      ...{ isOnRay, environment, folder },
    };
  }

  private python(): Started | undefined {
    for (let count = 0; count < MAX_WRAPPERS; count += 1) {
      this.skipOptions(PYTHON_OPTIONS, /^-(?:[a-zA-Z]*[mc])?$/);
      const option = this.word();
      if (option === undefined || !option.startsWith('-')) return this.started('python', false);
      if (!option.endsWith('m')) return undefined; // -c, or a script on the standard input
      this.at += 1;
      const module = this.word() ?? '';
      if (Object.hasOwn(LAUNCHER_MODULES, module)) {
        this.at += 1;
        return this.launched(LAUNCHER_MODULES[module]!);
      }
      if (!Object.hasOwn(PYTHON_WRAPPERS, module)) return this.started('python', true);
      this.at += 1;
      this.skipOptions(PYTHON_WRAPPERS[module]);
    }
    return undefined;
  }

  private launched(program: Exclude<Started['program'], 'regrip'>): Started | undefined {
    let isModule = false;
    for (; this.at < this.fields.length; this.at += 1) {
      const field = this.fields[this.at]!;
      const option = shownText(field);
      if (option.startsWith('-')) {
        const name = option.replace(/(?<=.)_/g, '-');
        isModule ||= name === '-m' || name === '--module';
        if (!option.includes('=') && !FLAGS.has(name)) this.at += 1;
      } else if (textOf(field) !== undefined || this.isPythonFile(field)) break;
    }
    return this.started(program, isModule);
  }

  private started(program: Started['program'], isModule: boolean): Started | undefined {
    const script = this.fields[this.at];
    if (script === undefined) return undefined;
    return {
      program,
      isOnRay: this.isOnRay || posix.basename(shownText(script)).startsWith('ray_'),
      script,
      isModule,
      arguments: this.fields.slice(this.at + 1),
      environment: this.environment,
      folder: this.folder,
    };
  }

  /** Also skips unknown words, as long as a Python file follows. */
  private skipOptions(valued: readonly string[] = [], end = /^$/): void {
    for (; this.at < this.fields.length; this.at += 1) {
      const field = this.fields[this.at]!;
      const option = shownText(field);
      if (end.test(option)) return;
      if (option === '--') {
        this.at += 1;
        return;
      }
      const isUnknown =
        field.isMany && !this.isPythonFile(field) && this.isPythonFile(this.fields[this.at + 1]);
      if (!option.startsWith('-') && !isUnknown) return;
      if (valued.includes(option)) this.at += 1;
    }
  }

  private isPythonFile(field: Field | undefined): boolean {
    return field?.parts.at(-1)?.text?.endsWith('.py') ?? false;
  }

  private word(ahead = 0): string | undefined {
    const field = this.fields[this.at + ahead];
    return field && textOf(field);
  }
}
