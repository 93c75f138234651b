/** Overrides of Hydra's grammar: those that users write, and random ones of its pieces. */

const KEYS = [
  'a',
  '+x',
  '++a',
  '++b.c',
  'b.c',
  'b.d',
  '+b.e',
  's',
  'n',
  '~a',
  '~b.c',
  '~s',
  'db',
  '~db',
  '+db@other',
  'b.d.0',
];
const SCALARS = [
  ...[
    '1',
    '-3',
    '3.7',
    '1.0',
    '1e3',
    '1_000',
    '.5',
    'inf',
    'nan',
    '-inf',
    '0',
    '007',
    '12345678901234567890',
    '1e400',
  ],
  ...[
    'true',
    'False',
    'null',
    'mysql',
    'postgresql',
    'text',
    'a-b',
    'x1',
    '${a}',
    '${b.c}',
    '${oc.env:HOME}',
    'a:b',
    '/p/q.zarr',
    '*',
  ],
  ...[
    "'3'",
    '"3.7"',
    "'a,b'",
    "'it\\'s'",
    '"say \\"x\\""',
    "' 4 '",
    "''",
    "'true'",
    "'\\\\'",
    'a\\,b',
    'a\\ b',
    '\\(x\\)',
    'a b',
    "'nan'",
  ],
];
const FUNCTIONS = [
  'int',
  'float',
  'str',
  'bool',
  'choice',
  'range',
  'interval',
  'glob',
  'tag',
  'sort',
  'shuffle',
  'json_str',
  'extend_list',
  'nope',
];
const CASTS = ['int', 'float', 'str', 'bool'];
const NUMBERS = [
  '1',
  '2',
  '-3',
  '3.7',
  '1.0',
  '1e3',
  '0',
  '1e-5',
  '1e22',
  '0.1',
  'true',
  'false',
  '"4"',
  "'2.5'",
  '123456789012345678901',
  '-0.0',
  'inf',
];
const NAMES = [
  'value',
  'list',
  'sweep',
  'reverse',
  'start',
  'stop',
  'step',
  'end',
  'include',
  'exclude',
  'args',
  'x',
];
const BROKEN = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '=',
  ',',
  "'",
  '"',
  '\\',
  '#',
  '!',
  '$',
  '${',
  ' ',
  '~',
  '+',
  '@',
  ':',
];

/** Written by hand: what a user may try, and what the documentation of the grammar shows. */
const KNOWN = [
  ...[
    'a=float(3)',
    '+x=int(3.7)',
    '+x=bool(1)',
    '+x=str(1.0)',
    '+x=str(true)',
    '+x=int("3")',
    '+x=float("1e-4")',
    '+x=int(abc)',
  ],
  ...[
    '+x=int([1.5,2.5])',
    '+x=float({p:1,q:[2,3]})',
    '+x=str([1,null])',
    '+x=bool([true,0,"false"])',
    '+x=int(value=3.2)',
  ],
  ...[
    '+x=int(float("3.9"))',
    '+x=[int(3.2),float(1)]',
    '+x={p:int(2.5)}',
    '+x=int()',
    '+x=int(1,2)',
    '+x=int(null)',
    '+x=bool(null)',
  ],
  ...[
    'a=1,2',
    'a=choice(1,2)',
    'a=choice()',
    'a=range(1,5)',
    'a=range(5)',
    'a=range(start=1,stop=10,step=2)',
    'a=range(stop=5)',
    'a=range(a)',
  ],
  ...[
    'a=interval(0,1)',
    'a=interval(1)',
    'a=float(interval(0,1))',
    'a=str(interval(0,1))',
    'a=int(range(1,5))',
    'a=bool(range(1,5))',
  ],
  ...[
    'a=glob(*)',
    'a=glob([a*,b*],exclude=c*)',
    'db=glob(*)',
    'db=choice(mysql,postgresql)',
    'db=mysql,postgresql',
    'db=str(postgresql)',
  ],
  ...[
    'a=tag(x,choice(1,2))',
    'a=tag(x,y,range(1,3))',
    'a=tag(choice(1,2))',
    'a=tag(x)',
    'a=tag(1,choice(1,2))',
    'a=tag(x,sweep=choice(1,2))',
  ],
  ...[
    '+x=sort([3,1,2])',
    '+x=sort([3,1,2],reverse=true)',
    '+x=sort(list=[b,a])',
    '+x=sort(["b","a"])',
    '+x=sort([1,a])',
    'a=sort(3,1,2)',
    'a=sort(choice(3,1))',
  ],
  ...[
    '+x=sort([[2,1],[1,9]])',
    '+x=sort([true,0,2.5])',
    'a=sort(range(5,1))',
    '+x=sort(1)',
    '+x=sort()',
    '+x=sort([1],reverse=1)',
    '+x=sort({p:1})',
  ],
  ...[
    '+x=shuffle([1,2,3])',
    '+x=shuffle([1])',
    '+x=shuffle(1)',
    'a=shuffle(1,2)',
    'a=shuffle(choice(1,2))',
    'a=shuffle(range(1,5))',
    'a=shuffle(interval(0,1))',
  ],
  ...[
    '+x=json_str({p:1})',
    'b.d=extend_list(4,5)',
    '+x=[choice(1,2)]',
    '+x={p:choice(1,2)}',
    '~a=1',
    '~a=2',
    '~a=1.0',
    '~b.c=2.5',
    '~s=text',
    '~s="text"',
  ],
  ...[
    '~db=mysql',
    '~db=postgresql',
    '+db@b.other=postgresql',
    'db@b.other=mysql',
    'db@:b=mysql',
    'db@a:b=mysql',
    'a@b=1',
    '+x@y=1',
    'a@b:c=1',
    '@a=1',
  ],
  ...[
    'a=',
    '+x=',
    '~a=',
    'a',
    '=1',
    '+=1',
    '~',
    '++',
    'a==1',
    'a= 1 ',
    'a=[ 1 , 2 ]',
    'a={ p : 1 }',
    'a=[1,]',
    'a={p}',
    'a={p:1,p:2}',
  ],
  ...[
    'b={c:9}',
    'b={z:9}',
    '+b={z:9}',
    '++b={z:9}',
    'b.d=[9]',
    'b.d=[]',
    '+b.d=[9]',
    'a=[1]',
    'b=1',
    'b=null',
    '+x.y.z=1',
    'x.y=1',
    '+x=$a',
    '+x=a$b',
  ],
  ...[
    '+x=int(1, value=2)',
    '+x=int(value=1, 2)',
    '+x=int(value=null)',
    '+x=int (3)',
    '+x=int( 3 )',
    '+x=INT(3)',
    '+x=a(b',
    '+x=a)b',
    '+x=null(1)',
    '+x=true(1)',
  ],
  ...[
    'a=choice(choice(1,2))',
    'a=choice(int(1,2))',
    'a=choice(1,choice(2,3))',
    'a=choice(range(1,2))',
    'a=choice(null)',
    'a=int(choice(1.5,"2"))',
    'a=int(choice(x))',
  ],
];

