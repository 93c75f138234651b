/** Installs libtensorflow into the engine folder: download, unpack and build beside it, then a single rename. */

import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type EngineFlavour, engineFolder, isInstalled } from '../../base/engineHome.js';
import { sizeText } from '../../base/shown.js';
import { buildBinding, copyBinding, hasPrebuiltBinding, proveBinding } from './build.js';
import { extractNvidia, extractTensorFlow } from './extract.js';
import { InstallImpossible } from './installError.js';
import { unknownFiles, writeManifest } from './manifest.js';
import {
  askOnPath,
  checkPlatform,
  findRequirements,
  type Platform,
  type Requirements,
  thisPlatform,
} from './requirements.js';
import { requireSpace } from './space.js';
import { removeAbandoned, stagingFolder } from './staging.js';
import { downloadWheels, missingWheels, requireWheels, wheelCache } from './wheel.js';
import { COMPILER_WHEEL, ENGINE_PARTS, totalBytes, type Wheel } from './wheels.js';
import { unpackCompiler, ZIG_BYTES, ZIG_NOTE, zigEnvironment } from './zig.js';

export interface InstallOptions {
  /** The folder of engines. */
  readonly home: string;
  readonly flavour: EngineFlavour;
  readonly env: NodeJS.ProcessEnv;
  /** A folder that already holds the wheels, for machines without a network. */
  readonly wheels?: string | undefined;
  /** Permanent lines. */
  readonly log: (text: string) => void;
  /** A progress line, rewritten in place. */
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: Platform;
}

interface InstallResult {
  readonly folder: string;
  /** `already`: it was complete, or another install finished first. */
  readonly outcome: 'installed' | 'already';
  readonly seconds: number;
}

/**
 * Leaves a complete engine at `<home>/<version>-<flavour>`, or nothing. Safe to repeat and to run concurrently.
 * Throws InstallImpossible (this machine lacks something) or InstallFailed (a step went wrong).
 */
export async function installEngine(options: InstallOptions): Promise<InstallResult> {
  const started = Date.now();
  const folder = engineFolder(options.home, options.flavour);
  await removeAbandoned(options.home, basename(folder));
  const outcome = isInstalled(options.home, options.flavour) ? 'already' : await installAt(folder, options);
  return { folder, outcome, seconds: (Date.now() - started) / 1000 };
}

