/** A client in a process of its own: connects, prints the supervisor's process id, stays. */
import { EngineClient, type EngineOptions } from '../../engine/connect/client.js';
import { status } from '../../engine/protocol.js';

const options = JSON.parse(process.argv[2]!) as EngineOptions;
const client = new EngineClient({ ...options, env: process.env });
const { pid } = await client.call(status, {});
process.stdout.write(String(pid));
setInterval(() => undefined, 60_000);
