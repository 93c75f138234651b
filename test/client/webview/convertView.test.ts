/** The conversion's panel in Chromium, fed by the real engine. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import { MAX_THUMBNAILS, type PanelKind } from '../../../client/panels/panelMessages.js';
import { convert } from '../../../engine/work/convert/convert.js';
import { reference } from '../../adapt/fixtures.js';
import { describe, test } from '../harness/inChromium.js';
import { PanelBrowser, type Shown } from '../harness/panelPage.js';

let browser: PanelBrowser;
let folder: string;
beforeAll(async () => {
  browser = await PanelBrowser.open();
  folder = await mkdtemp(join(tmpdir(), 'regrip-panels-'));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

let open: Shown<PanelKind> | undefined;
function keep<Kind extends PanelKind>(shown: Shown<Kind>): Shown<Kind> {
  open = shown as unknown as Shown<PanelKind>;
  return shown;
}
afterEach(async () => {
  expect(open?.problems).toEqual([]);
  await open?.close();
});

const MARKUP = '<img src=x onerror="window.ran = true">';
const frame = (index: number): Promise<Uint8Array> =>
  readFile(
    join(reference('cogact-mini'), 'episode_0000/images', `frame_${String(index).padStart(4, '0')}.jpg`),
  );

describe('a conversion', () => {
  test('tells how far it is, what it leaves out and why, and links to the data set', async () => {
    const output = join(folder, 'out.zarr');
    const model = new ConvertModel('job', { input: reference('cogact-mini'), output });
    model.setState('running');
    const shown = keep(await browser.show(model));
    const { page, actions } = shown;
    expect(await page.getByRole('toolbar').getByRole('button').allInnerTexts()).toEqual(['Cancel']);
    const result = await convert({
      ...{ input: reference('cogact-mini'), output, resolution: { width: 160, height: 90 } },
      ...{
        startEpisode: undefined,
        maxEpisodes: undefined,
        compressor: 'blosc',
        compressionLevel: 5,
        gripper: true,
        rotation: '6d',
      },
      ...{ resume: false, overwrite: false },
      log: (text) => model.note(text),
      onProgress: (progress) => model.advance(progress),
    });
    await expect.poll(() => page.locator('.numbers').innerText()).toContain('148 of 148 frames');
    model.finish(result);
    await expect.poll(() => page.locator('.badge').innerText()).toBe('Done');
    expect(await page.locator('.skipped').innerText()).toContain('episode_0004 22 frames for 25 steps');
    expect(await page.locator('.numbers').innerText()).toMatch(
      /Episodes\s+5\s+Steps\s+148\s+Actions\s+10-D\s+rotations: 6d/,
    );
    await page.getByRole('button', { name: 'Open the data set' }).click();
    await expect.poll(() => actions).toEqual([{ kind: 'openDataSet' }]);
  });

  test('shows frames as they land, and holds only the newest', async () => {
    const model = new ConvertModel('job', { input: 'in', output: 'out' });
    const { page } = keep(await browser.show(model));
    await page.evaluate(() => {
      const counts = { made: 0, revoked: 0 };
      const { createObjectURL, revokeObjectURL } = URL;
      URL.createObjectURL = (blob) => {
        counts.made++;
        return createObjectURL.call(URL, blob);
      };
      URL.revokeObjectURL = (url) => {
        counts.revoked++;
        revokeObjectURL.call(URL, url);
      };
      (window as unknown as { urls: typeof counts }).urls = counts;
    });
    for (let i = 0; i < 40; i++) {
      model.thumbnail(MARKUP, i, await frame(i % 20));
      if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 150));
    }
    const images = page.locator('.thumbnails img');
    await expect.poll(() => images.first().getAttribute('alt')).toBe(`${MARKUP}, frame 39`);
    expect(await images.count()).toBe(MAX_THUMBNAILS);
    await expect
      .poll(() => images.first().evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(480);
    const urls = await page.evaluate(
      () => (window as unknown as { urls: { made: number; revoked: number } }).urls,
    );
    expect(urls).toEqual({ made: 40, revoked: 40 - MAX_THUMBNAILS });
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test('that was cancelled can be resumed', async () => {
    const model = new ConvertModel('job', { input: 'in', output: 'out' });
    model.setState('cancelled');
    const { page, actions } = keep(await browser.show(model, { width: 400 }));
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => actions).toEqual([{ kind: 'resume' }]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  });
});
