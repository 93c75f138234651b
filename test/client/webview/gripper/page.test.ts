/** The gripper panel in Chromium: judged logs, the step under the cursor, and the keys. */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { GripperModel } from '../../../../client/panels/gripperModel.js';
import { describe, test } from '../../harness/inChromium.js';
import { logSteps, nameOf, viewOf } from '../../harness/logViews.js';
import { PanelBrowser, type Shown, type ShowOptions } from '../../harness/panelPage.js';
import { sampleView } from '../../harness/samples.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/panels/${name}`, import.meta.url));
const WITH_FRAMES = fixture('frames.log.json');
const SWITCHING = fixture('switches.log.json');

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.open();
});
afterAll(() => browser.close());

let shown: Shown<'gripper'>;
afterEach(async () => {
  expect(shown.problems).toEqual([]);
  await shown.close();
});

async function show(model: GripperModel, options: ShowOptions<'gripper'> = {}): Promise<Shown<'gripper'>> {
  shown = await browser.show(model, {
    act: async (action) => {
      if (action.kind === 'removeLog') model.remove(action.log);
      return action.kind === 'step' ? model.readStep(action.log, action.row) : undefined;
    },
    ...options,
  });
  await shown.page.waitForSelector('.log [data-points]');
  return shown;
}

async function modelOf(...paths: string[]): Promise<GripperModel> {
  const model = new GripperModel('logs', { low: 0.3, high: 0.7 }, logSteps);
  for (const path of paths) model.add(path, nameOf(path), await viewOf(path));
  return model;
}

describe('a real log with frames', () => {
  test('shows its verdict, the camera at the step, the chunk and the latency', async () => {
    const { page } = await show(await modelOf(WITH_FRAMES));
    expect(await page.locator('.log .badge').innerText()).toBe('drifts without switching');
    const frame = page.locator('img.frame');
    await frame.waitFor();
    const width = (): Promise<number> => frame.evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(width).toBeGreaterThan(100);
    expect(await frame.getAttribute('src')).toMatch(/^blob:/);
    expect(await page.locator('.heat tbody tr').count()).toBe(8);
    const step = await logSteps.step(WITH_FRAMES, 0);
    const cells = await page.locator('.heat tbody tr').first().locator('td').allInnerTexts();
    expect(cells.at(-1)).toBe(step.action[0]![7]!.toFixed(3));
    expect(await page.locator('[data-chart="latency"] h3').innerText()).toBe('Latency, ms (total latency)');
  });

  test('that changed on disk is told, and read again when the person says so', async () => {
    const model = await modelOf(WITH_FRAMES, SWITCHING);
    const { page, actions } = await show(model);
    const banner = page.locator('.banner[data-code=outdated]');
    expect(await banner.count()).toBe(0);
    model.outdate(SWITCHING);
    await expect.poll(() => banner.innerText()).toContain(nameOf(SWITCHING));
    await banner.getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => actions).toContainEqual({ kind: 'reload' });
    expect(model.outdated).toEqual([SWITCHING]);
    model.add(SWITCHING, nameOf(SWITCHING), await viewOf(SWITCHING));
    await expect.poll(() => banner.count()).toBe(0);
  });

  test('lets go of a frame when the next one is shown', async () => {
    const { page } = await show(await modelOf(WITH_FRAMES));
    const frame = page.locator('img.frame');
    await frame.waitFor();
    const first = (await frame.getAttribute('src'))!;
    await page.locator('.timeline').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => frame.getAttribute('src')).not.toBe(first);
    const isGone = await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const image = new Image();
          image.onload = () => resolve(false);
          image.onerror = () => resolve(true);
          image.src = url;
        }),
      first,
    );
    expect(isGone).toBe(true);
    shown.problems.length = 0; // the browser logs the frame that we asked for in vain
  });
});

