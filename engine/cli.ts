#!/usr/bin/env node
/** The command line's entry: wires the process to the commands and turns errors into exit codes. */
import { stderr, stdout, terminalText } from './base/terminal.js';
import { heedBrokenOutput } from './commands/brokenOutput.js';
import { run } from './commands/program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupted.abort(new Error('terminated')));

let isCutShort = false;
heedBrokenOutput(process, (text) => {
  isCutShort = true;
  stderr(terminalText(text));
});
process.once('exit', () => {
  if (isCutShort) process.exitCode = 1;
});

process.exitCode = await run(process.argv.slice(2), {
  out: stdout,
  err: stderr,
  interactive: process.stderr.isTTY === true,
  colours: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  signal: interrupted.signal,
  env: process.env,
  cwd: process.cwd(),
  calledAs: [
    ...(process.versions['electron'] === undefined ? [] : ['env', 'ELECTRON_RUN_AS_NODE=1']),
    process.execPath,
    ...process.argv.slice(1, 2),
  ],
});
