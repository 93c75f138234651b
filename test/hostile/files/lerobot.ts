/** Folders of LeRobot whose JSON has no end, or whose names lead elsewhere. */
import { folder, type Piece, type ReaderName, type Shape } from '../shape.js';

type Pieces = Readonly<Record<string, Piece>>;
type Row = readonly [
  name: string,
  why: string,
  reader: ReaderName,
  expect: string,
  make: () => Piece,
  says?: RegExp,
];

const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);
const CONFIG = JSON.stringify({
  type: 'diffusion',
  input_features: { 'observation.state': { type: 'STATE', shape: [1] } },
  output_features: { action: { type: 'ACTION', shape: [1] } },
});

/** One float of the name `a`. */
function weights(): Uint8Array {
  const text = Buffer.from('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, new Uint8Array(4)]);
}

const processor = (state: string) =>
  JSON.stringify({ steps: [{ registry_name: 'normalizer_processor', config: {}, state_file: state }] });

function policy(more: Pieces = {}): Piece {
  return folder({
    'config.json': CONFIG,
    'model.safetensors': weights(),
    'policy_preprocessor.json': processor('state.safetensors'),
    'state.safetensors': weights(),
    ...more,
  });
}

const INFO = JSON.stringify({
  fps: 10,
  features: { action: { dtype: 'float32', shape: [1], names: ['a'] } },
});

function dataSet(meta: Pieces): Piece {
  return folder({ meta: folder({ 'info.json': INFO, ...meta }) });
}

const ROWS: readonly Row[] = [
  ['a sound policy', 'the table itself is sound', 'tensors', 'opaque', () => policy()],
  [
    'a sound data set',
    'likewise',
    'lerobotData',
    'opaque',
    () => dataSet({ 'stats.json': '{"action": {"min": [0]}}' }),
  ],
  [
    'a config of 100,000 levels',
    'overflows whoever reads it',
    'tensors',
    'lerobot-json',
    () => policy({ 'config.json': levels(100_000) }),
    /more than 64 deep/,
  ],
  [
    'a config of eight megabytes and more',
    'is bounded before it is parsed',
    'tensors',
    'lerobot-json',
    () => policy({ 'config.json': ' '.repeat(9 << 20) }),
  ],
  [
    'a config of lists without end',
    'eight megabytes become hundreds',
    'tensors',
    'lerobot-json',
    () => policy({ 'config.json': `[${'[],'.repeat(2_700_000)}[]]` }),
    /more than 1000000 values/,
  ],
  [
    'a config with a key twice',
    'parsers take different ones',
    'tensors',
    'lerobot-json',
    () => policy({ 'config.json': CONFIG.replace('{', '{"type":"act",') }),
    /type twice/,
  ],
  [
    'a config whose features are a prototype',
    'a name is a name',
    'tensors',
    'opaque',
    () =>
      policy({
        'config.json': CONFIG.replace('{"action"', '{"__proto__":{"type":"ACTION","shape":[1]},"action"'),
      }),
  ],
  [
    'a pipe in the place of the config',
    'opening it would wait for ever',
    'tensors',
    'lerobot-json',
    () => policy({ 'config.json': { pipe: true } }),
  ],
  [
    'a pipe in the place of the statistics',
    'likewise',
    'tensors',
    'safetensors',
    () => policy({ 'state.safetensors': { pipe: true } }),
  ],
  [
    'statistics above the folder',
    'they could be any file',
    'tensors',
    'lerobot-processor',
    () => policy({ 'policy_preprocessor.json': processor('../state.safetensors') }),
  ],
  [
    'statistics by a whole path',
    'likewise',
    'tensors',
    'lerobot-processor',
    () => policy({ 'policy_preprocessor.json': processor('/etc/passwd') }),
  ],
  [
    'weights that are a link in a circle',
    'leads nowhere',
    'tensors',
    'lerobot-policy',
    () => policy({ 'model.safetensors': { link: 'model.safetensors' } }),
  ],
  [
    'a processor of a million steps',
    'is bounded',
    'tensors',
    'lerobot-processor',
    () => policy({ 'policy_preprocessor.json': `{"steps": [${'0,'.repeat(900_000)}0]}` }),
  ],
  [
    'a step that is a number',
    'is damaged',
    'tensors',
    'lerobot-processor',
    () => policy({ 'policy_preprocessor.json': '{"steps": [3]}' }),
  ],
  [
    'names of dimensions of 100,000 levels',
    'likewise',
    'tensors',
    'lerobot-json',
    () => policy({ 'regrip_adaptation.json': levels(100_000) }),
  ],
  [
    'features without end',
    'are bounded',
    'lerobotData',
    'lerobot-data-set',
    () =>
      dataSet({
        'info.json': JSON.stringify({
          features: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, {}])),
        }),
      }),
  ],
  [
    'a feature of 2^53 values',
    'a width does not make a reader allocate',
    'lerobotData',
    'lerobot-data-set',
    () => dataSet({ 'info.json': INFO.replace('[1]', '[9007199254740991]') }),
  ],
  [
    'statistics of 100,000 levels',
    'overflow whoever flattens them',
    'lerobotData',
    'lerobot-json',
    () => dataSet({ 'stats.json': levels(100_000) }),
  ],
  [
    'statistics that are text',
    'are damaged',
    'lerobotData',
    'lerobot-data-set',
    () => dataSet({ 'stats.json': '{"action": {"min": "x"}}' }),
  ],
  [
    'an episode of two megabytes',
    'a line is bounded before it is read',
    'lerobotData',
    'lerobot-data-set',
    () => dataSet({ 'episodes_stats.jsonl': ' '.repeat(2 << 20) }),
  ],
  [
    'a pipe in the place of the episodes',
    'opening it would wait for ever',
    'lerobotData',
    'lerobot-data-set',
    () => dataSet({ 'episodes_stats.jsonl': { pipe: true } }),
  ],
];

export const lerobotShapes: readonly Shape[] = ROWS.map(([name, why, reader, expect, make, says]) => ({
  name: `LeRobot: ${name}`,
  why,
  reader,
  make,
  expect,
  ...(says && { says }),
}));
