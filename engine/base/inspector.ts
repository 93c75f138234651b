/** Lets a debugger attach to the processes that this project starts: `REGRIP_INSPECT=6010`, which only .vscode/launch.json sets. */

/** Each listens at REGRIP_INSPECT's port plus its own place here. */
export const INSPECTED = ['language server', 'supervisor', 'job', 'worker'] as const;
type Inspected = (typeof INSPECTED)[number];

/**
 * What Node is told when it starts `part`: nothing, unless a debugger was asked for. Where two processes of a part run at once, Node
 * gives the port to the first and says so on stderr for the second. Only this machine can attach.
 */
export function inspectorArguments(part: Inspected, env: NodeJS.ProcessEnv = process.env): string[] {
  const first = Number(env['REGRIP_INSPECT']);
  const isPort = Number.isInteger(first) && first >= 1024 && first <= 65_000;
  return isPort ? ['--enable-source-maps', `--inspect=127.0.0.1:${first + INSPECTED.indexOf(part)}`] : [];
}

/** `execArgv` of a fork: this process's own, as Node has it, but never its inspector's port. */
export function forkArguments(part: Inspected, env: NodeJS.ProcessEnv = process.env): string[] {
  return isInspected(env) ? inspectorArguments(part, env) : process.execArgv;
}

/** Whether processes that outlive this one should run the checkout's own files, where breakpoints are set, and not a copy of them. */
export function isInspected(env: NodeJS.ProcessEnv = process.env): boolean {
  return inspectorArguments('supervisor', env).length > 0;
}
