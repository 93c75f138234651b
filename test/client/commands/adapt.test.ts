/** 'Adapt Checkpoint…' with a form of dimensions: which plans are made, and that what is written is the plan in view. */
import { beforeEach, expect, test, vi } from 'vitest';
import { adapt, reopenAdaptation } from '../../../client/commands/adapt.js';
import { CommandArgument, type CommandParts } from '../../../client/commands/command.js';
import type { AdaptModel } from '../../../client/panels/adaptModel.js';
import type { PanelOpening } from '../../../client/panels/panelView.js';
import { env, window } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));
const opened: PanelOpening<'adapt'>[] = [];
vi.mock('../../../client/panels/panelView.js', () => ({
  openPanel: (_: unknown, opening: PanelOpening<'adapt'>) => {
    opened.push(opening);
    return { onDidDispose: () => ({ dispose: () => undefined }) };
  },
}));

interface Started {
  readonly request: Record<string, unknown>;
  readonly id: string;
  readonly command: string;
}

const side = (width: number) => ({ width, ranges: [{ start: 0, width }] });
/** As the engine plans 7 → 8 without a map, and 7 → 8 as a map says. */
const planned = (map: readonly string[]) => ({
  ...{ copied: [], widened: [], initialised: [], dropped: [], fingerprint: 'f' },
  dimensions: [
    {
      ...{
        field: 'action',
        by: map.length > 0 ? 'map' : 'position',
        old: side(7),
        new: side(8),
        lost: [],
        suggestions: [],
      },
      from: map.length > 0 ? [null, 0, 1, 2, 3, 4, 5, 6] : [0, 1, 2, 3, 4, 5, 6, null],
    },
  ],
  plan: {
    ...{ source: '/old.ckpt', oldActionDim: 7, newActionDim: 8, strategy: 'transplant', weights: 'ema' },
    ...{ optimizer: 'fresh', rows: [], losses: [], warnings: map, inputs: [] },
  },
});

/** An engine that answers each plan when it is told to, or at once. */
function parts(hold: (request: Started['request']) => Promise<void> = async () => undefined) {
  const started: Started[] = [];
  const kept = new Map<string, unknown>();
  const made = {
    engine: {
      look: async () => undefined,
      job: (id: string) => started.find((job) => job.id === id),
      start: async (request: Started['request']) => {
        const job = {
          request,
          id: `job-${started.length}`,
          command: `regrip adapt ${String(request['map'] ?? '')}`,
          title: 'Adapt',
        };
        started.push(job);
        return job;
      },
      follow: async (id: string, tell: (events: unknown[]) => void) => {
        const { request } = started.find((job) => job.id === id)!;
        const map = (request['map'] ?? []) as string[];
        void hold(request).then(
          () =>
            tell([
              { told: { kind: 'result', result: planned(map) } },
              { told: { kind: 'state', state: 'done' } },
            ]),
          (error: Error) =>
            tell([{ told: { kind: 'state', state: 'failed', error: { message: error.message } } }]),
        );
        return { dispose: () => undefined };
      },
    },
    targets: {
      look: async () => undefined,
      byId: () => undefined,
      all: [],
      current: { id: 't', primary: '/c.yaml', overrides: [] },
    },
    server: { ask: async () => ({ startFolder: '/', stages: [], runs: [] }) },
    memory: {
      get: (key: string, other: unknown) => kept.get(key) ?? other,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    },
    place: {},
  };
  return { started, parts: made as unknown as CommandParts };
}

const ARGUMENT = new CommandArgument({ oldCkpt: '/old.ckpt' });
const swap = (index: number, from: number | null) =>
  ({ kind: 'continueFrom', field: 'action', index, from }) as const;
const GRIPPER_FIRST = ['0=new,1:8=0:7'];

/** Seven changes that put the new dimension in front. */
async function gripperFirst({ act }: PanelOpening<'adapt'>): Promise<void> {
  for (let index = 7; index > 0; index--) await act(swap(index, index - 1));
}

beforeEach(() => {
  opened.length = 0;
  vi.clearAllMocks();
});

test('several changes make one plan, with the form’s map; that is what is written, and copied', async () => {
  const { started, parts: made } = parts();
  await adapt(made, ARGUMENT);
  expect(started.map(({ request }) => request)).toEqual([
    expect.objectContaining({ dryRun: true, allowDrop: true, oldCkpt: '/old.ckpt' }),
  ]);
  const [opening] = opened as [PanelOpening<'adapt'>];
  const model = opening.model as AdaptModel;
  await gripperFirst(opening);
  expect(model.isOutdated).toBe(true);
  await expect.poll(() => started.length).toBe(2);
  await expect.poll(() => model.isOutdated).toBe(false);
  expect(started[1]!.request).toMatchObject({ dryRun: true, map: GRIPPER_FIRST });
  await opening.act({ kind: 'copyCommand' });
  expect(env.clipboard.writeText).toHaveBeenCalledWith(`regrip adapt ${GRIPPER_FIRST}`);
  window.showInputBox.mockResolvedValueOnce('/new.ckpt');
  await opening.act({ kind: 'write', acceptLosses: false });
  expect(started[2]!.request).toMatchObject({
    newCkpt: '/new.ckpt',
    map: GRIPPER_FIRST,
    allowDrop: false,
    expect: 'f',
  });
  expect(started[2]!.request).not.toHaveProperty('dryRun');
});

test('a plan that comes late is not that of the form', async () => {
  const waiting: (() => void)[] = [];
  const { started, parts: made } = parts((request) =>
    request['map'] === undefined ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  );
  await adapt(made, ARGUMENT);
  const [opening] = opened as [PanelOpening<'adapt'>];
  const model = opening.model as AdaptModel;
  await opening.act(swap(7, 0));
  await expect.poll(() => waiting.length).toBe(1);
  await opening.act(swap(7, null));
  await opening.act(swap(0, 0));
  waiting[0]!();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([model.maps, model.isOutdated, started.length]).toEqual([[], false, 2]);
});

test('what the engine refuses is told, and nothing is written from it', async () => {
  const { parts: made } = parts(async ({ map }) => {
    if (map !== undefined) throw new Error('no room');
  });
  await adapt(made, ARGUMENT);
  const [opening] = opened as [PanelOpening<'adapt'>];
  await opening.act(swap(7, 0));
  const shown = () =>
    opening.model.snapshot().flatMap((each) => (each.type === 'adaptation' ? [each.adaptation] : []))[0]!;
  await expect.poll(() => shown().reason).toBe('Adapt: no room');
  window.showInputBox.mockResolvedValueOnce('/new.ckpt');
  await expect(opening.act({ kind: 'write', acceptLosses: true })).rejects.toThrow('The plan is outdated');
});

test('a panel that comes back has the map', async () => {
  const { parts: made } = parts();
  const subject = (await adapt(made, ARGUMENT)) as string;
  const [opening] = opened as [PanelOpening<'adapt'>];
  await gripperFirst(opening);
  await expect.poll(() => (opening.model as AdaptModel).isOutdated).toBe(false);
  const panel = { onDidDispose: () => ({ dispose: () => undefined }) };
  const again = await reopenAdaptation(made, subject, panel as never);
  expect([again!.model.subject, (again!.model as AdaptModel).maps]).toEqual([subject, GRIPPER_FIRST]);
});
