/** VS Code for the desktop, downloaded by `@vscode/test-electron`: `REGRIP_E2E=electron npm run e2e`, on a machine with a display. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { type EditorHost, environment, type HostOptions } from './host.js';

export class Desktop implements EditorHost {
  private executable = '';
  private app: ElectronApplication | undefined;

  constructor(private readonly options: HostOptions) {}

  async start(): Promise<void> {
    this.executable = await downloadAndUnzipVSCode('stable');
    const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(this.executable);
    await promisify(execFile)(cli!, [...args, ...this.folders(), '--install-extension', this.options.vsix]);
  }

  async open(): Promise<Page> {
    await this.app?.close();
    const { driver, workspace, isTrusted } = this.options;
    const suites = [
      `--extensionDevelopmentPath=${driver}`,
      `--extensionTestsPath=${join(driver, 'index.cjs')}`,
    ];
    const plain = ['--skip-welcome', '--disable-telemetry', '--no-sandbox'];
    this.app = await _electron.launch({
      executablePath: this.executable,
      args: [
        workspace,
        ...suites,
        ...plain,
        ...(isTrusted ? ['--disable-workspace-trust'] : []),
        ...this.folders(),
      ],
      env: environment(this.options) as Record<string, string>,
    });
    return this.app.firstWindow();
  }

  async stop(): Promise<void> {
    await this.app?.close();
  }

  private folders(): string[] {
    const { folder } = this.options;
    return ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')];
  }
}
