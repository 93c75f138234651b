/** Whether a training outlives its user's logout: systemd's logind may kill it (KillUserProcesses). */
import type { DoctorProbes } from './probes.js';
import type { Row } from './report.js';

const NAME = 'after a logout';

/** undefined where no systemd runs. */
export async function judgeLogout(probes: DoctorProbes): Promise<Row | undefined> {
  if ((await probes.list('/run/systemd/system')).length === 0) return undefined;
  const kills = (await askLogind(probes)) ?? (await readSettings(probes));
  if (!kills) return { name: NAME, state: 'ok', found: 'processes keep running (KillUserProcesses=no)' };
  return {
    name: NAME,
    state: 'warning',
    found: 'systemd ends all processes of a user who logs out (KillUserProcesses=yes), including trainings',
    fix: 'loginctl enable-linger, and start trainings with: systemd-run --user --scope regrip finetune …',
  };
}

const PROPERTY = [
  ...['get-property', 'org.freedesktop.login1', '/org/freedesktop/login1'],
  ...['org.freedesktop.login1.Manager', 'KillUserProcesses'],
];

/** The setting in force, regardless of the files; undefined when the bus does not answer. */
async function askLogind(probes: DoctorProbes): Promise<boolean | undefined> {
  const { status, output } = await probes.ask('busctl', PROPERTY);
  return status === 0 ? output.trim() === 'b true' : undefined;
}

/** The main file, then the drop-ins ordered by name, whatever their folder (logind.conf(5)): the last setting wins. */
const FOLDERS = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

async function readSettings(probes: DoctorProbes): Promise<boolean> {
  const main = await firstThere(
    FOLDERS.map((folder) => `${folder}/logind.conf`),
    probes,
  );
  const dropIns = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of await probes.list(`${folder}/logind.conf.d`)) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${folder}/logind.conf.d/${name}`);
    }
  }
  const paths = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const texts = await Promise.all(paths.map((path) => probes.readText(path)));
  const words = [main, ...texts].flatMap((text) => [
    ...(text ?? '').matchAll(/^\s*KillUserProcesses\s*=\s*(\S+)/gm),
  ]);
  return /^(yes|true|on|1)$/i.test(words.at(-1)?.[1] ?? 'no');
}

async function firstThere(paths: readonly string[], probes: DoctorProbes): Promise<string | undefined> {
  for (const path of paths) {
    const text = await probes.readText(path);
    if (text !== undefined) return text;
  }
  return undefined;
}
