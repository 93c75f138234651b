import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { falling, ownLog, pageData, runFolder, upstreamLog } from '../work/report/runs.js';
import { type Answer, regrip } from './call.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'regrip-report-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const make = (name: string, files: Readonly<Record<string, unknown>>) => runFolder(join(cwd, name), files);
const call = (...args: string[]): Promise<Answer> => regrip(['report', ...args], { cwd });
const pageAt = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

async function page(...runs: string[]): Promise<string> {
  const answer = await call(...runs, '--output', 'page.html', '--overwrite');
  expect(answer.err).toBe('');
  return pageAt('page.html');
}

const GRIPPER = {
  ...{ version: 1, epoch: 1, globalStep: 7, thresholds: { low: 0.3, high: 0.7 } },
  episodes: [{ episode: 4, steps: [0, 1, 2], recorded: [0, 1, 1], predicted: [0.1, 0.2, 0.9] }],
};
const ADAPTATION = {
  ...{ version: 1, from: '/runs/old/adapted.ckpt', strategy: 'transplant', weights: 'ema' },
  ...{ oldActionDim: 7, newActionDim: 8 },
  widened: [{ key: 'model.head.weight', from: [7, 32], to: [8, 32] }],
};

describe("a run of upstream's trainer, which knows none of our keys", () => {
  test('becomes a page with every logged number, and says what is not recorded', async () => {
    await make('2026.01.02/10.11.12_train', { 'logs.json.txt': upstreamLog(3) });
    const { code, out } = await call('2026.01.02/10.11.12_train');
    expect(code).toBe(0);
    expect(out).toMatch(/10\.11\.12_train: 3 epochs, 12 steps, state not recorded/);
    expect(out).toContain('not recorded: pose error, gripper accuracy and F1');
    const text = await pageAt('2026.01.02/10.11.12_train/report.html');
    const { charts } = pageData(text);
    expect(Object.keys(charts)).toEqual(['step-loss', 'epoch-loss', 'lr', 'train_action_mse_error']);
    const [steps] = charts['step-loss']!.lines;
    expect(steps!.x).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
    expect(steps!.y).toEqual(steps!.x.map(falling));
    expect(charts['epoch-loss']!.lines.map((line) => line.y)).toEqual([
      [falling(3), falling(7), falling(11)],
      [falling(3) * 2, falling(7) * 2, falling(11) * 2],
    ]);
    expect(text).toContain(`<data value="${falling(11) * 2}">0.1667</data>`);
    expect(text).toContain('Not recorded: for policies with a gripper, regrip finetune saves');
  });

  test('its own values, such as those of an environment, have charts too', async () => {
    const log = upstreamLog(2).replaceAll('"val_loss"', '"test/mean_score": 0.5, "val_loss"');
    await make('run', { 'logs.json.txt': log });
    expect(pageData(await page('run')).charts['other-0']).toMatchObject({
      title: 'test/mean_score',
      lines: [{ x: [3, 7], y: [0.5, 0.5] }],
    });
  });

  test('a value that is NaN breaks the curve and is told', async () => {
    await make('run', { 'logs.json.txt': upstreamLog(3).replace(/"val_loss": [\d.]+/, '"val_loss": NaN') });
    const text = await page('run');
    expect(pageData(text).charts['epoch-loss']!.lines[1]!.y[0]).toBeNull();
    expect(text).toContain('Validation loss: 1 of 3 epochs did not log a finite number');
    expect(text).toMatch(/class="broken line solid run-0"/);
  });
});

