/** Random programs of opcodes, most of which Python runs to their end: each opcode is chosen among those that find what they need. */
import { assemble, type Line } from '../../hostile/pickle/assemble.js';

/** What the generator knows of a value on the stack. */
type Kind = 'value' | 'text' | 'tuple' | 'list' | 'dict' | 'set' | 'object' | 'global' | 'mark';

/** mulberry32: the same programs on every machine. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const GLOBALS: readonly (readonly [string, string])[] = [
  ['collections', 'OrderedDict'],
  ['collections', 'OrderedDict'],
  ['collections', 'defaultdict'],
  ['collections', 'Counter'],
  ['builtins', 'dict'],
  ['builtins', 'set'],
  ['builtins', 'frozenset'],
  ['builtins', 'bytearray'],
  ['_codecs', 'encode'],
  ['__builtin__', 'set'],
  ['__builtin__', 'xrange'],
  ['__builtin__', 'reduce'],
  ['copy_reg', '_reconstructor'],
  ['exceptions', 'ValueError'],
  ['Queue', 'Queue'],
  ['UserDict', 'UserDict'],
  ['lab.robots', 'Robot'],
  ['os', 'system'],
];

const SCALARS: readonly Line[] = [
  'NONE',
  'NEWTRUE',
  'NEWFALSE',
  ['BININT1', 1],
  ['BININT1', 0],
  ['BININT2', 300],
  ['BININT', -1],
  ['LONG1', Buffer.of(1)],
  ['LONG1', Buffer.of(0, 0, 0, 0, 0, 0, 0, 0, 1)],
  ['LONG1', Buffer.of(0, 0, 0, 0, 0, 0, 32)],
  ['LONG4', Buffer.of(255, 255)],
  ['LONG1', Buffer.of()],
  ['INT', '01'],
  ['INT', '00'],
  ['INT', '1'],
  ['INT', '-7'],
  ['INT', '9007199254740993'],
  ['LONG', '1L'],
  ['LONG', '18446744073709551616L'],
  ['FLOAT', '1.0'],
  ['FLOAT', '-0.0'],
  ['FLOAT', 'inf'],
  ['FLOAT', '1e-3'],
  ['FLOAT', '9007199254740992'],
  Buffer.from('473ff0000000000000', 'hex'), // 1.0
  Buffer.from('473fb999999999999a', 'hex'), // 0.1
  ['SHORT_BINBYTES', 'k'],
  ['BINBYTES', Buffer.of(0, 255)],
  ['BYTEARRAY8', 'ab'],
];

const TEXTS: readonly Line[] = [
  ['SHORT_BINUNICODE', 'k'],
  ['SHORT_BINUNICODE', 'latin1'],
  ['BINUNICODE', 'Grüße'],
  ['BINUNICODE8', '夹爪'],
  ['SHORT_BINUNICODE', Buffer.from('eda080', 'hex')],
  ['UNICODE', 'k'],
  ['UNICODE', '\\u006b'],
  ['UNICODE', '\\\\u006b'],
  ['UNICODE', 'a\\\\\\u006b\\x'],
  ['UNICODE', '\\ud83e\\U0001f9be'],
  ['STRING', "'k'"],
  ['STRING', '"a\\x6b\\153\\n\\q"'],
  ['BINSTRING', 'k'],
  ['SHORT_BINSTRING', 'k'],
];

type Random = (below: number) => number;
const oneOf = <T>(random: Random, items: readonly T[]): T => items[random(items.length)]!;

/** Opcodes by what they need of the values above the last mark, the topmost last; `undefined` fits anything. */
class Program {
  readonly lines: Line[] = [];
  private stack: Kind[] = [];
  private readonly below: Kind[][] = [];
  private readonly memo: Kind[] = [];

  constructor(
    private readonly random: Random,
    private readonly protocol: number,
  ) {
    if (protocol >= 2) this.lines.push(['PROTO', protocol]);
  }

  step(): void {
    const [line, apply] = oneOf(this.random, this.choices());
    this.lines.push(...line);
    apply();
  }

  /** Closes open marks, and leaves what is on top. */
  end(): Uint8Array {
    while (this.below.length > 0) this.fold(['TUPLE'], 'tuple');
    while (this.stack.length > 1 && this.random(4) > 0) this.pair();
    if (this.stack.length === 0) this.lines.push('NONE');
    return assemble(...this.lines, 'STOP');
  }

  private open(): void {
    this.below.push(this.stack);
    this.stack = [];
  }

  private close(...made: Kind[]): void {
    this.stack = [...this.below.pop()!, ...made];
  }

  private pair(): void {
    this.lines.push('TUPLE2');
    this.stack.splice(-2, 2, 'tuple');
  }

  private fold(line: Line[], kind: Kind): void {
    this.lines.push(...line);
    this.stack = [...this.below.pop()!, kind];
  }

