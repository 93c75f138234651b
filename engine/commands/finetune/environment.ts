/** The variables of the environment that a training depends on, for a launch script that another shell may start. */
import type { Variable } from './scriptText.js';

/** They choose the devices of any training, and Regrip's own engine. */
const ALWAYS = ['CUDA_DEVICE_ORDER', 'CUDA_VISIBLE_DEVICES', 'REGRIP_ENGINE_HOME'] as const;
/** Values that do not belong in a file that is shown around. */
const SECRET = /key|token|secret|passw|credential/i;
/** What a shell can export. */
const NAME = /^[A-Za-z_]\w*$/;
/** The shell that starts the script has its own. */
const OF_EVERY_SHELL: ReadonlySet<string> = new Set(['HOME', 'PATH', 'PWD', 'SHELL', 'USER', 'LOGNAME']);

/** Notes each variable that is read, as composing a config does for `oc.env`. */
export class ReadEnvironment {
  private readonly names = new Set<string>(ALWAYS);
  readonly env: NodeJS.ProcessEnv;

  constructor(private readonly whole: NodeJS.ProcessEnv) {
    this.env = new Proxy(whole, {
      get: (target, name) => {
        if (typeof name === 'string') this.names.add(name);
        return Reflect.get(target, name);
      },
    });
  }

  /** Those that were read and are set, by name. */
  variables(): Variable[] {
    return [...this.names].sort().flatMap((name) => {
      const value = this.whole[name];
      if (value === undefined || !NAME.test(name) || OF_EVERY_SHELL.has(name)) return [];
      return [{ name, value: SECRET.test(name) ? undefined : value }];
    });
  }
}
