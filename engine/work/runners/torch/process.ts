/** The Python process that holds the policy: calls go to it one at a time; what it prints is kept for errors. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { engineEnvironment } from '../../../base/process.js';
import type { TorchPlace } from '../../../wire/workerMessages.js';
import { ended, refused } from './errors.js';
import { type Answer, AnswerReader, type Arrays, send } from './frames.js';

/** The folder that holds the package `regrip_torch`. */
export const PACKAGE = fileURLToPath(new URL('../../../torch/', import.meta.url));
/** Enough for the longest traceback of a nested model. */
const KEPT_CHARACTERS = 1 << 16;

export class TorchProcess {
  private readonly child: ChildProcess;
  private readonly sink: Writable;
  private readonly answers: AnswerReader;
  private readonly over: Promise<string>;
  private output = '';
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly place: TorchPlace) {
    const { python, folders } = place;
    this.child = spawn(python, ['-u', '-m', 'regrip_torch', '3', '4'], {
      cwd: folders[0],
      // Nothing is written into the user's environment, no compiled modules beside ours either.
      env: {
        ...engineEnvironment(process.env),
        PYTHONPATH: [PACKAGE, process.env['PYTHONPATH']].filter(Boolean).join(':'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const log = place.log === undefined ? undefined : createWriteStream(place.log, { flags: 'a' });
    log?.on('error', () => undefined); // a full disk must not end the training
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_CHARACTERS);
        log?.write(text);
      });
    this.sink = this.child.stdio[3] as Writable;
    this.sink.on('error', () => undefined); // its end is told by `over`
    this.answers = new AnswerReader(this.child.stdio[4] as Readable);
    this.over = new Promise((resolve) => {
      this.child.once('error', ({ message }) => resolve(message));
      this.child.once('close', (code, signal) =>
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
    const kill = (): void => void this.child.kill('SIGKILL');
    process.once('exit', kill);
    void this.over.then(() => process.removeListener('exit', kill));
  }

  /** Throws what the user's code raised, named, or that the process ended. Calls wait for each other. */
  call<Result>(name: string, args: unknown = {}, arrays: Arrays = {}): Promise<Reply<Result>> {
    const answer = this.last.then(() => this.ask(name, args, arrays));
    this.last = answer.catch(() => undefined);
    return answer as Promise<Reply<Result>>;
  }

  /** Ends the process, whatever it does. */
  close(): void {
    this.sink.destroy();
    this.child.kill('SIGKILL');
  }

  private async ask(name: string, args: unknown, arrays: Arrays): Promise<Reply<unknown>> {
    await send(this.sink, name, args, arrays);
    const answer = await this.answers.next();
    if (answer === undefined) throw ended(await this.over, this.output, this.place);
    const { header } = answer;
    if (!header.ok) throw refused(header.error, this.place);
    return { result: header.result, arrays: answer.arrays };
  }
}

interface Reply<Result> {
  readonly result: Result;
  readonly arrays: Answer['arrays'];
}
