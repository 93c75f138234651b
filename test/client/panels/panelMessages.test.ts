/** The line between extension and page: what models tell passes the schemas, garbage does not, texts are bounded. */
import { describe, expect, test } from 'vitest';
import { AdaptModel } from '../../../client/panels/adaptModel.js';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import { GripperModel } from '../../../client/panels/gripperModel.js';
import type { PanelModel } from '../../../client/panels/model.js';
import { checkToHost, checkToPage, type PanelKind } from '../../../client/panels/panelMessages.js';
import { RunModel } from '../../../client/panels/runModel.js';
import { logSteps } from '../harness/logViews.js';
import { sampleView } from '../harness/samples.js';

const LONG = 'x'.repeat(50_000);
const plan = {
  ...{
    source: LONG,
    oldActionDim: 7,
    newActionDim: 8,
    strategy: 'transplant',
    weights: 'ema',
    optimizer: LONG,
  },
  rows: [{ key: LONG, fate: 'copied' as const, from: [1], to: [1], detail: LONG }],
  losses: [{ key: LONG, what: LONG }],
  warnings: [LONG],
};

describe('texts of any length', () => {
  test('are cut before they reach a page', () => {
    const run = new RunModel({ name: LONG, runDir: LONG });
    run.event({ event: 'note', message: LONG });
    run.setState('failed', LONG);
    run.addRun(LONG);
    const gripper = new GripperModel('s', { low: 0.3, high: 0.7 }, logSteps);
    gripper.expect(LONG);
    gripper.add(LONG, LONG, sampleView({ message: LONG }));
    const convert = new ConvertModel('s', { input: LONG, output: LONG });
    convert.note(LONG);
    convert.skip({ episode: LONG, reason: LONG });
    convert.thumbnail(LONG, 0, new Uint8Array(4));
    for (const model of [run, gripper, convert, new AdaptModel('s', plan, LONG)])
      for (const message of (model as PanelModel<PanelKind>).snapshot())
        expect(checkToPage(model.kind, message), model.kind).toHaveProperty('message');
  });
});

describe('a message that is none', () => {
  test.each([
    [undefined],
    ['ready'],
    [{ type: 'action', id: -1, action: { kind: 'openFolder' } }],
    [{ type: 'action', id: 0, action: { kind: 'rm' } }],
    [{ type: 'action', id: 0, action: { kind: 'control', control: 'explode' } }],
    [{ type: 'action', id: 0, action: { kind: 'zoom', range: [0] } }],
  ])('from the page is refused: %j', (value) => {
    expect(checkToHost('run', value)).toHaveProperty('problem');
  });

  test('of one panel is none of another', () => {
    const write = { type: 'action', id: 0, action: { kind: 'write', acceptLosses: true } };
    expect(checkToHost('adapt', write)).toHaveProperty('message');
    expect(checkToHost('run', write)).toHaveProperty('problem');
  });
});
