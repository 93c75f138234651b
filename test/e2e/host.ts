/** What runs VS Code for the suites. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { engineHome } from '../../engine/base/engineHome.js';

export interface HostOptions {
  /** For everything that the editor and the engine write. */
  readonly folder: string;
  readonly workspace: string;
  /** The package under test. */
  readonly vsix: string;
  /** The folder of the driver extension, which carries the suites. */
  readonly driver: string;
  readonly isTrusted: boolean;
}

export interface EditorHost {
  /** Installs the package and starts what outlives a window. Throws what the machine lacks. */
  start(): Promise<void>;
  /** A window on the workspace, which runs the suites of the phase. */
  open(): Promise<Page>;
  stop(): Promise<void>;
}

/** The engine that is installed, with jobs and code in the test's own folders. */
export function environment({ folder }: HostOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    REGRIP_E2E_FOLDER: folder,
    REGRIP_ENGINE_HOME: engineHome(),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_DATA_HOME: join(folder, 'data'),
  };
}
