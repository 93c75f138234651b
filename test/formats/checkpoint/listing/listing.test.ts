import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CheckpointListing,
  checkpointListing,
  type ListingRange,
  type ListingSection,
  listedKey,
} from '../../../../engine/formats/checkpoint/listing/listing.js';
import { openCheckpoint } from '../../../../engine/formats/checkpoint/open.js';
import type { CheckpointIndex, TensorInfo } from '../../../../engine/formats/checkpoint/types.js';
import { networkSize } from '../../../../engine/judge/policy/networkSize.js';
import { indexOf } from '../../../adapt/references.js';
import { fixture } from '../files.js';

const textAt = ({ text }: CheckpointListing, { line, column, endColumn }: ListingRange) =>
  text.split('\n')[line - 1]!.slice(column - 1, endColumn - 1);

const flat = (sections: readonly ListingSection[]): ListingSection[] =>
  sections.flatMap((section) => [section, ...flat(section.children)]);

let storages = 0;
const tensor = (key: string, shape: readonly number[] = [2], more: Partial<TensorInfo> = {}): TensorInfo => ({
  key,
  shape,
  dtype: 'float32',
  stride: [],
  storageOffset: 0,
  storage: String(storages++),
  ...more,
});
const index = (model: readonly TensorInfo[], more: Partial<CheckpointIndex> = {}): CheckpointIndex => ({
  path: '/runs/latest.ckpt',
  stateDicts: { model },
  optimizer: undefined,
  pickles: {},
  config: undefined,
  unexpectedGlobals: [],
  ...more,
});

describe('the reference checkpoint', () => {
  const saved = indexOf('policy-7d.json');
  const listing = checkpointListing(
    { ...saved, pickles: { global_step: 4321, epoch: 550 } },
    { bytes: 323e6, network: networkSize(saved.config) },
  );

  test('has every key of every state dict on a line of its own, in the order of the file', () => {
    const listed = [...listing.keys.values()].map(({ stateDict, tensor: { key } }) => [stateDict, key]);
    const expected = Object.entries(saved.stateDicts).flatMap(([name, tensors]) =>
      tensors.map(({ key }) => [name, key]),
    );
    expect(listed).toEqual(expected);
    for (const [line, entry] of listing.keys) {
      const { key, shape, dtype, alias } = entry.tensor;
      expect([entry.key.line, entry.shape.line, entry.dtype.line]).toEqual([line, line, line]);
      expect([entry.key, entry.shape, entry.dtype].map((range) => textAt(listing, range))).toEqual([
        key,
        `[${shape.join(', ')}]`,
        dtype,
      ]);
      expect(entry.shared && textAt(listing, entry.shared)).toBe(alias && `= ${alias}`);
    }
  });

  test('begins with what a reader wants to know first', () => {
    expect(listing.text.split('\n\n')[0]).toBe(`# policy-7d.json
#   file         323 MB
#   policy       DiffusionTransformerHybridImagePolicy
#   action       7-D
#   horizon      16 steps, 2 observed, 8 executed
#   network      n_layer 2, n_head 2, n_emb 32
#   epoch        550
#   global_step  4321
#   model        11,243,312 values in 140 tensors, 65 aliases
#   ema_model    11,243,312 values in 140 tensors, 65 aliases
#   trained      44,832 parameters`); // of the 40 parameters whose moments the JSON holds
  });

  test('shows a decoder layer as a group in aligned columns', () => {
    const [group] = /^ {2}model\.decoder\.layers\.1\.\*.*\n(?: {4}.*\n)+/m.exec(listing.text)!;
    const lines = group.trimEnd().split('\n');
    expect(lines[0]).toBe('  model.decoder.layers.1.*  18 keys');
    expect(lines[1]).toMatch(
      /^ {4}model\.decoder\.layers\.1\.self_attn\.in_proj_weight +\[96, 32\] +float32$/,
    );
    const columns = lines.slice(1).map((line) => [line.indexOf('['), line.indexOf('float32')]);
    expect(new Set(columns.map(String)).size).toBe(1);
  });

  test('summarises the optimizer and the counters', () => {
    expect(listing.text).toContain(`
optimizer:  3 groups, moments of 40 parameters, 44,832 values each
  group 0  17 parameters, lr 0.0001, betas [0.9,0.95], weight_decay 0.001
`);
    expect(listing.text).toContain('  states   exp_avg and exp_avg_sq of each, step 4321\n');
    expect(listing.text.endsWith('\npickles:  2 values\n  global_step  4321\n  epoch        550\n')).toBe(
      true,
    );
  });

  test('folds by state dict and module: every key lies in its state dict, and siblings do not overlap', () => {
    expect(listing.sections.map(({ title }) => title)).toEqual([
      'policy-7d.json',
      'model',
      'ema_model',
      'optimizer',
      'pickles',
    ]);
    const modules = listing.sections[1]!.children;
    expect(modules.map(({ title }) => title)).toContain('obs_encoder.obs_nets.image.backbone.nets.7');
    for (const siblings of [listing.sections, ...listing.sections.map(({ children }) => children)]) {
      for (const [position, section] of siblings.entries()) {
        expect(section.endLine).toBeGreaterThanOrEqual(section.line);
        expect(section.line).toBeGreaterThan(siblings[position - 1]?.endLine ?? 0);
      }
    }
    for (const { stateDict, key } of listing.keys.values()) {
      const { line, endLine } = listing.sections.find(({ title }) => title === stateDict)!;
      expect(key.line > line && key.line <= endLine).toBe(true);
    }
  });

  test('finds the line of a key', () => {
    const found = listedKey(listing, 'model.head.bias', 'ema_model')!;
    expect([found.stateDict, textAt(listing, found.key)]).toEqual(['ema_model', 'model.head.bias']);
    expect(listedKey(listing, 'model.head.bias')!.stateDict).toBe('model');
    expect(listedKey(listing, 'output_proj.weight')).toBeUndefined();
  });
});

