/** One open panel: what its page is told, and what becomes of what the page asks. */
import { expect, test } from 'vitest';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import type { Changes, PanelModel } from '../../../client/panels/model.js';
import { checkToPage, type ToPage } from '../../../client/panels/panelMessages.js';
import { RunModel } from '../../../client/panels/runModel.js';
import { PanelSession } from '../../../client/panels/session.js';
import { parseJson } from '../../../engine/base/jsonText.js';

function started(
  model: PanelModel<'convert'> & { readonly changed: Changes },
  act: () => Promise<ToPage<'convert'> | undefined> = async () => undefined,
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

test('what a page asks when it is closed is done, and told to nobody', async () => {
  const shown = model();
  const { session, posted } = started(shown);
  session.receive({ type: 'ready' });
  const before = posted.length;
  session.receive({ type: 'action', id: 1, action: { kind: 'cancel' } });
  session.dispose();
  shown.note('late');
  await settle();
  expect(posted.length).toBe(before);
});

test('the answer of an action comes before its end', async () => {
  const answer = model().snapshot()[0]!;
  const { session, posted } = started(model(), async () => answer);
  session.receive({ type: 'ready' });
  session.receive({ type: 'action', id: 5, action: { kind: 'cancel' } });
  await settle();
  expect(types(posted).slice(-2)).toEqual(['conversion', 'settled']);
  session.dispose();
});