  private choices(): (readonly [Line[], () => void])[] {
    const { stack, below, memo, random } = this;
    const top = stack.at(-1);
    const under = stack.at(-2);
    const list: (readonly [Line[], () => void])[] = [];
    const push = (line: Line | Line[], kind: Kind) =>
      list.push([
        Array.isArray(line) && typeof line[0] !== 'string' ? (line as Line[]) : [line as Line],
        () => stack.push(kind),
      ]);
    const replace = (line: Line, count: number, kind: Kind) =>
      list.push([[line], () => void stack.splice(-count, count, kind)]);
    for (let i = 0; i < 3; i += 1) push(oneOf(random, SCALARS), 'value');
    for (let i = 0; i < 3; i += 1) push(oneOf(random, TEXTS), 'text');
    push('EMPTY_LIST', 'list');
    push('EMPTY_DICT', 'dict');
    push('EMPTY_DICT', 'dict');
    push('EMPTY_TUPLE', 'tuple');
    push('EMPTY_SET', 'set');
    push(['EXT1', 7], 'global');
    push(['PERSID', 'key'], 'value');
    for (let i = 0; i < 3; i += 1) push(this.globalOf(), 'global');
    if (below.length < 3) list.push([['MARK'], () => this.open()]);
    if (below.length < 3 && (top === 'list' || top === 'dict' || top === 'set' || top === 'object'))
      for (let i = 0; i < 3; i += 1) list.push([['MARK'], () => this.open()]);
    if (stack.length >= 1) {
      push('DUP', top!);
      list.push([['POP'], () => void stack.pop()]);
      replace('TUPLE1', 1, 'tuple');
      replace('BINPERSID', 1, 'value');
      list.push([[['BINPUT', memo.length]], () => void memo.push(top!)]);
      list.push([[['BINPUT', memo.length]], () => void memo.push(top!)]);
      if (this.protocol >= 4) list.push([['MEMOIZE'], () => void memo.push(top!)]);
      if (random(20) === 0 && memo.length > 0) {
        const at = random(memo.length);
        list.push([[['PUT', String(at)]], () => void memo.splice(at, 1, top!)]);
      }
    }
    for (let i = 0; i < 3 && memo.length > 0; i += 1) {
      const at = random(memo.length);
      push(
        oneOf<Line>(random, [
          ['BINGET', at],
          ['LONG_BINGET', at],
          ['GET', String(at)],
        ]),
        memo[at]!,
      );
    }
    if (stack.length >= 2) {
      replace('TUPLE2', 2, 'tuple');
      if (under === 'list' || under === 'object')
        for (let i = 0; i < 3; i += 1) list.push([['APPEND'], () => void stack.pop()]);
      if (top === 'tuple' && (under === 'global' || under === 'object')) {
        for (let i = 0; i < 6; i += 1) replace('REDUCE', 2, 'object');
        if (under === 'global') for (let i = 0; i < 3; i += 1) replace('NEWOBJ', 2, 'object');
      }
      if (under === 'object' && random(3) === 0) list.push([['BUILD'], () => void stack.pop()]);
      if (this.protocol >= 4 && top === 'text' && under === 'text') replace('STACK_GLOBAL', 2, 'global');
    }
    if (stack.length >= 3) {
      replace('TUPLE3', 3, 'tuple');
      const target = stack.at(-3);
      if (target === 'dict' || target === 'object')
        for (let i = 0; i < 6; i += 1) list.push([['SETITEM'], () => void stack.splice(-2)]);
      if (target === 'global' && under === 'tuple' && top === 'dict') replace('NEWOBJ_EX', 3, 'object');
    }
    if (below.length > 0) this.folds(list);
    return list;
  }

  private folds(list: (readonly [Line[], () => void])[]): void {
    const target = this.below.at(-1)!.at(-1);
    const { length } = this.stack;
    const into = (line: Line) => list.push([[line], () => this.close()]);
    const made = (line: Line, kind: Kind) => list.push([[line], () => this.close(kind)]);
    made('TUPLE', 'tuple');
    made('LIST', 'list');
    made('FROZENSET', 'value');
    into('POP_MARK');
    if (length % 2 === 0) made('DICT', 'dict');
    if (this.stack[0] === 'global') made('OBJ', 'object');
    made(['INST', 'lab.robots', 'Arm'], 'object');
    for (let i = 0; i < 6; i += 1) {
      if (target === 'list' || target === 'object') into('APPENDS');
      if (length % 2 === 0 && (target === 'dict' || target === 'object')) into('SETITEMS');
      if (target === 'set') into('ADDITEMS');
    }
  }

  private globalOf(): Line[] {
    const [module, name] = oneOf(this.random, GLOBALS);
    return this.protocol >= 4 && this.random(2) === 0
      ? [['SHORT_BINUNICODE', module], ['SHORT_BINUNICODE', name], 'STACK_GLOBAL']
      : [['GLOBAL', module, name]];
  }
}

/** Programs of 10 to 60 opcodes of all protocols. */
export function randomPrograms(count: number, seed: number): Uint8Array[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    const program = new Program(random, random(6));
    for (let steps = 10 + random(50); steps > 0; steps -= 1) program.step();
    return program.end();
  });
}
