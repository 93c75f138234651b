/** Config files and overrides that expand, nest or repeat without end. */
import { folder, type Piece, type Shape } from '../shape.js';

type Row = readonly [name: string, why: string, expect: string, make: () => Piece, says?: RegExp];

const doubled = (open: string, close: string, item: (name: string) => string) =>
  [
    `l0: &l0 ${open}${open === '{' ? 'a: 1' : '1'}${close}`,
    ...Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} ${open}${item(`*l${i}`)}${close}`),
  ].join('\n');

const YAML: readonly Row[] = [
  ['a sound config', 'the table itself is sound', 'opaque', () => 'a: [1, 2]\nb: ${a}'],
  [
    'lists of aliases that double',
    'a billion laughs',
    'config-too-large',
    () => doubled('[', ']', (alias) => `${alias} , ${alias} `),
    /:\d+:\d+: expands to more/,
  ],
  [
    'mappings of aliases that double',
    'a billion laughs',
    'config-too-large',
    () => doubled('{', '}', (alias) => `x: ${alias} , y: ${alias} `),
  ],
  [
    'merge keys that double',
    'a billion laughs',
    'config-too-large',
    () => doubled('{', '}', (alias) => `<<: [${alias} , ${alias} ], x: ${alias} , y: ${alias} `),
  ],
  ['an alias that holds itself', 'never ends', 'yaml-syntax', () => 'a: &x [*x]'],
  ['an alias to nothing', 'was never set', 'yaml-syntax', () => 'a: *x'],
  [
    '10,000 levels of brackets',
    'overflows a recursive reader',
    'config-too-large',
    () => `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  ],
  ['10,000 brackets that never close', 'likewise', 'config-too-large', () => `a: ${'['.repeat(10_000)}`],
  ['a hundred thousand brackets', 'likewise', 'config-too-large', () => `a: ${'['.repeat(100_000)}`],
  ['a hundred thousand braces', 'likewise', 'config-too-large', () => `a: ${'{'.repeat(100_000)}`],
  ['10,000 levels of dashes', 'lists in one line', 'config-too-large', () => `a:\n  ${'- '.repeat(10_000)}x`],
  ['sixty thousand dashes', 'lists in one line', 'config-too-large', () => `a:\n  ${'- '.repeat(60_000)}x`],
  [
    '500 levels of indentation',
    'mappings in mappings',
    'config-too-large',
    () => Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
  ],
  [
    'sixty thousand question marks',
    'keys that are mappings',
    'config-too-large',
    () => `${'? '.repeat(60_000)}x`,
  ],
  [
    'nine thousand anchors',
    'each is kept',
    'opaque',
    () => `a:\n${Array.from({ length: 9_000 }, (_, i) => `- &a${i} x`).join('\n')}`,
  ],
  ['sixty thousand values', 'far above any config', 'config-too-large', () => `a: [${'1,'.repeat(60_000)}]`],
  ['sixteen thousand errors', 'the first one is told', 'yaml-syntax', () => 'a: b: c\n'.repeat(16_000)],
  [
    'a number of a hundred thousand digits',
    'takes quadratic time',
    'yaml-syntax',
    () => `a: ${'9'.repeat(100_000)}`,
    /number with 100000 digits/,
  ],
  [
    'a number in base 60 of forty thousand parts',
    'takes quadratic time',
    'yaml-syntax',
    () => `a: 1${':59'.repeat(40_000)}`,
    /number with/,
  ],
  [
    'a tagged number of a hundred thousand digits',
    'likewise',
    'yaml-syntax',
    () => `a: !!int "${'9'.repeat(100_000)}"`,
    /number with/,
  ],
  ['a text of a hundred thousand digits', 'is a text', 'opaque', () => `a: "${'9'.repeat(100_000)}"`],
  [
    'a tag of Python',
    'PyYAML’s unsafe loader runs it',
    'yaml-syntax',
    () => 'a: !!python/object/apply:os.system [true]',
    /python/,
  ],
  ['a tag of Python on a scalar', 'likewise', 'yaml-syntax', () => 'a: !!python/name:os.system x', /python/],
  [
    'keys called __proto__',
    'are keys',
    'opaque',
    () => '__proto__: {polluted: true}\nconstructor: {prototype: 1}',
  ],
  ['a NUL in the text', 'YAML forbids it', 'yaml-syntax', () => 'a: \0'],
  ['text that is not UTF-8', 'is not a config', 'yaml-syntax', () => Buffer.of(0x61, 0x3a, 0x20, 0xff)],
  [
    'half a megabyte',
    'is not a config',
    'config-too-large',
    () => `a: ${'x'.repeat(1 << 19)}`,
    /has \d+ bytes/,
  ],
  ['a folder', 'is not a file', 'config-missing', () => folder({})],
  ['a pipe', 'opening it would wait for ever', 'config-missing', () => ({ pipe: true })],
];

const OVERRIDES: readonly Row[] = [
  ['a sound override', 'the table itself is sound', 'opaque', () => 'a.b=[1,{c: "d"}]'],
  [
    'a megabyte',
    'no command line is so long',
    'override-syntax',
    () => `a=${'x'.repeat(1 << 20)}`,
    /longer than/,
  ],
  [
    '10,000 brackets',
    'overflows a recursive reader',
    'override-syntax',
    () => `a=${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    /nests deeper/,
  ],
  [
    '10,000 braces',
    'likewise',
    'override-syntax',
    () => `a=${'{b:'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    /nests deeper/,
  ],
  [
    'thirty thousand interpolations that never close',
    'each is searched to the end',
    'override-syntax',
    () => `a=${'${'.repeat(32_000)}`,
  ],
  [
    'sixty thousand backslashes before no quote',
    'each was tried anew',
    'opaque',
    () => `a="${'\\'.repeat(60_000)}x"`,
  ],
  [
    'sixty thousand backslashes',
    'the quote never closes',
    'override-syntax',
    () => `a="${'\\'.repeat(60_001)}`,
  ],
  ['sixty thousand spaces', 'is nothing', 'opaque', () => `a=${' '.repeat(60_000)}x`],
  ['sixty thousand commas', 'a sweep', 'override-syntax', () => `a=[${','.repeat(60_000)}]`],
  [
    'a number of sixty thousand digits',
    'takes quadratic time',
    'override-syntax',
    () => `a=${'9'.repeat(60_000)}`,
  ],
  ['a key of thirty thousand parts', 'is one match', 'opaque', () => `${'a.'.repeat(30_000)}b=1`],
  ['a key of thirty thousand dashes', 'is tried once', 'override-syntax', () => `${'a-'.repeat(30_000)}.=1`],
  ['a function', 'is not called', 'override-syntax', () => 'a=eval(1)'],
  ['a key called __proto__', 'is a key', 'opaque', () => '__proto__.polluted=1'],
];

const shapes = (reader: Shape['reader'], prefix: string, rows: readonly Row[]): Shape[] =>
  rows.map(([name, why, expect, make, says]) => ({
    name: `${prefix}: ${name}`,
    why,
    reader,
    make,
    expect,
    ...(says && { says }),
  }));

export const configShapes: readonly Shape[] = [
  ...shapes('yaml', 'a config', YAML),
  ...shapes('override', 'an override', OVERRIDES),
];
