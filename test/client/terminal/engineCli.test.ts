/** The command line as a task of the editor: when it counts as ended, and with which exit code. */
import { beforeEach, expect, test, vi } from 'vitest';
import { EngineCli } from '../../../client/terminal/engineCli.js';
import { EventEmitter } from '../harness/editorStandIn.js';

interface Ended {
  readonly execution: object;
  readonly exitCode: number | undefined;
}
const ends = new EventEmitter<Ended>();
const overs = new EventEmitter<Pick<Ended, 'execution'>>();
const executeTask = vi.hoisted(() => vi.fn<(task: unknown) => Promise<object>>());
vi.mock('vscode', async () => ({
  ...(await import('../harness/editorStandIn.js')),
  tasks: {
    executeTask,
    onDidEndTaskProcess: (listener: (ended: Ended) => void) => ends.event(listener),
    onDidEndTask: (listener: (over: Pick<Ended, 'execution'>) => void) => overs.event(listener),
  },
  Task: class {},
  TaskScope: { Workspace: 2 },
  ProcessExecution: class {},
}));

const cli = new EngineCli({ asAbsolutePath: (path: string) => `/extension/${path}` } as never);
const execution = {};
beforeEach(() => executeTask.mockReset());

test('it waits for the end of its own task', async () => {
  executeTask.mockResolvedValue(execution);
  let code: number | undefined | null = null;
  const run = cli.runToEnd('Check', ['check']).then((ended) => {
    code = ended;
  });
  await Promise.resolve();
  ends.fire({ execution: {}, exitCode: 7 });
  await new Promise(setImmediate);
  expect(code).toBeNull();
  ends.fire({ execution, exitCode: 1 });
  overs.fire({ execution });
  await run;
  expect(code).toBe(1);
});

test('one that has ended before it is said to have started', async () => {
  executeTask.mockImplementation(async () => {
    ends.fire({ execution, exitCode: undefined });
    return execution;
  });
  expect(await cli.runToEnd('Check', ['check'])).toBeUndefined();
});

test('one whose process could not be started', async () => {
  executeTask.mockImplementation(async () => {
    overs.fire({ execution });
    return execution;
  });
  expect(await cli.runToEnd('Check', ['check'])).toBeUndefined();
});
