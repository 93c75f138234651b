/** What can be run in the workspace: primary configs and launch scripts, and which of them a file is judged for. */
import { basename } from 'node:path';
import { commandLine } from '../../engine/base/shell.js';
import type { ConfigFiles } from '../../engine/config/configFile.js';
import { UNKNOWN_VALUE } from '../../engine/config/resolve/resolvers.js';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import {
  isLaunchScript,
  type LaunchTargets,
  launchTargets,
} from '../../engine/judge/checks/launchTargets.js';
import { findTargets } from '../../engine/project/findTargets.js';
import { wordsTyped } from '../../engine/project/launch/scriptArguments.js';
import type { ProjectReader } from '../../engine/project/reader.js';
import type { Target } from '../../engine/project/targets.js';
import type { TargetSummary } from '../editorRequests.js';
import { isYaml, primariesOf, relationOf } from './primaries.js';

/** Delay to let the first diagnostics through and to combine changes. */
const LOOK_DELAY = 300;

interface TargetsParts {
  readonly files: ConfigFiles;
  /** The files that the editor shows. */
  readonly openPaths: () => readonly string[];
  readonly reader: ProjectReader;
  /** Called when a walk through the workspace found different targets. */
  readonly changed: () => void;
  readonly log: (message: string) => void;
}

export class Targets {
  /** Absolute; folders of primary configs from the settings. */
  configRoots: readonly string[] = [];
  private folders: readonly string[] = [];
  private found: readonly Target[] = [];
  private look: { readonly abort: AbortController; readonly timer: NodeJS.Timeout } | undefined;
  private choice: string | undefined;
  private readonly scripts = new Map<string, Promise<LaunchTargets>>();
  private readonly primaries = new Map<string, Promise<readonly string[]>>();
  /** The arguments of launch scripts as given by the user, by path. */
  private readonly given = new Map<string, readonly string[]>();
  /** Of the open configs, as they were when computing `primaries` began. */
  private readonly relations = new Map<string, string>();

  constructor(private readonly parts: TargetsParts) {}

  /** Recomputes which configs use which. */
  forget(): void {
    this.primaries.clear();
    this.scripts.clear();
  }

  /** A script is read anew the next time it is needed. */
  forgetScript(path: string): void {
    this.scripts.delete(path);
  }

  /** Walks the workspace soon, in the background; a walk in progress starts over. */
  lookAt(folders = this.folders): void {
    this.folders = folders;
    this.stop();
    const abort = new AbortController();
    const timer = setTimeout(() => {
      this.walk(abort.signal).catch((error: unknown) => {
        if (!abort.signal.aborted) this.parts.log(`the workspace could not be searched: ${String(error)}`);
      });
    }, LOOK_DELAY);
    this.look = { abort, timer };
  }

  stop(): void {
    if (this.look === undefined) return;
    clearTimeout(this.look.timer);
    this.look.abort.abort();
  }

  /** One per launch of a script; one per primary that a config belongs to. */
  async of(path: string): Promise<readonly CheckTarget[]> {
    if (isLaunchScript(path)) return (await this.script(path)).targets;
    await this.noticeEdits();
    let primaries = this.primaries.get(path);
    if (primaries === undefined) {
      primaries = primariesOf(path, this.parts.files, this.parts.reader, this.configRoots);
      this.primaries.set(path, primaries);
    }
    return Promise.all((await primaries).map((primary) => this.forPrimary(primary)));
  }

  script(path: string): Promise<LaunchTargets> {
    let script = this.scripts.get(path);
    if (script === undefined) {
      script = this.readScript(path);
      this.scripts.set(path, script);
    }
    return script;
  }

  /** Undefined until one is chosen, or once it is gone. */
  async chosen(): Promise<CheckTarget | undefined> {
    if (this.choice === undefined) return undefined;
    return (await this.all()).find((target) => targetId(target) === this.choice);
  }