export function grammarCases(count: number, seed: number): string[] {
  const random = new Random(seed);
  const drawn = Array.from({ length: count }, () => override(random));
  return [...new Set([...KNOWN, ...drawn])];
}

function override(random: Random): string {
  const text = `${random.of(KEYS)}=${value(random, 0)}${random.chance(0.1) ? `,${value(random, 0)}` : ''}`;
  if (!random.chance(0.1)) return text;
  const at = 1 + random.below(text.length);
  return text.slice(0, at) + random.of(BROKEN) + text.slice(at + random.below(2));
}

function value(random: Random, depth: number): string {
  const kind = depth > 2 ? 0 : random.below(10);
  if (kind < 3) return random.of(SCALARS);
  const blank = () => (random.chance(0.05) ? ' ' : '');
  const items = (least: number) =>
    Array.from({ length: least + random.below(3) }, () => blank() + value(random, depth + 1) + blank());
  if (kind === 3) return `[${items(0).join(',')}]`;
  if (kind === 4)
    return `{${items(0)
      .map((item, index) => `k${index}:${item}`)
      .join(',')}}`;
  if (random.chance(0.5)) return likely(random);
  const given = items(random.chance(0.9) ? 1 : 0);
  const named = random.chance(0.2) ? [`${random.of(NAMES)}=${value(random, depth + 1)}`] : [];
  return `${random.of(FUNCTIONS)}(${[...given, ...named].join(',')})`;
}

/** A call of the kind that users write, most of which Hydra takes. */
function likely(random: Random): string {
  const numbers = Array.from({ length: 1 + random.below(3) }, () => random.of(NUMBERS));
  const list = random.of([
    `[${numbers.join(',')}]`,
    `{p:${numbers.join(',q:')}}`.replace(/,q:/, ',r:'),
    numbers[0]!,
  ]);
  const cast = random.of(CASTS);
  const reverse = random.of(['', ',reverse=true', ',reverse=false']);
  return random.of([
    `${cast}(${list})`,
    `${cast}(value=${list})`,
    `${random.of(CASTS)}(${cast}(${list}))`,
    `[${cast}(${list}),${numbers[0]}]`,
    `sort([${numbers.join(',')}]${reverse})`,
    `${cast}(sort([${numbers.join(',')}]${reverse}))`,
    `${random.of(['choice', 'range', 'sort', cast])}(${numbers.join(',')})`,
  ]);
}

/** A small generator that gives the same cases everywhere. */
class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.below(1000) < probability * 1000;
  }

  of(texts: readonly string[]): string {
    return texts[this.below(texts.length)]!;
  }
}
