/** Properties of the machine that affect the jobs: memory, disks, limits, what a logout does. */

import { engineHome } from '../../base/engineHome.js';
import { sizeText } from '../../base/shown.js';
import { wheelCache } from '../install/wheel.js';
import { judgeLogout } from './logout.js';
import type { DoctorProbes } from './probes.js';
import type { Row } from './report.js';

export async function judgeMachine(probes: DoctorProbes): Promise<Row[]> {
  const rows = await Promise.all([
    judgeHardware(probes),
    judgeDisk('disk of this folder', probes.cwd, probes),
    judgeDisk('disk of the engines', engineHome(probes.env), probes),
    judgeDisk('disk of the cache', wheelCache(probes.env), probes),
    judgeOpenFiles(probes),
    judgeWatches(probes),
    judgeLogout(probes),
  ]);
  return rows.filter((row) => row !== undefined);
}

const SMALL_MEMORY = 4e9; // the reference policy, its EMA and optimizer, a batch of 8 and the binding

function judgeHardware({ cores, memoryBytes, platform }: DoctorProbes): Row {
  const libc =
    platform.os === 'linux' ? `, ${platform.glibc === undefined ? 'musl' : `glibc ${platform.glibc}`}` : '';
  const found = `${platform.os} ${platform.cpu}${libc}, ${cores} cores, ${sizeText(memoryBytes)} memory`;
  if (memoryBytes >= SMALL_MEMORY) return { name: 'hardware', state: 'ok', found };
  return {
    name: 'hardware',
    state: 'warning',
    found,
    fix: 'train with a smaller dataloader.batch_size, and regrip.freeze_encoder=true',
  };
}

const SMALL_DISK = 3e9; // five saved checkpoints and the latest, 323 MB each, and one being written

async function judgeDisk(name: string, folder: string, probes: DoctorProbes): Promise<Row> {
  const free = await probes.freeBytes(folder);
  const found = `${sizeText(free)} free in ${folder}`;
  if (free >= SMALL_DISK) return { name, state: 'ok', found };
  return { name, state: 'warning', found, fix: `free some space; see: du -xh ${folder} | sort -h | tail` };
}

const FEW_FILES = 1024; // for a chunk of frames, the pool's processes and the editor's watchers together

function judgeOpenFiles({ openFiles }: DoctorProbes): Row | undefined {
  if (openFiles === undefined) return undefined;
  const found = `${openFiles} at a time`;
  if (openFiles >= FEW_FILES) return { name: 'open files', state: 'ok', found };
  return { name: 'open files', state: 'warning', found, fix: 'ulimit -n 65536' };
}

const FEW_WATCHES = 65_536; // an editor uses one per folder of a workspace that holds a zarr data set

async function judgeWatches(probes: DoctorProbes): Promise<Row | undefined> {
  const watches = Number(await probes.readText('/proc/sys/fs/inotify/max_user_watches'));
  if (!(watches > 0)) return undefined; // not Linux
  const found = `${watches} (fs.inotify.max_user_watches)`;
  if (watches >= FEW_WATCHES) return { name: 'file watches', state: 'ok', found };
  const setting = 'fs.inotify.max_user_watches=524288';
  return {
    name: 'file watches',
    state: 'warning',
    found: `${found}: the editor may miss changes in large folders`,
    fix: `echo ${setting} | sudo tee /etc/sysctl.d/60-regrip.conf && sudo sysctl --system`,
  };
}
