/** A client in a process of its own: connects, begins a job if it is given one, prints the supervisor's pid or the job's id, stays. */
import { EngineClient, type EngineOptions } from '../../engine/wire/connect/client.js';
import type { JobCall } from '../../engine/wire/jobs.js';
import { startJob, status } from '../../engine/wire/supervisorMessages.js';

const options = JSON.parse(process.argv[2]!) as EngineOptions;
const call = process.argv[3] === undefined ? undefined : (JSON.parse(process.argv[3]) as JobCall);
const client = new EngineClient({ ...options, env: process.env });
const { pid } = await client.call(status, {});
process.stdout.write(call === undefined ? String(pid) : (await client.call(startJob, call)).id);
setInterval(() => undefined, 60_000);
