/** The side bar's tree. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandParts } from '../../../client/commands/command.js';
import { PipelineView } from '../../../client/sidebar/pipelineView.js';
import type { Job } from '../../../engine/wire/jobs.js';
import type { PipelineResult, PipelineStage } from '../../../server/editorRequests.js';
import { EventEmitter } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

const stage = (change: Partial<PipelineStage>): PipelineStage => ({
  kind: 'dataSet',
  label: 'Data set',
  state: 'ready',
  detail: '5 episodes',
  path: '/d.zarr',
  ...change,
});
const job = (change: object) =>
  ({ id: '1', title: 'Convert', state: 'running', command: 'regrip convert', ...change }) as Job;

let pipeline: PipelineResult | null | Error;
let jobs: Job[];
let view: PipelineView;
let changed: EventEmitter<unknown>;
beforeEach(() => {
  [pipeline, jobs, changed] = [null, [], new EventEmitter()];
  view = new PipelineView({
    server: {
      onNotification: () => undefined,
      ask: async () => {
        if (pipeline instanceof Error) throw pipeline;
        return pipeline;
      },
    },
    targets: { onChange: changed.event },
    engine: {
      onChange: new EventEmitter().event,
      get jobs() {
        return jobs;
      },
    },
    log: { debug: () => undefined },
  } as unknown as CommandParts);
});

type Shown = {
  label: string;
  description?: string;
  contextValue?: string;
  command?: { command: string; arguments?: unknown[] };
};
async function shown(): Promise<Shown[]> {
  const below = async (node?: Parameters<PipelineView['getTreeItem']>[0]): Promise<Shown[]> => {
    const nodes = await view.getChildren(node);
    const all = nodes.map(async (each) => [
      view.getTreeItem(each) as unknown as Shown,
      ...(await below(each)),
    ]);
    return (await Promise.all(all)).flat();
  };
  return below();
}

test('without a target and jobs it is empty, for the welcome text; so it is without a server', async () => {
  expect(await shown()).toEqual([]);
  pipeline = new Error('not up');
  expect(await shown()).toEqual([]);
});

test('stages: what is missing leads to what makes it, what is there opens', async () => {
  const missing = stage({ state: 'missing', detail: 'not there', action: 'convert' });
  pipeline = {
    startFolder: '/p',
    runs: [],
    stages: [missing, stage({}), stage({ kind: 'config', path: '/a.yaml', action: 'finetune' })],
  };
  const items = await shown();
  expect(items.map(({ contextValue, command }) => [contextValue, command?.command])).toEqual([
    ['dataSet.missing', 'regrip.convert'],
    ['dataSet.ready', 'regrip.openDataSet'],
    ['config.ready', 'vscode.open'],
  ]);
  expect(items[0]).toMatchObject({ label: 'Data set', description: 'not there' });
});

test('runs and jobs stand below their groups, with how many they are', async () => {
  const run = { name: 'outputs/a', path: '/p/outputs/a', state: 'done', epoch: 3, trainLoss: 0.1234 };
  pipeline = { startFolder: '/p', stages: [], runs: [run] } as unknown as PipelineResult;
  jobs = [job({ progress: { done: 1, total: 2 } })];
  const items = await shown();
  expect(items.map(({ label, description }) => [label, description])).toEqual([
    ['Runs', '1'],
    ['outputs/a', 'done · epoch 3 · loss 0.123'],
    ['Jobs', '1'],
    ['Convert 50 %', 'running'],
  ]);
  expect([items[1]?.command?.arguments, items[3]?.command?.arguments]).toEqual([
    [{ runDir: '/p/outputs/a' }],
    [{ id: '1' }],
  ]);
});

test('a job’s menu depends on whether it runs, can go on, or is over', async () => {
  jobs = [job({}), job({ ended: 1, resumable: true }), job({ ended: 1 })];
  expect((await shown()).slice(1).map(({ contextValue }) => contextValue)).toEqual([
    'job.live',
    'job.resumable',
    'job.ended',
  ]);
});

test('many changes are one', async () => {
  const told = vi.fn();
  view.onDidChangeTreeData(told);
  for (let k = 0; k < 20; k++) changed.fire(undefined);
  await vi.waitUntil(() => told.mock.calls.length > 0, { timeout: 10_000 });
  expect(told).toHaveBeenCalledOnce();
  view.dispose();
});