describe('the keys', () => {
  test('move the step, jump to its ends and from switch to switch', async () => {
    const model = await modelOf(SWITCHING);
    const { page } = await show(model);
    const timeline = page.getByRole('slider');
    await timeline.focus();
    const row = async (): Promise<number> => Number(await timeline.getAttribute('aria-valuenow'));
    const { switchRows, rows } = await viewOf(SWITCHING);
    const [first, second] = switchRows as [number, number];
    /** The page follows with its next frame. */
    const leads = async (keys: readonly string[], to: number): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
      await expect.poll(row).toBe(to);
    };
    await leads(['ArrowRight', 'ArrowRight', 'ArrowLeft'], 1);
    await leads(['Shift+ArrowRight'], 11);
    await leads(['End'], rows - 1);
    await leads(['ArrowRight'], rows - 1);
    await leads(['Home'], 0);
    await leads(['n'], first);
    await leads(['n'], second);
    await leads(['p'], first);
    expect(await timeline.getAttribute('aria-valuetext')).toMatch(/^row \d+, gripper 0\.\d+$/);
    await expect
      .poll(() => page.locator('.step h2').innerText())
      .toBe(`Step ${(await logSteps.step(SWITCHING, switchRows[0]!)).step}`);
  });

  test('held down ask for few steps, and end at the last one', async () => {
    const { page, actions } = await show(await modelOf(SWITCHING));
    await page.getByRole('slider').focus();
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => actions.at(-1)).toEqual({ kind: 'step', log: 0, row: 30 });
    await expect.poll(() => page.locator('.step h2').innerText()).toMatch(/^Step/);
  });
});

describe('several logs', () => {
  test('share the cursor, jump to a finding, and can be taken out', async () => {
    const { page } = await show(await modelOf(WITH_FRAMES, SWITCHING));
    const sliders = page.getByRole('slider');
    expect(await sliders.count()).toBe(2);
    const link = page.locator('.log').nth(1).locator('.finding button').first();
    const { findingRows } = await viewOf(SWITCHING);
    await link.click();
    expect(await sliders.nth(1).getAttribute('aria-valuenow')).toBe(
      String(findingRows.find((row) => row !== null)),
    );
    // The shorter log stays at its last row.
    expect(await sliders.first().getAttribute('aria-valuenow')).toBe(
      await sliders.first().getAttribute('aria-valuemax'),
    );
    await page.getByRole('button', { name: `Remove ${nameOf(SWITCHING)}` }).click();
    await expect.poll(() => sliders.count()).toBe(1);
  });

  test('come back at the same step when the panel was hidden', async () => {
    const { page, reopen } = await show(await modelOf(WITH_FRAMES, SWITCHING));
    await page.getByRole('slider').nth(1).focus();
    await page.keyboard.press('End');
    const row = await page.getByRole('slider').nth(1).getAttribute('aria-valuenow');
    await reopen();
    await page.waitForSelector('.log.is-focused [data-points]');
    await expect.poll(() => page.getByRole('slider').nth(1).getAttribute('aria-valuenow')).toBe(row);
  });
});

describe('the page', () => {
  test('never runs markup of a finding or a name', async () => {
    const markup = '<img src=x onerror="window.ran = true">';
    const model = new GripperModel(
      'logs',
      { low: 0.3, high: 0.7 },
      {
        ...logSteps,
        step: async () => ({
          step: 0,
          action: [[0]],
          state: null,
          timing: { [markup]: 0.1 },
          hasFrame: false,
        }),
      },
    );
    model.add('/x', markup, sampleView({ message: markup }));
    const { page } = await show(model);
    await page.waitForSelector('.heat');
    expect(await page.locator('.finding').innerText()).toContain(markup);
    expect(await page.locator('main img:not(.frame)').count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test.each([400, 720, 1600])('fits a width of %i pixels', async (width) => {
    const { page } = await show(await modelOf(WITH_FRAMES, SWITCHING), { width });
    await page.locator('img.frame').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  test('says beside the step that its frame cannot be read', async () => {
    const model = new GripperModel(
      'logs',
      { low: 0.3, high: 0.7 },
      { ...logSteps, frame: () => Promise.reject(new Error('no JPEG at byte 812')) },
    );
    model.add(WITH_FRAMES, 'log', await viewOf(WITH_FRAMES));
    const { page } = await show(model);
    await expect.poll(() => page.locator('.frame-box').innerText()).toBe('no JPEG at byte 812');
  });
});