describe('two runs', () => {
  beforeEach(async () => {
    await make('a/run', {
      'logs.json.txt': ownLog(3, (epoch) => [0.03, 0.02, 0.025][epoch]!),
      'regrip.json': { state: 'done', progress: { epochs: 3 }, best: null },
      'adaptation.json': ADAPTATION,
      'validation/gripper.json': GRIPPER,
      '.hydra/overrides.yaml': '- training.seed=1\n',
    });
    await make('b/run', {
      'logs.json.txt': ownLog(4, () => 0.05),
      'regrip.json': { state: 'failed', reason: 'the disk is full', progress: { epochs: 9 }, best: null },
      'validation/gripper.json': {
        ...GRIPPER,
        episodes: [{ ...GRIPPER.episodes[0]!, predicted: [0.5, 0.6, null] }],
      },
    });
  });

  test('lie over each other, with names that tell them apart', async () => {
    const { runs, charts } = pageData(await page('a/run', 'b/run'));
    expect(runs).toEqual(['a/run', 'b/run']);
    const errors = charts['val_position_error_m']!.lines;
    expect(errors.map(({ run, y }) => [run, y])).toEqual([
      [0, [0.03, 0.02, 0.025]],
      [1, [0.05, 0.05, 0.05, 0.05]],
    ]);
    expect(charts['gripper-0']!.lines.map(({ run, label, y }) => [run, label, y])).toEqual([
      [null, 'recorded', [0, 1, 1]],
      [0, 'predicted', [0.1, 0.2, 0.9]],
      [1, 'predicted', [0.5, 0.6, null]],
    ]);
  });

  test('in the table: the last value, the best and its epoch, the baseline, and which run leads', async () => {
    const text = (await page('a/run', 'b/run')).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      '<small>best <data value="0.02">20.0 mm</data>, epoch 1</small><span class="lead"><data value="0.025">25.0 mm</data></span>',
    );
    expect(text).toContain('… holding the state');
    expect(text).toMatch(/3 of 3.*4 of 9/);
    expect(text).toMatch(/7-D → 8-D by transplant.*model\.head\.weight<\/code> \[7, 32\] → \[8, 32\]/);
    expect(text).toContain('the disk is full');
    expect(text).toContain('training.seed=1');
  });

  test('answer with one JSON document', async () => {
    const { out } = await call('a/run', 'b/run', 'a/../a/run', '--json');
    const document = JSON.parse(out);
    expect(document.output).toBe(join(cwd, 'report.html'));
    expect(document.bytes).toBe((await stat(join(cwd, 'report.html'))).size);
    expect(document.runs).toMatchObject([
      {
        ...{ name: 'a/run', state: 'done', epochs: 3, steps: 3 },
        metrics: {
          val_position_error_m: { last: { value: 0.025, epoch: 2 }, best: { value: 0.02, epoch: 1 } },
        },
      },
      { name: 'b/run', state: 'failed', epochs: 4 },
    ]);
  });
});

describe('the page', () => {
  test('runs no name and no value, fetches nothing, and allows its own style and script alone', async () => {
    const evil = '</script><img src=x onerror=alert(1)>"\'`&';
    const folder = await make('<img src=x onerror=alert(2)> \' "', {
      'logs.json.txt': `{"global_step": 0, "epoch": 0, "train_loss": 1, ${JSON.stringify(evil)}: 2}\n`,
      'regrip.json': {
        state: `"><script>alert(3)</script>`,
        reason: evil,
        updated: evil,
        best: { checkpoint: evil },
      },
      'adaptation.json': { ...ADAPTATION, from: evil, widened: [{ key: evil, from: [evil], to: [1] }] },
      'validation/gripper.json': { ...GRIPPER, episodes: [{ ...GRIPPER.episodes[0]!, episode: evil }] },
      '.hydra/overrides.yaml': `- ${JSON.stringify(evil)}\n`,
    });
    const text = await page(folder);
    expect(text).not.toMatch(/<img/i);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.match(/<\/script/g)).toHaveLength(2);
    expect(text).not.toMatch(/(?:src|href)=["'h]|https?:|@import|url\(/);
    const [, style] = /<style>(.*?)<\/style>/s.exec(text)!;
    const [, script] = /<script>(.*?)<\/script>/s.exec(text)!;
    const hash = (body: string) => createHash('sha256').update(body).digest('base64');
    expect(text.replaceAll('&#39;', "'")).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash(style!)}'; script-src 'sha256-${hash(script!)}'; base-uri 'none'; form-action 'none'"`,
    );
    const tags = text.replaceAll(/<script.*?<\/script>/gs, '').replaceAll(/"[^"]*"/g, '""');
    expect(tags).not.toMatch(/<[^>]*\s(?:style|on\w+)=/);
    expect(pageData(text).charts['other-0']).toMatchObject({ title: evil });
  });

  test('of eight runs of 10,000 steps stays below 2 MB', async () => {
    const noisy = (step: number): number => 0.1 + ((step * 7919) % 1000) / 1000;
    const log = upstreamLog(2500, noisy).replaceAll(
      /"val_loss": ([\d.]+)/g,
      '$&, "val_position_error_m": $1',
    );
    const wave = Array.from({ length: 600 }, (_, step) => Math.sin(step) / 3);
    const steps = wave.map((_, step) => step);
    const episodes = steps
      .slice(0, 24)
      .map((episode) => ({ episode, steps, recorded: wave, predicted: wave }));
    for (let i = 0; i < 8; i++)
      await make(`run${i}`, { 'logs.json.txt': log, 'validation/gripper.json': { ...GRIPPER, episodes } });
    const text = await page(...Array.from({ length: 8 }, (_, i) => `run${i}`));
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    // The highest loss of all is still there.
    const [line] = pageData(text).charts['step-loss']!.lines;
    expect(Math.max(...line!.y.map(Number))).toBe(1.099);
  });
});

