/** The data set viewer in Chromium, fed by the real server. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { ZarrModel } from '../../../../client/editors/zarrModel.js';
import { DATA_SET } from '../../../adapt/fixtures.js';
import { Editor } from '../../../server/client.js';
import { serverOf } from '../../editors/server.js';
import { test } from '../../harness/inChromium.js';
import { PanelBrowser } from '../../harness/panelPage.js';

let editor: Editor;
let browser: PanelBrowser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-pages-'));
  editor = await Editor.spawn();
  browser = await PanelBrowser.open();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await editor.stop();
  await rm(folder, { recursive: true });
  expect(editor.errors).toEqual([]);
});

test('a data set: episodes, the frame of a step, and traces that share its cursor', async () => {
  const model = new ZarrModel({ path: DATA_SET, name: 'pick.zarr', server: serverOf(editor) });
  const { page, problems, close } = await browser.show(model, { act: (action) => model.act(action) });
  await model.read();
  const frame = page.locator('img').first();
  await frame.waitFor();
  await expect.poll(() => frame.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(160);
  await page.keyboard.press(']');
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('row 34').waitFor(); // the second episode begins at row 24
  expect(await page.locator('[data-chart]').count()).toBeGreaterThanOrEqual(3);
  expect(await page.getByText('robot_gripper_state').count()).toBe(1);
  expect(problems).toEqual([]);
  await close();
});

test('a data set that changes on disk is told, and read again when the person says so', async () => {
  const path = join(folder, 'changing.zarr');
  await cp(DATA_SET, path, { recursive: true });
  const model = new ZarrModel({ path, name: 'changing.zarr', server: serverOf(editor) });
  const { page, problems, close } = await browser.show(model, { act: (action) => model.act(action) });
  await model.read();
  const banner = page.locator('.banner[data-code=outdated]');
  expect(await banner.count()).toBe(0);
  await rm(join(path, 'data/robot_gripper_state'), { recursive: true });
  await banner.waitFor();
  await banner.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => banner.count()).toBe(0);
  expect(await page.getByText('robot_gripper_state').count()).toBe(0);
  expect(problems).toEqual([]);
  await close();
  model.dispose();
});
