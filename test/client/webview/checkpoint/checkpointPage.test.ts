/** The checkpoint editor in Chromium, fed by the real server: what a person sees, by mouse and by keyboard. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type CheckpointDoors, CheckpointModel } from '../../../../client/editors/checkpointModel.js';
import { NEW_CONFIG, unpackCheckpoint } from '../../../adapt/fixtures.js';
import { Editor } from '../../../server/client.js';
import { serverOf } from '../../editors/server.js';
import { describe, test } from '../../harness/inChromium.js';
import { PanelBrowser } from '../../harness/panelPage.js';

let editor: Editor;
let browser: PanelBrowser;
let folder: string;
let old: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-pages-'));
  old = await unpackCheckpoint('policy-7d', folder);
  editor = await Editor.spawn();
  browser = await PanelBrowser.open();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await editor.stop();
  await rm(folder, { recursive: true });
  expect(editor.errors).toEqual([]);
});

describe('a 7-D checkpoint beside an 8-D config', () => {
  async function show() {
    const places: unknown[] = [];
    const doors: CheckpointDoors = {
      openListing: async () => undefined,
      selectTarget: async () => undefined,
      openPlace: async (place) => void places.push(place),
      copy: async () => undefined,
    };
    const target = { primary: NEW_CONFIG, overrides: [], label: 'train_pick' };
    const model = new CheckpointModel({
      path: old,
      name: 'old.ckpt',
      server: serverOf(editor),
      target,
      doors,
    });
    const shown = await browser.show(model, { act: (action) => model.act(action), height: 900 });
    await model.read();
    await shown.page.waitForSelector('[role=treeitem]');
    return { ...shown, places };
  }

  test('modules with what differs, and the filter for mismatches alone', async () => {
    const { page, problems, close } = await show();
    const items = page.locator('[role=treeitem]');
    await expect.poll(() => items.filter({ hasText: '4 of 53 differ' }).count()).toBe(1);
    await page.getByText('Only mismatches').click();
    await expect.poll(() => items.filter({ hasText: 'same' }).count()).toBe(0);
    expect(await items.filter({ hasText: 'expects [8, 32] · widened' }).count()).toBe(1);
    expect(problems).toEqual([]);
    await close();
  });

  test('a key that is typed is found, explained, and leads to its config value; its values are drawn on demand', async () => {
    const { page, problems, places, close } = await show();
    await page.locator('[role=tree]').focus();
    await page.keyboard.type('input_e');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.getByText('bias of the input projection').waitFor();
    await page.getByText('policy.n_emb').click();
    await expect.poll(() => places).toMatchObject([{ file: expect.stringMatching(/\.yaml$/) }]);
    await page.locator('.distribution summary').click();
    await page.getByText('Largest').waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