describe('refuses', () => {
  test('a folder without a log, and says what to name', async () => {
    await make('empty', { 'note.txt': 'x' });
    const { code, err } = await call('empty');
    expect(code).toBe(1);
    expect(err).toContain(`${join(cwd, 'empty')}: holds no logs.json.txt`);
    expect(err).toContain('give a run folder');
    expect(await readdir(join(cwd, 'empty'))).toEqual(['note.txt']);
  });

  test('a run that failed before its first step, with the reason', async () => {
    await make('young', {
      'logs.json.txt': '{"train_lo',
      'regrip.json': { state: 'failed', reason: 'no GPU' },
    });
    const { code, err } = await call('young');
    expect(code).toBe(1);
    expect(err).toContain('does not contain a logged step yet; the run failed: no GPU');
  });

  test('to replace a file without being told to', async () => {
    await make('run', { 'logs.json.txt': upstreamLog(1), 'report.html': 'mine' });
    const { code, err } = await call('run');
    expect(code).toBe(1);
    expect(err).toContain('--overwrite');
    expect(await pageAt('run/report.html')).toBe('mine');
    expect((await call('run', '--overwrite')).code).toBe(0);
  });

  test('a call without a run, or with more than a page can show', async () => {
    expect((await call()).code).toBe(2);
    const names = Array.from({ length: 17 }, (_, i) => `r${i}`);
    for (const name of names) await make(name, { 'logs.json.txt': upstreamLog(1) });
    expect((await call(...names)).code).toBe(2);
  });
});

test('a run whose numbers are none: gaps and crosses in its curves, and no number that is made up', async () => {
  const loss = (step: number): number => (step < 6 ? falling(step) : Number.NaN);
  const some = upstreamLog(3, loss).replace(/"val_loss": NaN/g, '"val_loss": -Infinity');
  const all = upstreamLog(2, () => Number.NaN);
  const failed = { version: 1, state: 'failed', reason: 'the loss became NaN in step 6', best: null };
  await make('some', { 'logs.json.txt': some, 'regrip.json': failed });
  const best = { checkpoint: 'a.ckpt', monitor: 'val_loss', value: { $numberDouble: 'NaN' } };
  await make('all', { 'logs.json.txt': all, 'regrip.json': { ...failed, state: 'done', best } });
  const answer = await call('some', 'all', '--output', 'page.html', '--json');
  expect([answer.code, answer.err]).toEqual([0, '']);
  const text = await pageAt('page.html');
  expect(text).toContain('the loss became NaN in step 6');
  expect(text).toContain('class="broken line');
  const visible = text.replace(/<script.*?<\/script>/gs, '');
  expect(visible).not.toMatch(/\bnull\b|undefined/);
  const drawn = visible.match(/ (?:d|x|y|cx|cy|x1|x2|y1|y2)="[^"]*"/g)!;
  expect(drawn.length).toBeGreaterThan(20);
  for (const attribute of drawn) expect(attribute).not.toMatch(/NaN|Infinity/);
  const human = await call('some', 'all', '--output', 'page.html', '--overwrite');
  expect(human.out).not.toMatch(/null|undefined/);
});
