/** What the gripper panel shows: judged logs, and single steps as they are looked at. */
import { describe, expect, test } from 'vitest';
import { GripperModel, MAX_LOGS, type StepReader } from '../../../client/panels/gripperModel.js';
import type { GripperToPage, StepView } from '../../../client/panels/panelMessages.js';
import { sampleView } from '../harness/samples.js';

const STEP: StepView = { step: 3, action: [[1]], state: null, timing: {}, hasFrame: true };
const reader = (change: Partial<StepReader> = {}): StepReader => ({
  step: async () => STEP,
  frame: async () => new Uint8Array([1, 2]),
  ...change,
});
const made = (change?: Partial<StepReader>) => new GripperModel('s', { low: 0.3, high: 0.7 }, reader(change));

const list = (messages: readonly GripperToPage[]) =>
  messages.flatMap((each) => (each.type === 'logs' ? [each] : []))[0];
const logs = (messages: readonly GripperToPage[]) =>
  messages.flatMap((each) => (each.type === 'log' ? [each.name] : []));

describe('logs', () => {
  test('are awaited, then shown; a page that opens again has them all', () => {
    const model = made();
    model.expect('/a.json');
    expect(list(model.changes())).toMatchObject({ ids: [], pending: ['/a.json'] });
    const id = model.add('/a.json', 'a', sampleView());
    const told = model.changes();
    expect([list(told)?.ids, list(told)?.pending, logs(told)]).toEqual([[id], [], ['a']]);
    expect(model.changes()).toEqual([]);
    expect(logs(model.snapshot())).toEqual(['a']);
  });

  test('one that is read again keeps its place and its number', () => {
    const model = made();
    const [a, b] = [model.add('/a', 'a', sampleView()), model.add('/b', 'b', sampleView())];
    expect(model.add('/a', 'a again', sampleView())).toBe(a);
    expect(list(model.changes())?.ids).toEqual([a, b]);
    expect(logs(model.snapshot())).toEqual(['a again', 'b']);
  });

  test('no more than fit; one that goes makes room, and its number is not given again', () => {
    const model = made();
    const ids = Array.from({ length: MAX_LOGS }, (_, k) => model.add(`/${k}`, `${k}`, sampleView()));
    expect(model.add('/more', 'more', sampleView())).toBeUndefined();
    model.remove(ids[0]!);
    model.remove(99);
    const next = model.add('/more', 'more', sampleView());
    expect(ids).not.toContain(next);
    expect([model.pathOf(next!), model.pathOf(ids[0]!)]).toEqual(['/more', undefined]);
  });

  test('those that are others on disk now, of those that are shown', () => {
    const model = made();
    model.add('/a', 'a', sampleView());
    model.outdate('/a');
    model.outdate('/never shown');
    expect([model.outdated, list(model.changes())?.outdated]).toEqual([['/a'], ['a']]);
    model.add('/a', 'a', sampleView());
    expect([model.outdated, list(model.changes())?.outdated]).toEqual([[], []]);
  });

  test('of thousands of findings a thousand reach the page', () => {
    const view = sampleView();
    const findings = Array(3000).fill(view.report.findings[0]!);
    const model = made();
    model.add('/a', 'a', { ...view, findingRows: Array(3000).fill(0), report: { ...view.report, findings } });
    const [told] = model.snapshot().flatMap((each) => (each.type === 'log' ? [each.view] : []));
    expect([told!.report.findings.length, told!.findingRows.length]).toEqual([1000, 1000]);
  });
});

describe('a step', () => {
  const read = async (change?: Partial<StepReader>) => {
    const model = made(change);
    const id = model.add('/a', 'a', sampleView())!;
    return model.readStep(id, 7);
  };

  test('with its frame', async () => {
    expect(await read()).toMatchObject({ type: 'step', row: 7, step: STEP, jpeg: new Uint8Array([1, 2]) });
  });

  test('without one no frame is asked for', async () => {
    const step = { ...STEP, hasFrame: false };
    const told = await read({
      step: async () => step,
      frame: () => expect.unreachable('no frame'),
    });
    expect(told).toEqual({ type: 'step', log: 0, row: 7, step });
  });

  test('a frame that cannot be read is told beside it, a step that cannot be read is not shown', async () => {
    const torn = () => Promise.reject(new Error('torn'));
    expect(await read({ frame: torn })).toMatchObject({ step: STEP, frameProblem: 'torn' });
    await expect(read({ step: torn })).rejects.toThrow('torn');
  });

  test('of a log that is gone is none', async () => {
    expect(await made().readStep(0, 1)).toBeUndefined();
  });
});
