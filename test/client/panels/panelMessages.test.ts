/** The line between extension and page: what models tell passes the schemas, garbage does not, texts are bounded. */
import { describe, expect, test } from 'vitest';
import { AdaptModel } from '../../../client/panels/adaptModel.js';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import { GripperModel } from '../../../client/panels/gripperModel.js';
import { contentSecurityPolicy, pageHtml } from '../../../client/panels/html.js';
import type { Changes, PanelModel } from '../../../client/panels/model.js';
import {
  checkToHost,
  checkToPage,
  MAX_THUMBNAILS,
  type PanelKind,
  type ToPage,
} from '../../../client/panels/panelMessages.js';
import { RunModel } from '../../../client/panels/runModel.js';
import { PanelSession } from '../../../client/panels/session.js';
import { parseJson } from '../../../engine/base/jsonText.js';
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

test('a loss that is NaN reaches the page as it is, through JSON', () => {
  const run = new RunModel({ name: 'run', runDir: '/run' });
  run.log([
    { train_loss: Number.NaN, val_loss: Number.POSITIVE_INFINITY, global_step: 0, epoch: 0, lr: 1e-4 },
  ]);
  const posted: string[] = [];
  const session = new PanelSession<'run'>({
    model: run,
    port: { post: (message) => void posted.push(JSON.stringify(message)) },
    act: () => Promise.resolve(undefined),
    words: {},
    refused: (problem) => expect.fail(problem),
  });
  session.receive({ type: 'ready' });
  session.dispose();
  const header = parseJson(posted.find((text) => text.includes('runHeader'))!);
  expect(checkToPage('run', header)).toMatchObject({
    message: {
      header: {
        numbers: [
          { key: 'val_loss', value: Number.POSITIVE_INFINITY },
          { key: 'train_loss', value: Number.NaN },
        ],
      },
    },
  });
});

describe('a session', () => {
  function started(
    model: PanelModel<'convert'> & { readonly changed: Changes },
    act = async () => undefined,
  ) {
    const posted: ToPage<'convert'>[] = [];
    const refused: string[] = [];
    const session = new PanelSession<'convert'>({
      model,
      port: { post: (message) => void posted.push(message as ToPage<'convert'>) },
      act,
      words: { Cancel: 'Abbrechen' },
      refused: (problem) => void refused.push(problem),
      flushMs: 1,
    });
    return { session, posted, refused };
  }
  const model = () => new ConvertModel('job 7', { input: 'in', output: 'out' });
  const types = (messages: readonly { type: string }[]): string[] => messages.map(({ type }) => type);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

  test('begins with hello and the whole model, each time the page says ready', async () => {
    const shown = model();
    const { session, posted } = started(shown);
    shown.note('early');
    await settle();
    expect(posted).toEqual([]);
    session.receive({ type: 'ready' });
    expect(posted[0]).toEqual({ type: 'hello', subject: 'job 7', words: { Cancel: 'Abbrechen' } });
    expect(types(posted)).toEqual(['hello', 'conversion']);
    session.setVisible(false);
    shown.note('unseen');
    await settle();
    expect(posted).toHaveLength(2);
    session.setVisible(true);
    session.receive({ type: 'ready' });
    expect(posted.at(-1)).toMatchObject({ conversion: { notes: ['early', 'unseen'] } });
    session.dispose();
  });

  test('tells many changes at once', async () => {
    const shown = model();
    const { session, posted } = started(shown);
    session.receive({ type: 'ready' });
    for (let i = 0; i < 50; i++) shown.note(String(i));
    await settle();
    expect(types(posted)).toEqual(['hello', 'conversion', 'conversion']);
    session.dispose();
  });

  test('answers every action, also one that fails', async () => {
    const { session, posted, refused } = started(model(), () => Promise.reject(new Error('no such job')));
    session.receive({ type: 'ready' });
    session.receive({ type: 'action', id: 3, action: { kind: 'cancel' } });
    session.receive({ type: 'nonsense' });
    await settle();
    expect(posted.at(-1)).toEqual({ type: 'settled', id: 3, error: 'no such job' });
    expect(refused).toHaveLength(1);
    session.dispose();
  });
});

test('thumbnails stay a handful, and a page that opens again gets those', () => {
  const model = new ConvertModel('s', { input: 'in', output: 'out' });
  for (let i = 0; i < 100; i++) model.thumbnail('episode_0000', i, new Uint8Array(4));
  const of = (messages: readonly ToPage<'convert'>[]) =>
    messages.flatMap((message) =>
      message.type === 'thumbnails' ? message.thumbnails.map(({ frame }) => frame) : [],
    );
  expect(of(model.changes())).toHaveLength(MAX_THUMBNAILS);
  model.thumbnail('episode_0001', 7, new Uint8Array(4));
  expect(of(model.changes())).toEqual([7]);
  expect(of(model.snapshot())).toEqual([...Array.from({ length: MAX_THUMBNAILS - 1 }, (_, i) => 77 + i), 7]);
});

test('the page starts with a strict policy and no text that could be markup', () => {
  const html = pageHtml({
    kind: 'run',
    title: '"><script>alert(1)</script>',
    nonce: 'abc',
    scriptUri: 'https://x/run.js',
    styleUri: 'https://x/style.css',
    language: 'en',
  });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('&quot;&gt;&lt;script&gt;');
  expect(contentSecurityPolicy('abc')).toBe(
    "default-src 'none'; img-src blob:; style-src 'nonce-abc'; script-src 'nonce-abc'; base-uri 'none'; form-action 'none'",
  );
});
