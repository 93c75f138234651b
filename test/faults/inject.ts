/** Makes the n-th call of one file operation fail as the system would, for files under one folder. Nothing of the product knows of it. */
import type { PathLike } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';

/** `handle.*` are methods of an open file. */
export type Operation =
  | 'open'
  | 'mkdir'
  | 'rename'
  | 'link'
  | 'writeFile'
  | 'appendFile'
  | 'copyFile'
  | 'stat'
  | 'readdir'
  | 'readFile'
  | 'handle.write'
  | 'handle.writeFile'
  | 'handle.sync';

/** Those that write. */
export const OPERATIONS: readonly Operation[] = [
  ...(['open', 'mkdir', 'rename', 'link', 'writeFile', 'appendFile', 'copyFile'] as const),
  ...(['handle.write', 'handle.writeFile', 'handle.sync'] as const),
];

export interface Fault {
  readonly operation: Operation;
  /** From 1. */
  readonly nth: number;
  readonly errno: string;
  /** Only calls on paths with this in them count. */
  readonly under: string;
  /** From the n-th on all fail, as on a full disk; else that one alone. */
  readonly lasting?: boolean;
}

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** Runs `work` with the fault in place; `fired` says whether it came to that call. */
export async function withFault<T>(
  fault: Fault,
  work: () => Promise<T>,
): Promise<{ result: T; fired: boolean }> {
  const injected = await inject(fault);
  try {
    return { result: await work(), fired: injected.hasFired() };
  } finally {
    injected.undo();
  }
}

export async function inject(fault: Fault): Promise<{ hasFired: () => boolean; undo: () => void }> {
  const { operation, under } = fault;
  const paths = new WeakMap<object, string>();
  let calls = 0;
  const isDue = (path: string): boolean => {
    if (!path.includes(under)) return false;
    calls++;
    return fault.lasting === true ? calls >= fault.nth : calls === fault.nth;
  };
  const undos: (() => void)[] = [];
  const patch = (owner: Record<string, Method>, name: string, around: (original: Method) => Method): void => {
    const original = owner[name]!;
    owner[name] = around(original);
    undos.push(() => {
      owner[name] = original;
    });
  };
  const module = fs as unknown as Record<string, Method>;
  // What a handle writes to is known from its opening; an open for reading alone is not a fault of an output.
  patch(module, 'open', (original) => async (...args) => {
    const writes = args[1] !== undefined && args[1] !== 'r';
    if (operation === 'open' && writes && isDue(String(args[0])))
      throw refused(fault.errno, 'open', String(args[0]));
    const handle = (await original(...args)) as object;
    paths.set(handle, String(args[0]));
    return handle;
  });
  const [owner, method] = operation.startsWith('handle.')
    ? [await handlePrototype(), operation.slice('handle.'.length)]
    : [module, operation];
  if (operation !== 'open')
    patch(
      owner,
      method,
      (original) =>
        async function (this: unknown, ...args) {
          const isHandle = owner !== module;
          const path = isHandle ? (paths.get(this as object) ?? '') : String(args[0] as PathLike);
          if (isDue(path)) throw refused(fault.errno, syscallOf(method), isHandle ? undefined : path);
          return original.apply(this, args);
        },
    );
  syncBuiltinESMExports();
  return {
    hasFired: () => calls >= fault.nth,
    undo: () => {
      for (const undo of undos) undo();
      syncBuiltinESMExports();
    },
  };
}

/** As Node words it; a refused call on an open file names no path. */
function refused(code: string, syscall: string, path: string | undefined): NodeJS.ErrnoException {
  const where = path === undefined ? '' : ` '${path}'`;
  const error: NodeJS.ErrnoException = new Error(`${code}: injected, ${syscall}${where}`);
  const errno = -(constants.errno as Readonly<Record<string, number>>)[code]!;
  return Object.assign(error, { code, syscall, errno }, path === undefined ? {} : { path });
}

function syscallOf(method: string): string {
  return (
    ({ writeFile: 'write', appendFile: 'write', sync: 'fsync' } as Record<string, string>)[method] ?? method
  );
}

async function handlePrototype(): Promise<Record<string, Method>> {
  const handle = await fs.open('/dev/null', 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as Record<string, Method>;
}
