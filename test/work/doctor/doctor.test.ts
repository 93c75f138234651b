import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { NEWEST_TRIED_NODE, OLDEST_NODE } from '../../../engine/base/process.js';
import { examine } from '../../../engine/work/doctor/doctor.js';
import type { DoctorReport, Row } from '../../../engine/work/doctor/report.js';
import { doctorText } from '../../../engine/work/doctor/text.js';
import { type Machine, type Programs, probesOf, python, WORKSTATION } from './machines.js';

const doctor = (machine: Machine = {}): Promise<DoctorReport> => examine(probesOf(machine), 'python3');

function row(report: DoctorReport, name: string): Row {
  return [...report.jobs, ...report.machine].find((candidate) => candidate.name === name)!;
}

/** The workstation without some programs. */
function without(...names: string[]): Programs {
  return Object.fromEntries(Object.entries(WORKSTATION).filter(([name]) => !names.includes(name)));
}

test('a workstation that has everything', async () => {
  const report = await doctor();
  expect(report.ok).toBe(true);
  expect(report.jobs.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'convert: ok',
    'adapt: ok',
    'inspect, compose: ok',
    'gripper: ok',
    'finetune on the CPU: ok',
    'finetune with CUDA: ok',
    'finetune on WebAssembly: slow',
    'your own train.py: ok',
  ]);
  expect(row(report, 'finetune with CUDA').found).toBe(
    'TensorFlow 2.16.2 with CUDA 12, NVIDIA RTX A6000 (51.5 GB), driver 550.54.15',
  );
  expect(report.machine.every(({ state }) => state === 'ok')).toBe(true);
});

test('the table: a line a row, a second one with the command that fixes it', async () => {
  const report = await doctor({
    installed: ['cpu'],
    free: { '/data': 2e9 },
    programs: without('nvidia-smi'),
  });
  expect(doctorText(report, false)).toBe(
    `
convert                  warning  2.0 GB free in /data; 5.0 GB are typically needed
                                  → free some space, or write to a larger disk
adapt                    ok       Node 20.15.0, 2.0 GB free in /data
inspect, compose         ok       Node 20.15.0
gripper                  ok       Node 20.15.0
finetune on the CPU      ok       TensorFlow 2.16.2, 16 cores
finetune with CUDA       missing  no NVIDIA card: no NVIDIA driver was found (nvidia-smi is not on PATH)
                                  → train on a machine with an NVIDIA GPU
finetune on WebAssembly  slow     one thread; a training step takes about 5 times as long as with TensorFlow
your own train.py        ok       Python 3.9.19 (/opt/robodiff/bin/python3), torch 2.1.0 on NVIDIA RTX A6000

hardware                 ok       linux x64, glibc 2.36, 16 cores, 64.0 GB memory
disk of this folder      warning  2.0 GB free in /data
                                  → free some space; see: du -xh /data | sort -h | tail
disk of the engines      ok       500.0 GB free in /engines
disk of the cache        ok       500.0 GB free in /cache/regrip/wheels
open files               ok       20000 at a time

Every main job can run here.`.trimStart(),
  );
});

test('colours mark the states alone', async () => {
  const report = await doctor({ installed: [] });
  const coloured = doctorText(report, true);
  expect(coloured).toContain('finetune on the CPU      \x1b[31mmissing\x1b[0m  TensorFlow');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is made of
  expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(doctorText(report, false));
});

