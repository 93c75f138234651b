/** When our own code began to load: imported before everything else, so that activation is measured whole. */
export const activationStart = performance.now();

const cpu = process.cpuUsage();

/** Milliseconds that this process has computed since: other windows and processes take their part of the time, but not of this. */
export function activationCpuMs(): number {
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}