describe('shared storages', () => {
  test('the same tensor, another view, and a tensor of another state dict are told apart', () => {
    const weight = tensor('weight', [2, 3]);
    const { text } = checkpointListing({
      ...index([]),
      stateDicts: {
        model: [
          weight,
          { ...weight, key: 'again', alias: 'weight' },
          { ...weight, key: 'row', shape: [3] },
          { ...weight, key: 'none', shape: [0] },
        ],
        ema_model: [{ ...weight }],
      },
    });
    expect(text.slice(text.indexOf('\nmodel:') + 1)).toBe(`model:  4 keys, 9 values in 3 tensors, 1 alias
    weight  [2, 3]  float32
    again   [2, 3]  float32  = weight
    row     [3]     float32  ~ weight
    none    [0]     float32

ema_model:  1 key, 6 values in 1 tensor
    weight  [2, 3]  float32  = model: weight
`);
  });

  test('views in a real file', async () => {
    const file = await openCheckpoint(fixture('checkpoint/odd.ckpt'));
    await file.close();
    const { text } = checkpointListing(file.index);
    expect(text).toMatch(
      /\n {4}sameView +\[3, 4\] {2}float32 {2}= grid\n {4}transposed +\[4, 3\] {2}float32 {2}~ grid\n/,
    );
    expect(text).toMatch(/# {3}warning: names uuid\.SafeUUID, json\.dumps, which a checkpoint never needs/);
    expect(text).toMatch(/\n {2}function {2}<the global json\.dumps>\n/);
  });
});

describe('hostile names', () => {
  test.each([
    ['a line end', 'a\nb', 'a\\x0ab'],
    ['a terminal’s escape', '\u001b[2Jw', '\\x1b[2Jw'],
    ['a change of direction', 'a\u202eb\u200f', 'a\\u202eb\\u200f'],
    ['a gap', 'a  [9]  int8', 'a\\x20\\x20[9]\\x20\\x20int8'],
    ['half of a pair', 'a\ud800', 'a\\ud800'],
    ['nothing', '', '""'],
    ['a very long one', 'k'.repeat(5000), `${'k'.repeat(199)}…`],
    ['another script', '机器人.权重', '机器人.权重'],
  ])('%s stays on its line', (_name, key, shown) => {
    const listing = checkpointListing(index([tensor('first'), tensor(key), tensor('last')]));
    const [, entry, last] = [...listing.keys.values()];
    expect(textAt(listing, entry!.key)).toBe(shown);
    expect(entry!.tensor.key).toBe(key);
    expect(textAt(listing, last!.key)).toBe('last');
  });

  test('names of state dicts, counters, the file and code are escaped too', () => {
    const { text } = checkpointListing(
      index([], {
        path: '/a\u001b[31m.ckpt',
        stateDicts: { 'mo\ndel': [tensor('w')] },
        pickles: { 'ep\noch': 'x\ny' },
        unexpectedGlobals: ['os\u2028system'],
      }),
    );
    expect(text).toBe(`# a\\x1b[31m.ckpt
#   mo\\x0adel  2 values in 1 tensor
#   warning: names os\\u2028system, which a checkpoint never needs; loading it in Python may run code (nothing was run here)

mo\\x0adel:  1 key, 2 values in 1 tensor
    w  [2]  float32

pickles:  1 value
  ep\\x0aoch  x\\x0ay
`);
  });

  test('whatever keys are called, each range holds its word and every line is a line', () => {
    const keys = fc.uniqueArray(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(fc.constantFrom('a', 'b', '0', ''), { maxLength: 24 }).map((names) => names.join('.')),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(keys, (names) => {
        const listing = checkpointListing(index(names.map((name) => tensor(name))));
        expect([...listing.keys.values()].map(({ tensor: { key } }) => key)).toEqual(names);
        const lines = listing.text.split(/[\n\r\u0085\u2028\u2029\v\f]/);
        expect(lines.length).toBe(listing.text.split('\n').length);
        for (const { key, shape, dtype } of listing.keys.values()) {
          expect(textAt(listing, key)).toMatch(/^\S+$/);
          expect([textAt(listing, shape), textAt(listing, dtype)]).toEqual(['[2]', 'float32']);
        }
        for (const { line, endLine } of flat(listing.sections))
          expect(line <= endLine && endLine < lines.length).toBe(true);
      }),
    );
  });
});

describe('bounds', () => {
  test('a shape of 64 dimensions is cut', () => {
    const { text } = checkpointListing(index([tensor('deep', Array(64).fill(1))]));
    expect(text).toContain('    deep  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, …]  float32\n');
  });

  test('100,000 keys: the first 20,000 are listed, and the rest is said to be left out', () => {
    const many = Array.from({ length: 100_000 }, (_, key) => tensor(`net.${key % 7}.${key}.weight`));
    const start = performance.now();
    const listing = checkpointListing(index(many));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(listing.keys.size).toBe(20_000);
    expect(listing.text).toContain('model:  100,000 keys, 200,000 values in 100,000 tensors\n');
    expect(listing.text).toContain('\n  # … and 80,000 more keys, too many to list\n');
  });

  test('keys that are all dots cost no more than others', () => {
    const dots = Array.from({ length: 5000 }, (_, key) => tensor(`${'.'.repeat(2000)}${key}`));
    const start = performance.now();
    expect(checkpointListing(index(dots)).keys.size).toBe(5000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
