/** The supervisor's entry: wires the process to it. Started detached by `connect/start`, with its log as stdout and stderr. */
import { logLine, stdout } from './base/terminal.js';
import { Supervisor } from './supervisor/supervisor.js';
import type { SupervisorArguments } from './wire/connect/start.js';

const { places, code, idleMs } = JSON.parse(process.argv[2] ?? '{}') as SupervisorArguments;
const log = (text: string): void => stdout(logLine(`${new Date().toISOString()} [${process.pid}] ${text}`));

const supervisor = await Supervisor.open({ places, code, idleMs, now: Date.now, log });
if (supervisor === undefined) {
  log('another engine is already running here');
  process.exit(0);
}
log(`listening: code ${code}, Node ${process.versions.node}`);
process.on('SIGTERM', () => supervisor.shutDown('terminated'));
process.on('SIGINT', () => supervisor.shutDown('interrupted'));
process.on('SIGHUP', () => log('the terminal is gone; continuing without it'));
// An internal error in one request must not end the trainings.
process.on('unhandledRejection', (reason) =>
  log(`fault: ${reason instanceof Error ? reason.stack : String(reason)}`),
);
await supervisor.ended;
process.exit(0);
