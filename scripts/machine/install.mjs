/** Brings missing parts by the system's package manager where it may: apt-get as root, or by a sudo that asks nothing. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { runLogged } from './logged.mjs';
import { answers } from './parts.mjs';

/** What can be done about `missing`: a call that needs nobody, or the command that a person gives. */
export function remedy(missing, machine) {
  const packages = [...new Set(missing.flatMap((part) => part.packages))].sort();
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!machine.hasApt)
    return { advice: `this system has no apt-get: install what Debian calls ${packages.join(' ')}` };
  if (machine.isRoot) return { before: [], install, packages };
  if (machine.hasSudo) return { before: ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'], install, packages };
  return { advice: `sudo apt-get install --no-install-recommends ${packages.join(' ')}` };
}

export function thisMachine() {
  const hasApt = existsSync('/usr/bin/apt-get');
  const isRoot = userInfo().uid === 0;
  return { hasApt, isRoot, hasSudo: hasApt && !isRoot && answers('sudo', '-n', 'true') };
}

/** Another apt-get is waited for: a fresh machine often updates itself just then. */
export async function aptInstall({ before, install }, log) {
  const [program, ...args] = [...before, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await runLogged(log, program, [...args, 'update'], env);
  return updated || (await runLogged(log, program, [...args, ...install], env));
}