describe('TensorFlow', () => {
  const cpu = async (machine: Machine): Promise<Row> => row(await doctor(machine), 'finetune on the CPU');

  test('not installed, and everything there to install it', async () => {
    expect(await cpu({ installed: [] })).toMatchObject({
      state: 'missing',
      found: 'TensorFlow 2.16.2 is not installed',
      fix: 'regrip engine install',
    });
  });

  test('no pip', async () => {
    expect(await cpu({ installed: [], programs: without('python3 -m pip') })).toMatchObject({
      found: expect.stringContaining('not installed; no pip'),
      fix: 'Debian, Ubuntu: apt-get install python3-pip; then run: regrip engine install',
    });
  });

  test('neither pip nor a compiler', async () => {
    const bare = await cpu({ installed: [], programs: without('python3 -m pip', 'g++') });
    expect(bare.fix).toContain('apt-get install python3-pip g++');
  });

  test('no compiler alone: pip brings one', async () => {
    expect((await cpu({ installed: [], programs: without('g++') })).fix).toBe('regrip engine install');
  });

  test('a full disk', async () => {
    expect(await cpu({ installed: [], free: { '/engines': 300e6 } })).toMatchObject({
      found: 'not installed; it needs 632 MB in /engines, but only 300 MB are free',
      fix: expect.stringContaining('REGRIP_ENGINE_HOME'),
    });
  });

  test('installed and broken', async () => {
    const died = { status: undefined, output: 'ended by SIGILL' };
    expect(await cpu({ programs: { ...WORKSTATION, [process.execPath]: died } })).toMatchObject({
      state: 'missing',
      found: '/engines/2.16.2-cpu cannot be loaded: ended by SIGILL',
      fix: 'regrip engine remove; then: regrip engine install',
    });
  });

  test.each([
    [{ os: 'linux', cpu: 'x64', glibc: undefined }, 'musl'],
    [{ os: 'linux', cpu: 'arm64', glibc: '2.36' }, 'linux on arm64'],
    [{ os: 'darwin', cpu: 'arm64', glibc: undefined }, 'darwin on arm64'],
  ])('%o has WebAssembly, so the main jobs run', async (platform, reason) => {
    const report = await doctor({ installed: [], probes: { platform } });
    expect(row(report, 'finetune on the CPU').found).toContain(reason);
    expect(row(report, 'finetune with CUDA').found).toContain(reason);
    expect(report.ok).toBe(true);
  });

  test('a CPU without AVX', async () => {
    const old = await cpu({ installed: [], files: { '/proc/cpuinfo': 'flags\t\t: fpu sse4_2 popcnt\n' } });
    expect(old.found).toContain('lacks AVX');
  });
});

describe('CUDA', () => {
  const cuda = async (machine: Machine): Promise<Row> => row(await doctor(machine), 'finetune with CUDA');
  const smi = (output: string, status = 0): Programs => ({
    ...WORKSTATION,
    'nvidia-smi': { status, output },
  });

  test('a card without a driver', async () => {
    const card = '/sys/bus/pci/devices/0000:01:00.0';
    const files = { [`${card}/vendor`]: '0x10de\n', [`${card}/class`]: '0x030000\n' };
    expect(await cuda({ programs: without('nvidia-smi'), files })).toMatchObject({
      state: 'missing',
      found: 'no NVIDIA driver was found (nvidia-smi is not on PATH)',
      fix: expect.stringContaining('ubuntu-drivers install'),
    });
  });

  test('a driver that was updated without a restart', async () => {
    expect(
      await cuda({ programs: smi('Failed to initialize NVML: Driver/library version mismatch', 18) }),
    ).toMatchObject({
      found: 'the NVIDIA driver does not answer: Failed to initialize NVML: Driver/library version mismatch',
      fix: expect.stringContaining('restart'),
    });
  });

  test.each([
    ['470.223.02', 'missing'],
    ['525.60.13', 'ok'],
    ['525.147.05', 'ok'],
  ])('driver %s: %s', async (version, state) => {
    expect((await cuda({ programs: smi(`${version}, Tesla V100-SXM2-16GB, 16160\n`) })).state).toBe(state);
  });

  test('not installed', async () => {
    expect((await cuda({ installed: ['cpu'] })).fix).toBe('regrip engine install --cuda');
  });
});

describe('your own train.py', () => {
  const own = async (answer: string | undefined): Promise<Row> => {
    const programs = answer === undefined ? without('python3') : { ...WORKSTATION, python3: answer };
    return row(await doctor({ programs }), 'your own train.py');
  };

  test('packages that are missing, with the command for this Python', async () => {
    expect(await own(python({ missing: ['hydra', 'zarr'] }))).toMatchObject({
      state: 'missing',
      found: 'Python 3.9.19 (/opt/robodiff/bin/python3): hydra, zarr missing',
      fix: expect.stringContaining('python3 -m pip install hydra-core "zarr<3"'),
    });
  });

  test('zarr 3, which upstream cannot read with', async () => {
    expect((await own(python({ zarr: '3.0.8' }))).found).toContain('zarr 3.0.8, but zarr 2 is needed');
  });

  test('a torch without CUDA works, slowly', async () => {
    expect((await own(python({ cuda: null }))).state).toBe('slow');
  });

  test('a torch that is damaged', async () => {
    const damaged = python({ torch: undefined, torchError: 'libcudnn.so.9: cannot open shared object file' });
    expect((await own(damaged)).found).toContain('torch cannot be loaded: libcudnn.so.9');
  });

  test('no Python at all is a choice: the main jobs run', async () => {
    expect(await own(undefined)).toMatchObject({
      found: 'python3 was not found',
      fix: expect.stringContaining('--python'),
    });
    expect((await doctor({ programs: without('python3') })).ok).toBe(true);
  });
});

