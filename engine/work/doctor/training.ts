/** The three ways in which the builtin trainer can run here: TensorFlow on the CPU, with CUDA, WebAssembly. */

import { type EngineFlavour, engineFolder, engineHome, TENSORFLOW_VERSION } from '../../base/engineHome.js';
import { sizeText } from '../../base/shown.js';
import { bindingProblem } from '../install/build.js';
import { type Driver, driverProblem, findDriver } from '../install/driver.js';
import { InstallImpossible } from '../install/installError.js';
import { checkPlatform, findRequirements } from '../install/requirements.js';
import { wheelCache } from '../install/wheel.js';
import { ENGINE_PARTS, totalBytes } from '../install/wheels.js';
import type { DoctorProbes } from './probes.js';
import type { Row } from './report.js';

export async function judgeTraining(probes: DoctorProbes): Promise<Row[]> {
  return Promise.all([judgeCpu(probes), judgeCuda(probes), judgeWasm(probes)]);
}

const TENSORFLOW = `TensorFlow ${TENSORFLOW_VERSION}`;

async function judgeCpu(probes: DoctorProbes): Promise<Row> {
  const name = 'finetune on the CPU';
  const problem = (await platformProblem(probes)) ?? (await engineProblem('cpu', probes));
  if (problem !== undefined) return { name, state: 'missing', ...problem };
  return { name, state: 'ok', found: `${TENSORFLOW}, ${probes.cores} cores` };
}

async function judgeCuda(probes: DoctorProbes): Promise<Row> {
  const name = 'finetune with CUDA';
  const driver = await findDriver(probes.ask);
  const problem =
    (await platformProblem(probes)) ??
    (await cardProblem(driver, probes)) ??
    (await engineProblem('cuda12', probes));
  if (problem !== undefined) return { name, state: 'missing', ...problem };
  return { name, state: 'ok', found: `${TENSORFLOW} with CUDA 12, ${cardText(driver)}` };
}

/** About a fifth of TensorFlow's speed on two cores; more cores widen the gap. */
async function judgeWasm(probes: DoctorProbes): Promise<Row> {
  const name = 'finetune on WebAssembly';
  const problem = await probes.loadProblem('@tensorflow/tfjs-backend-wasm');
  if (problem !== undefined)
    return { name, state: 'missing', found: problem, fix: 'npm ci --ignore-scripts' };
  return {
    name,
    state: 'slow',
    found: 'one thread; a training step takes about 5 times as long as with TensorFlow',
  };
}

interface Problem {
  readonly found: string;
  readonly fix: string;
}

async function platformProblem(probes: DoctorProbes): Promise<Problem | undefined> {
  const impossible = await impossibility(() => checkPlatform(probes.platform));
  if (impossible !== undefined) return impossible;
  const flags = /^flags\s*:(.*)$/m.exec((await probes.readText('/proc/cpuinfo')) ?? '')?.[1];
  if (flags === undefined || flags.split(' ').includes('avx')) return undefined;
  return {
    found: 'this CPU lacks AVX, which TensorFlow needs',
    fix: 'use --backend wasm, or another machine',
  };
}

/** Not installed, and what prevents installing it; or installed but broken. */
async function engineProblem(flavour: EngineFlavour, probes: DoctorProbes): Promise<Problem | undefined> {
  const install = `regrip engine install${flavour === 'cuda12' ? ' --cuda' : ''}`;
  if (probes.isInstalled(flavour)) {
    const folder = engineFolder(engineHome(probes.env), flavour);
    const broken = await bindingProblem(folder, probes.ask);
    if (broken === undefined) return undefined;
    const remove = `regrip engine remove${flavour === 'cuda12' ? ' --cuda' : ''}`;
    return { found: `${folder} cannot be loaded: ${broken}`, fix: `${remove}; then: ${install}` };
  }
  const need = { wheels: true, compilerWheel: true };
  const lacking = await impossibility(() => findRequirements(need, probes.ask, probes.env));
  if (lacking !== undefined) return { ...lacking, found: `not installed; ${lacking.found}` };
  return (await roomProblem(flavour, probes)) ?? { found: `${TENSORFLOW} is not installed`, fix: install };
}

async function roomProblem(flavour: EngineFlavour, probes: DoctorProbes): Promise<Problem | undefined> {
  const { wheels, installedBytes } = ENGINE_PARTS[flavour];
  const needs = [
    { folder: engineHome(probes.env), bytes: installedBytes, variable: 'REGRIP_ENGINE_HOME' },
    { folder: wheelCache(probes.env), bytes: totalBytes(wheels), variable: 'XDG_CACHE_HOME' },
  ];
  for (const { folder, bytes, variable } of needs) {
    const free = await probes.freeBytes(folder);
    if (free >= bytes) continue;
    const found = `not installed; it needs ${sizeText(bytes)} in ${folder}, but only ${sizeText(free)} are free`;
    return { found, fix: `free some space, or set ${variable} to a folder on a larger disk` };
  }
  return undefined;
}

async function impossibility(check: () => unknown): Promise<Problem | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof InstallImpossible) return { found: error.message, fix: error.hint! };
    throw error;
  }
}

async function cardProblem(driver: Driver, probes: DoctorProbes): Promise<Problem | undefined> {
  const found = driverProblem(driver);
  if (found === undefined) return undefined;
  if (driver.state === 'none' && !(await hasNvidiaCard(probes))) {
    return { found: `no NVIDIA card: ${found}`, fix: 'train on a machine with an NVIDIA GPU' };
  }
  if (driver.state === 'broken')
    return { found, fix: 'restart the machine; if that does not help, reinstall the driver' };
  return {
    found,
    fix: 'Ubuntu: sudo ubuntu-drivers install; Debian: sudo apt-get install nvidia-driver; then restart',
  };
}

/** PCI devices with NVIDIA's vendor id and a display controller's class (03). Read from the kernel, since lspci is often missing. */
async function hasNvidiaCard(probes: DoctorProbes): Promise<boolean> {
  const root = '/sys/bus/pci/devices';
  for (const device of await probes.list(root)) {
    const vendor = await probes.readText(`${root}/${device}/vendor`);
    const kind = await probes.readText(`${root}/${device}/class`);
    if (vendor?.trim() === '0x10de' && kind?.startsWith('0x03')) return true;
  }
  return false;
}

function cardText(driver: Driver): string {
  if (driver.state !== 'ready') return 'no card';
  const cards = driver.gpus.map(({ name, memoryMiB }) => `${name} (${sizeText(memoryMiB * 2 ** 20)})`);
  return `${cards.join(', ')}, driver ${driver.version}`;
}
