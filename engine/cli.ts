#!/usr/bin/env node
/** The command line's entry: wires the process to the commands and turns errors into exit codes. */
import { stderr, stdout } from './base/terminal.js';
import { run } from './commands/program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupted.abort(new Error('terminated')));

process.exitCode = await run(process.argv.slice(2), {
  out: stdout,
  err: stderr,
  interactive: process.stderr.isTTY === true,
  colours: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  signal: interrupted.signal,
  env: process.env,
  cwd: process.cwd(),
});
