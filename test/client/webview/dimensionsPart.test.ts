/** The form of the adaptation's dimensions, in Chromium. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { AdaptModel } from '../../../client/panels/adaptModel.js';
import type { PlannedDimensions } from '../../../client/panels/dimensionDraft.js';
import type { DimensionAction } from '../../../client/panels/dimensionMessages.js';
import type { AdaptAction, PanelKind } from '../../../client/panels/panelMessages.js';
import { describe, test } from '../harness/inChromium.js';
import { PanelBrowser, type Shown, type ShowOptions } from '../harness/panelPage.js';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.open();
});
afterAll(() => browser.close());

let open: Shown<PanelKind> | undefined;
afterEach(async () => {
  expect(open?.problems).toEqual([]);
  await open?.close();
});

const ARMS: PlannedDimensions = {
  field: 'action',
  by: 'names',
  old: {
    width: 4,
    ranges: [
      { name: 'left', start: 0, width: 2 },
      { name: '<b>right</b>', start: 2, width: 2 },
    ],
  },
  new: {
    width: 6,
    ranges: [
      { name: 'left', start: 0, width: 2 },
      { name: 'left_gripper', start: 2, width: 1 },
      { name: 'other', start: 3, width: 2 },
      { start: 5, width: 1 },
    ],
  },
  from: [0, 1, null, null, null, null],
  suggestions: [{ entry: 'other=2:4', why: 'both have 2 entries' }],
};
const POSE: PlannedDimensions = {
  ...{ field: 'robot_eef_pose', by: 'position', from: [0, 1], suggestions: [] },
  ...{
    old: { width: 2, ranges: [{ start: 0, width: 2 }] },
    new: { width: 2, ranges: [{ start: 0, width: 2 }] },
  },
};

const PLAN = {
  ...{ source: '/old.ckpt', oldActionDim: 4, newActionDim: 6, strategy: 'transplant', weights: 'ema' },
  ...{ optimizer: 'fresh', rows: [], losses: [], warnings: [] },
};

/** The page of a plan with these dimensions; what is done in the form reaches the model, as in the editor. */
async function shown(dimensions: readonly PlannedDimensions[], options: ShowOptions<'adapt'> = {}) {
  const model = new AdaptModel('plan', { ...PLAN, dimensions }, undefined);
  const act = async (action: AdaptAction): Promise<undefined> => {
    if ('field' in action) model.changeDimensions(action as DimensionAction);
  };
  const panel = await browser.show<'adapt'>(model, { act, ...options });
  open = panel as unknown as Shown<PanelKind>;
  return { model, ...panel, form: panel.page.locator('.field-form').first() };
}

describe('the dimensions of a plan', () => {
  test('are two lists side by side: what becomes of the old ones, what the new ones continue', async () => {
    const { page, form } = await shown([ARMS, POSE]);
    expect(await form.locator('.before li').allInnerTexts()).toEqual([
      '0 left[0] → 0',
      '1 left[1] → 1',
      '2 <b>right</b>[0] dropped',
      '3 <b>right</b>[1] dropped',
    ]);
    const name = page.getByLabel('Name of new dimension 2', { exact: true }).first();
    expect(await name.inputValue()).toBe('left_gripper');
    const source = form.getByLabel('New dimension 0 continues', { exact: true });
    expect(await source.inputValue()).toBe('0');
    expect(await form.locator('summary').innerText()).toMatch(/action\s*4 → 6\s*4 new, 2 dropped/);
    const [old, now] = await Promise.all(
      [form.locator('.before'), form.locator('.now')].map((list) => list.boundingBox()),
    );
    expect(now!.x).toBeGreaterThan(old!.x + old!.width - 1);
    const closed = page.locator('.field-form').nth(1);
    expect(await closed.getAttribute('open')).toBeNull();
    expect(await closed.locator('summary').innerText()).toMatch(
      /robot_eef_pose\s*2 → 2\s*all in their places/,
    );
  });

  test('are chosen by the keyboard, which stays where it was; the plan is written once it follows', async () => {
    const { page, model, form } = await shown([ARMS]);
    const writeIt = page.getByRole('button', { name: 'Write…' });
    expect(await writeIt.isDisabled()).toBe(false);
    const source = form.getByLabel('New dimension 5 continues', { exact: true });
    await source.focus();
    await source.selectOption('0');
    const map = '0=new,1=1,left_gripper=new,other=new:2,5=0';
    await expect.poll(() => model.maps).toEqual([map]);
    await expect.poll(() => writeIt.isDisabled()).toBe(true);
    expect(await writeIt.getAttribute('title')).toBe('The plan does not follow the dimensions above yet');
    expect(await source.evaluate((select) => select === document.activeElement)).toBe(true);
    const other = form.getByLabel('New dimension 0 continues', { exact: true });
    expect(await other.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]!.text)).toBe('new');
    model.replan({ ...PLAN, dimensions: [{ ...ARMS, by: 'map' }] }, [map]);
    await expect.poll(() => writeIt.isDisabled()).toBe(false);
    expect(await source.inputValue()).toBe('0');
  });

  test('take a suggestion, which is marked at its rows before', async () => {
    const { model, form } = await shown([ARMS]);
    expect(await form.locator('li.suggested').allInnerTexts()).toEqual([
      expect.stringContaining('suggested: 2 <b>right</b>[0]'),
      expect.stringContaining('suggested: 3 <b>right</b>[1]'),
    ]);
    await form.getByRole('button', { name: 'Suggested: other=2:4' }).click();
    await expect.poll(() => model.maps).toEqual(['left=0:2,left_gripper=new,other=2:4,5=new']);
    await expect.poll(() => form.locator('li.dropped').count()).toBe(0);
    await form.getByRole('button', { name: 'Undo changes' }).click();
    await expect.poll(() => model.maps).toEqual([]);
  });

  test('have names, and what cannot be one is told at once', async () => {
    const { page, model, form } = await shown([POSE]);
    await form.locator('summary').click();
    const name = form.getByLabel('Name of new dimension 1', { exact: true });
    await name.fill('two words');
    await name.press('Enter');
    await expect
      .poll(() => form.getByRole('alert').innerText())
      .toMatch(/two words \(dimension 1\) cannot be a name/);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('button', { name: 'Write…' }).isDisabled()).toBe(true);
    await name.fill('grip');
    await name.press('Enter');
    await expect.poll(() => model.maps).toEqual(['robot_eef_pose: 0=0,grip=1']);
    await expect.poll(() => form.getByRole('alert').innerText()).toBe('');
  });

  test('are not changed while a checkpoint is written, and fit a narrow window', async () => {
    const { page, model, form } = await shown([ARMS], { width: 400 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    model.writing('/new.ckpt');
    await expect.poll(() => form.getByRole('combobox').first().isDisabled()).toBe(true);
  });
});