async function installAt(folder: string, options: InstallOptions): Promise<InstallResult['outcome']> {
  checkPlatform(options.platform ?? thisPlatform());
  await refuseStrangers(folder);
  const source = await prepareSource(options);
  await mkdir(options.home, { recursive: true });
  await requireSpace([
    {
      folder: options.home,
      bytes: ENGINE_PARTS[options.flavour].installedBytes + (needsCompilerWheel(source) ? ZIG_BYTES : 0),
      what: 'the engine',
      variable: 'REGRIP_ENGINE_HOME',
    },
    { folder: source.folder, bytes: totalBytes(source.toFetch), what: 'wheels', variable: 'XDG_CACHE_HOME' },
  ]);
  if (source.toFetch.length > 0) await fetch(source, options);
  const staging = stagingFolder(options.home, basename(folder));
  try {
    await fill(staging, source, options);
    const outcome = await moveIntoPlace(staging, folder, options);
    // Wheels that were there before may have been put there for another machine.
    for (const { file } of source.toFetch) await rm(join(source.folder, file), { force: true });
    return outcome;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** What is at `folder` is not an engine and will be replaced, but only if it holds no foreign files. */
async function refuseStrangers(folder: string): Promise<void> {
  const files = await unknownFiles(folder);
  if (files.length === 0) return;
  const rest = files.length > 3 ? ` and ${files.length - 3} more` : '';
  throw new InstallImpossible(
    `${folder} is not an engine and holds files that the installer did not write: ${files.slice(0, 3).join(', ')}${rest}`,
    'move them elsewhere, then run the command again',
  );
}

/** Where the wheels come from, and how the binding is built. */
interface Source extends Requirements {
  readonly folder: string;
  readonly toFetch: readonly Wheel[];
}

/** Everything that can be missing is checked here, before the first byte is downloaded. */
async function prepareSource(options: InstallOptions): Promise<Source> {
  const folder = options.wheels ?? wheelCache(options.env);
  const ask = askOnPath(options.env, options.signal);
  const { wheels } = ENGINE_PARTS[options.flavour];
  if (options.wheels !== undefined) {
    options.progress('checking the wheels');
    const offline = { wheels: false, compilerWheel: false };
    const found = await findRequirements(offline, ask, options.env);
    const needed = needsCompilerWheel(found) ? [...wheels, COMPILER_WHEEL] : wheels;
    await requireWheels(folder, needed, fillCommand(options.flavour));
    return { ...found, folder, toFetch: [] };
  }
  const missing = await missingWheels(folder, wheels);
  const missingCompiler = await missingWheels(folder, [COMPILER_WHEEL]);
  const need = {
    wheels: missing.length > 0,
    compilerWheel: missingCompiler.length > 0 && !hasPrebuiltBinding(),
  };
  const found = await findRequirements(need, ask, options.env);
  return {
    ...found,
    folder,
    toFetch: needsCompilerWheel(found) ? [...missing, ...missingCompiler] : missing,
  };
}

function needsCompilerWheel({ compiler }: Requirements): boolean {
  return compiler === undefined && !hasPrebuiltBinding();
}

function fillCommand(flavour: EngineFlavour): string {
  return `regrip engine wheels DIR${flavour === 'cuda12' ? ' --cuda' : ''}`;
}

async function fetch({ folder, toFetch, pip }: Source, options: InstallOptions): Promise<void> {
  const what = `${toFetch.length === 1 ? 'a wheel' : `${toFetch.length} wheels`} (${sizeText(totalBytes(toFetch))})`;
  options.log(`downloading ${what} through pip`);
  await downloadWheels(folder, toFetch, { ...options, pip: pip! });
}

/** Leaves a complete engine in `staging`, without anything that only the build needed. */
async function fill(staging: string, source: Source, options: InstallOptions): Promise<void> {
  const [tensorflow, ...nvidia] = ENGINE_PARTS[options.flavour].wheels;
  const { progress, signal } = options;
  await extractTensorFlow(join(source.folder, tensorflow!.file), staging, progress, signal);
  for (const { file } of nvidia) await extractNvidia(join(source.folder, file), staging, progress, signal);
  await build(staging, source, options);
  await proveBinding(staging, options.env, signal);
  await writeManifest(staging);
}

async function build(staging: string, source: Source, options: InstallOptions): Promise<void> {
  const zig = join(staging, 'zig');
  if (hasPrebuiltBinding()) {
    await copyBinding(staging);
  } else if (source.compiler === undefined) {
    options.log(ZIG_NOTE);
    const compiler = await unpackCompiler(join(source.folder, COMPILER_WHEEL.file), zig, options.signal);
    await buildBinding(staging, compiler, { ...options.env, ...zigEnvironment(zig) }, options.signal);
  } else {
    options.progress('building the binding');
    await buildBinding(staging, source.compiler, options.env, options.signal);
  }
  await rm(join(staging, 'deps', 'include'), { recursive: true });
  await rm(zig, { recursive: true, force: true });
}

/** Concurrent installs each fill their own folder; the second to finish finds the place taken and gives way. */
async function moveIntoPlace(
  staging: string,
  folder: string,
  { home, flavour }: InstallOptions,
): Promise<InstallResult['outcome']> {
  if (!isInstalled(home, flavour)) await rm(folder, { recursive: true, force: true }); // what refuseStrangers allowed
  try {
    await rename(staging, folder);
    return 'installed';
  } catch (error) {
    if (isInstalled(home, flavour)) return 'already';
    throw error;
  }
}
