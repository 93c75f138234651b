/** The adaptation's panel in Chromium, fed by the real engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { AdaptModel } from '../../../client/panels/adaptModel.js';
import type { PanelKind } from '../../../client/panels/panelMessages.js';
import { adaptCheckpoint } from '../../../engine/adapt/adapt.js';
import { type AdaptationRows, adaptationRows } from '../../../engine/adapt/view.js';
import { Stream } from '../../../engine/base/streams.js';
import { compose } from '../../../engine/config/compose.js';
import { TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../../adapt/fixtures.js';
import { describe, test } from '../harness/inChromium.js';
import { PanelBrowser, type Shown } from '../harness/panelPage.js';

let browser: PanelBrowser;
let folder: string;
let plan: AdaptationRows;
beforeAll(async () => {
  browser = await PanelBrowser.open();
  folder = await mkdtemp(join(tmpdir(), 'regrip-panels-'));
  const result = await adaptCheckpoint({
    oldCheckpoint: await unpackCheckpoint('policy-7d', folder),
    config: await compose(NEW_CONFIG, [], { env: process.env }),
    dataSet: DATA_SET,
    options: { ...TRANSPLANT, allowDrop: true },
    output: undefined,
    overwrite: false,
    random: (position) => new Stream(42, 'initialisation', position),
  });
  plan = adaptationRows(result);
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

describe('the plan of an adaptation', () => {
  test('counts fates and shows the widened keys with their shapes first', async () => {
    const { page } = keep(await browser.show(new AdaptModel('plan', plan, undefined)));
    await page.waitForSelector('.rows .row');
    expect(await page.locator('.chips').innerText()).toMatch(
      /dropped 0\s*widened 10\s*initialised 6\s*copied 195/,
    );
    const [first] = await page.locator('.rows .row').allInnerTexts();
    expect(first!.split('\n')).toEqual([
      'widened',
      'model.input_emb.weight',
      '[32, 7] → [32, 8]',
      'new column 7: zero',
    ]);
    expect(await page.locator('h1').innerText()).toBe('Adapt 7-D → 8-D');
    expect(await page.locator('.status').innerText()).toBe('Nothing has been written yet.');
  });

  test('is filtered by text and by fate, and keeps the filter while it is hidden', async () => {
    const { page, reopen } = keep(await browser.show(new AdaptModel('plan', plan, undefined)));
    await page.getByRole('searchbox').fill('normalizer gripper');
    await page.getByRole('button', { name: /initialised/ }).click();
    const found = page.locator('.found');
    expect(await found.innerText()).toBe('6 of 211 keys');
    await reopen();
    await expect.poll(() => found.innerText()).toBe('6 of 211 keys');
    await page.getByRole('searchbox').fill('no such key');
    expect(await page.locator('.virtual .empty').isVisible()).toBe(true);
  });

  test('of 5,000 keys has only those in sight in the page, and scrolls to the last', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      ...plan.rows[0]!,
      key: `model.layers.${i}.weight`,
    }));
    const { page } = keep(await browser.show(new AdaptModel('plan', { ...plan, rows }, undefined)));
    await page.waitForSelector('.rows .row');
    expect(await page.locator('.rows .row').count()).toBeLessThan(80);
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('5001');
    await page.locator('.sight').evaluate((sight) => sight.scrollTo(0, sight.scrollHeight));
    const last = page.locator('.rows .row').last();
    await expect.poll(() => last.innerText()).toContain('model.layers.4999.weight');
    expect(await last.getAttribute('aria-rowindex')).toBe('5001');
    expect(await page.locator('.rows .row').count()).toBeLessThan(80);
  });

  test('that loses something is not written until the person says so', async () => {
    const lossy: AdaptationRows = {
      ...plan,
      rows: [
        ...plan.rows,
        { key: MARKUP, fate: 'dropped', from: [64, 3], to: null, detail: 'nothing of it is kept' },
      ],
      losses: [{ key: MARKUP, what: 'not in the new policy' }],
    };
    const model = new AdaptModel('plan', lossy, undefined);
    const { page, actions } = keep(await browser.show(model));
    expect(await page.locator('.losses').innerText()).toContain('One part of the old policy is lost');
    expect(await page.locator('.rows .row').first().innerText()).toContain(MARKUP);
    const writeIt = page.getByRole('button', { name: 'Write…' });
    expect(await writeIt.isDisabled()).toBe(true);
    await page.getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    expect(await page.getByRole('checkbox').evaluate((box) => box === document.activeElement)).toBe(true);
    await writeIt.click();
    await expect.poll(() => actions).toEqual([{ kind: 'write', acceptLosses: true }]);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test('whose input changed is not written before it was planned again', async () => {
    const model = new AdaptModel('plan', plan, undefined);
    const { page, actions } = keep(await browser.show(model));
    const writeIt = page.getByRole('button', { name: 'Write…' });
    expect(await writeIt.isDisabled()).toBe(false);
    model.outdate('/data/new.zarr');
    await expect
      .poll(() => page.locator('.banner[data-code=outdated]').innerText())
      .toContain('/data/new.zarr');
    expect(await writeIt.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Plan again' }).click();
    await expect.poll(() => actions).toEqual([{ kind: 'planAgain' }]);
    model.replan({ ...plan, rows: plan.rows.slice(0, 7) });
    await expect.poll(() => writeIt.isDisabled()).toBe(false);
    expect(await page.locator('.banner[data-code=outdated]').count()).toBe(0);
    await expect.poll(() => page.locator('.found').innerText()).toContain('7');
  });

  test('tells that it is being written, and what came of it', async () => {
    const model = new AdaptModel('plan', plan, undefined);
    const { page } = keep(await browser.show(model, { width: 400 }));
    model.writing('/home/user/robot/new.ckpt');
    await expect.poll(() => page.locator('.status').innerText()).toBe('Writing /home/user/robot/new.ckpt');
    expect(await page.locator('.bottom').getByRole('button').allInnerTexts()).toEqual([
      'Cancel',
      'Copy command',
    ]);
    model.setState('written');
    await expect
      .poll(() => page.locator('.banner').first().innerText())
      .toContain('Wrote /home/user/robot/new.ckpt');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    model.setState('failed', 'no space left');
    await expect.poll(() => page.locator('.banner.error').innerText()).toContain('no space left');
  });
});
