/** 'Convert Trajectories…': what is asked, and the job that the answers make. */
import { beforeEach, expect, test, vi } from 'vitest';
import { CommandArgument, type CommandParts } from '../../../client/commands/command.js';
import { convert } from '../../../client/commands/convert.js';
import type { PipelineResult } from '../../../server/editorRequests.js';
import { window } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));
beforeEach(() => vi.resetAllMocks());

const ROTATIONS: PipelineResult['rotations'] = [
  { rotation: '6d', actionDim: 10 },
  { rotation: 'quaternion', actionDim: 8 },
];

/** The job's request, of a target with these choices; undefined where none was started. */
async function asked(rotations: PipelineResult['rotations'], argument: object): Promise<unknown> {
  const start = vi.fn(async (_: unknown) => ({ id: 'job' }));
  const pipeline = { startFolder: '/', stages: [], runs: [], ...(rotations && { rotations }) };
  const parts = {
    engine: { start },
    panels: { show: async () => undefined },
    targets: { look: async () => undefined, byId: () => undefined, all: [], current: { id: 't' } },
    server: { ask: async () => pipeline },
  };
  await convert(parts as unknown as CommandParts, new CommandArgument({ input: '/rec', ...argument }));
  return start.mock.calls[0]?.[0];
}
const FORM = { output: '/d.zarr', resolution: '32 18', isProposal: true };
const answer = () => {
  window.showInputBox.mockResolvedValueOnce('/d.zarr').mockResolvedValueOnce('32 18');
};

test('rotations are not asked for where the policy has those of recordings', async () => {
  answer();
  expect(await asked(undefined, FORM)).toEqual({
    ...{ kind: 'convert', input: '/rec', output: '/d.zarr', overwrite: false, resolution: [32, 18] },
  });
  expect(window.showQuickPick).not.toHaveBeenCalled();
});

test('where its actions are wider they are, with what fits first', async () => {
  answer();
  window.showQuickPick.mockImplementationOnce(async (items) => (items as unknown[])[0]);
  expect(await asked(ROTATIONS, FORM)).toMatchObject({ rotation: '6d' });
  const [items] = window.showQuickPick.mock.calls[0] as [{ label: string; description: string }[]];
  expect(items.map(({ label, description }) => `${label}: ${description}`)).toEqual([
    '6d: 10-D actions with the gripper',
    'quaternion: as recorded: 8-D actions with the gripper',
  ]);
});

test('the recorded ones may be chosen, and an escape starts nothing', async () => {
  answer();
  window.showQuickPick.mockImplementationOnce(async (items) => (items as unknown[])[1]);
  expect(await asked(ROTATIONS, FORM)).not.toHaveProperty('rotation');
  answer();
  expect(await asked(ROTATIONS, FORM)).toBeUndefined();
});

test('who gives the output and the size is asked nothing', async () => {
  expect(await asked(ROTATIONS, { output: '/d.zarr', resolution: '32 18' })).toMatchObject({
    output: '/d.zarr',
  });
  expect(window.showQuickPick).not.toHaveBeenCalled();
});