  /** An unknown id, such as '', lets the visible file decide again. */
  choose(id: string): void {
    this.choice = id === '' ? undefined : id;
  }

  /** `text` is as typed after the script's name; '' means unknown. */
  setArguments(script: string, text: string): void {
    const words = wordsTyped(text);
    if (words.length === 0) this.given.delete(script);
    else this.given.set(script, words);
    this.scripts.delete(script);
  }

  /** Primary configs first, in the order of their paths. */
  async all(): Promise<readonly CheckTarget[]> {
    const primaries = this.found.filter(({ script }) => script === undefined);
    return [...primaries.map(({ primary }) => plainTarget(primary)), ...(await this.ofScripts())];
  }

  /** The one launch of the workspace, else its one primary config; undefined where there are several. */
  async only(): Promise<CheckTarget | undefined> {
    const all = await this.all();
    const launches = all.filter(({ script }) => script !== undefined);
    const [first, ...others] = launches.length > 0 ? launches : all;
    return others.length === 0 ? first : undefined;
  }

  /** Changes to the defaults in unsaved text take effect at once; other typing does not recompute which configs use which. */
  private async noticeEdits(): Promise<void> {
    for (const path of this.parts.openPaths()) {
      const file = isYaml(path) ? await this.parts.files.read(path).catch(() => undefined) : undefined;
      if (file === undefined) continue;
      const relation = relationOf(file);
      if (this.relations.get(path) === relation) continue;
      this.relations.set(path, relation);
      this.primaries.clear();
    }
  }

  /** As chosen; otherwise with its launch script, if there is exactly one. */
  private async forPrimary(primary: string): Promise<CheckTarget> {
    const launches = (await this.ofScripts()).filter((target) => target.primary === primary);
    const chosen = launches.find((target) => targetId(target) === this.choice);
    if (chosen !== undefined) return chosen;
    return launches.length === 1 && this.choice !== primary ? launches[0]! : plainTarget(primary);
  }

  private async ofScripts(): Promise<readonly CheckTarget[]> {
    // A script's arguments alone may determine which config it starts, so the walk may not have found it.
    const found = this.found.flatMap(({ script }) => (script === undefined ? [] : [script.file]));
    const files = new Set([...found, ...this.given.keys()]);
    return (await Promise.all([...files].map((file) => this.script(file)))).flatMap(({ targets }) => targets);
  }

  private async readScript(path: string): Promise<LaunchTargets> {
    const text = await this.parts.reader.readText(path);
    return launchTargets(path, text ?? '', this.parts.reader, this.given.get(path));
  }

  private async walk(signal: AbortSignal): Promise<void> {
    const found: Target[] = [];
    for (const folder of this.folders) found.push(...(await findTargets(folder, this.parts.reader, signal)));
    const isSame = JSON.stringify(found) === JSON.stringify(this.found);
    this.found = found;
    if (!isSame) this.parts.changed();
  }
}

/** Stable as long as config and script keep their names and the script its launches. */
export function targetId({ primary, script }: CheckTarget): string {
  return script === undefined ? primary : `${script.file}#${script.index}`;
}

/** For messages and status items; a launch is identified by its line. */
export function targetLabel({ primary, script }: CheckTarget): string {
  return script === undefined ? basename(primary) : `${basename(script.file)}:${script.span.line}`;
}

export function summaryOf(target: CheckTarget): TargetSummary {
  const { primary, script, overrides } = target;
  return {
    id: targetId(target),
    label: targetLabel(target),
    primary,
    ...(script !== undefined && { script: script.file }),
    overrides: overrides.filter((override) => !override.includes(UNKNOWN_VALUE)),
    ...(script?.usesArguments === true && { usesArguments: true }),
    ...(script?.arguments !== undefined && { arguments: commandLine(script.arguments) }),
  };
}

function plainTarget(primary: string): CheckTarget {
  return { primary, overrides: [], runner: 'unknown' };
}