test('a Node that is newer than any that was tried does the job, and is called untried', async () => {
  const report = await doctor({ probes: { nodeVersion: `${NEWEST_TRIED_NODE + 1}.2.0` } });
  expect(report.ok).toBe(true);
  for (const job of ['convert', 'inspect, compose'])
    expect(row(report, job)).toMatchObject({
      state: 'ok',
      found: expect.stringContaining(`(untried; the newest that was tried is ${NEWEST_TRIED_NODE})`),
    });
  const tried = await doctor({ probes: { nodeVersion: `${NEWEST_TRIED_NODE}.12.1` } });
  expect(row(tried, 'convert').found).not.toContain('untried');
});

describe('a main job that cannot run', () => {
  test('Node is too old', async () => {
    const report = await doctor({ probes: { nodeVersion: '20.9.0' } });
    expect(report.ok).toBe(false);
    expect(row(report, 'convert').found).toBe('Node 20.9.0 is older than 20.15');
  });

  test('the oldest Node is the one of the manifest', async () => {
    const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
    const { engines } = JSON.parse(manifest) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
  });

  test('the image decoder of another platform', async () => {
    const report = await doctor({
      broken: { sharp: 'Could not load the "sharp" module using the linux-x64 runtime' },
    });
    expect(row(report, 'convert')).toMatchObject({
      state: 'missing',
      fix: expect.stringContaining('npm install'),
    });
    expect(report.ok).toBe(false);
  });

  test('a full disk', async () => {
    const report = await doctor({ free: { '/data': 50e6 } });
    expect([row(report, 'convert').state, row(report, 'adapt').state]).toEqual(['missing', 'missing']);
    expect(doctorText(report, false)).toMatch(/Not every main job can run here: see what is missing\.$/);
  });
});

describe('the machine', () => {
  const machine = async (name: string, changes: Machine): Promise<Row> => row(await doctor(changes), name);

  test('few file watches', async () => {
    const files = { '/proc/sys/fs/inotify/max_user_watches': '8192\n' };
    expect(await machine('file watches', { files })).toMatchObject({
      state: 'warning',
      fix: 'echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-regrip.conf && sudo sysctl --system',
    });
  });

  test('few open files, little memory', async () => {
    expect((await machine('open files', { probes: { openFiles: 256 } })).fix).toBe('ulimit -n 65536');
    expect((await machine('hardware', { probes: { memoryBytes: 2e9 } })).fix).toContain('batch_size');
  });

  const SYSTEMD = { '/run/systemd/system/x': '' };

  test('logind says that it kills at logout', async () => {
    const programs = { ...WORKSTATION, busctl: 'b true\n' };
    expect(await machine('after a logout', { files: SYSTEMD, programs })).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('KillUserProcesses=yes'),
      fix: expect.stringContaining('systemd-run --user --scope'),
    });
  });

  test.each([
    [{ '/etc/systemd/logind.conf': '[Login]\n#KillUserProcesses=yes\n' }, 'ok'],
    [{ '/etc/systemd/logind.conf': '[Login]\nKillUserProcesses=yes\n' }, 'warning'],
    [
      {
        '/etc/systemd/logind.conf': 'KillUserProcesses=no\n',
        '/usr/lib/systemd/logind.conf.d/50-site.conf': 'KillUserProcesses=yes\n',
        '/etc/systemd/logind.conf.d/50-site.conf': '',
      },
      'ok', // a file of the same name in /etc hides the one of the distribution
    ],
    [
      {
        '/etc/systemd/logind.conf.d/10-a.conf': 'KillUserProcesses=no\n',
        '/usr/lib/systemd/logind.conf.d/90-b.conf': 'KillUserProcesses=true\n',
      },
      'warning',
    ],
  ])('without an answer of the bus its files are read: %o', async (files, state) => {
    expect(
      (await machine('after a logout', { files: { ...SYSTEMD, ...files } as Record<string, string> })).state,
    ).toBe(state);
  });
});
