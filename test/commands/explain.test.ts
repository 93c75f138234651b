import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyExplanation } from '../../engine/judge/explain/types.js';
import { NEW_CONFIG } from '../adapt/fixtures.js';
import { unpack } from '../formats/checkpoint/files.js';
import { regrip } from './call.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-explain-'));
  await unpack('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const explain = (...args: string[]) => regrip(['explain', 'policy-7d.ckpt', ...args], { cwd: folder });

describe('regrip explain', () => {
  test('tells a person both shapes, where the new one is written, and what adapt does', async () => {
    const { code, out, err } = await explain('model.input_emb.weight', '--config', NEW_CONFIG);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('  in the file  [32, 7] float32, in ema_model\n  expected     [32, 8] float32\n');
    expect(out).toMatch(
      / {16}8 {2}action dimension ← policy\.shape_meta\.action\.shape\[0\] \(task\.shape_meta\.action\.shape\[0\] in .*pick\.yaml:18:13\)\n/,
    );
    expect(out).toContain('  adapt        widened [32, 7] → [32, 8], new column 7: zero\n');
  });

  test('it takes a map as adapt does, and offers the call with it; a refused one is told', async () => {
    const mapped = await explain(
      'model.input_emb.weight',
      '--config',
      NEW_CONFIG,
      '--map',
      'grip=new,pose=0:7',
    );
    expect([mapped.code, mapped.err]).toEqual([0, '']);
    expect(mapped.out).toContain('  adapt        widened [32, 7] → [32, 8], new column 0 (grip): zero\n');
    expect(mapped.out).toMatch(/ {2}fix {10}regrip adapt .* --map grip=new,pose=0:7\n/);
    const refused = await explain('model.input_emb.weight', '--config', NEW_CONFIG, '--map', 'pose=0:9');
    expect(refused.out).toContain(
      '  adapt        refused: --map of the action: "pose=0:9" asks for old dimension 8',
    );
    expect(refused.out).not.toContain('  fix  ');
  });

  test('the call that it offers works as it stands', async () => {
    const { out } = await explain('model.head.bias', '--config', NEW_CONFIG, 'policy.n_emb=48', '--json');
    const { fix } = JSON.parse(out) as KeyExplanation;
    const [name, ...words] = fix!.split(' ');
    expect(name).toBe('regrip');
    const adapted = await regrip([...words, '--dry-run'], { cwd: folder });
    expect([adapted.code, adapted.err]).toEqual([0, '']);
    expect(words.at(-1)).toBe('policy.n_emb=32');
  });

  test('without a config it says what the file has', async () => {
    const { code, out } = await explain('model.head.bias', '--state-dict', 'model');
    expect(code).toBe(0);
    expect(out).toContain('  in the file  [7] float32, in model\n  expected     unknown\n');
  });

  test('a name that no key has is told with those that are like it', async () => {
    const { code, err } = await explain('output_proj.weight', '--config', NEW_CONFIG);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: .*policy-7d\.ckpt: has no key output_proj\.weight\n {2}→ Similar keys: .*out_proj\.weight/,
    );
  });

  test.each([
    ['no key', [], 'missing required argument'],
    [
      'overrides of nothing',
      ['model.head.bias', 'horizon=8'],
      'without --config there is nothing to override',
    ],
    ['a map of nothing', ['model.head.bias', '--map', 'pose=0:7'], '--map needs --config'],
    ['another state dict', ['model.head.bias', '--state-dict', 'ema'], 'it has model, ema_model'],
  ])('%s is a wrong call', async (_name, args, message) => {
    const { code, err } = await explain(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
