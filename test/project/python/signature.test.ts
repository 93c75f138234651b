import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../../engine/project/python/signature.js';
import { modulesFrom } from '../../../engine/project/python/source.js';
import { inMemory } from '../inMemory.js';

/** Names with their defaults, and `…` where more may be given. */
async function taken(text: string, target = 'm.A'): Promise<string | undefined> {
  const files = { '/p/m.py': text, '/p/base.py': 'class Base:\n  def __init__(self, base, more=1): pass\n' };
  const found = await signatureOf(target, modulesFrom('/p', inMemory(files)));
  if (found === undefined) return undefined;
  const names = found.parameters.map((each) =>
    each.default === undefined ? each.name : `${each.name}=${each.default}`,
  );
  return [...names, ...(found.isOpen ? ['…'] : [])].join(' ');
}

const INIT = '  def __init__(self, a, b=2):\n    pass\n';

test.each([
  [`class A:\n${INIT}`, 'a b=2'],
  ['def A(x, *args, y=(1, 2)):\n  pass\n', 'x y=(1, 2)'],
  ['def A(x, **rest):\n  pass\n', 'x …'],
  ['@torch.no_grad()\ndef A(x):\n  pass\n', 'x'],
  [`class B:\n${INIT}class A(B):\n  pass\n`, 'a b=2'],
  ['from base import Base\nclass A(Base):\n  pass\n', 'base more=1'],
  [`class A(nn.Module):\n${INIT}`, 'a b=2'],
])('%j takes %s', async (text, names) => expect(await taken(text)).toBe(names));

describe('**kwargs', () => {
  const derived = (body: string) =>
    `class B:\n${INIT}class A(B):\n  def __init__(self, x, **kwargs):\n${body}`;
  test.each([
    ['    super().__init__(**kwargs)\n', 'x a b=2'],
    ['    super().__init__(a=1, **kwargs)\n', 'x b=2'],
    ['    super().__init__(x, **kwargs)\n', 'x b=2'],
    ['    super(A, self).__init__(**kwargs)\n', 'x a b=2'],
    ['    super().__init__(1)\n', 'x …'],
    ['    self.more = kwargs\n    super().__init__(**kwargs)\n', 'x …'],
    ['    super().__init__(*x, **kwargs)\n', 'x …'],
    ['    other(**kwargs)\n', 'x …'],
  ])('%j', async (body, names) => expect(await taken(derived(body))).toBe(names));
});

describe('a dataclass', () => {
  test.each([
    ['@dataclass\nclass A:\n  x: int\n  y: str = "a"\n', 'x y="a"'],
    [
      '@dataclasses.dataclass(frozen=True)\nclass A:\n  x: int = field(default=3)\n  z: int = field(init=False)\n',
      'x=field(default=3)',
    ],
    ['@dataclass\nclass A:\n  x: ClassVar[int] = 1\n  y: int\n  z = 5\n', 'y'],
    ['@dataclass\nclass B:\n  x: int\n@dataclass\nclass A(B):\n  y: int\n', 'x y'],
    ['@dataclass\nclass A:\n  def __init__(self, own): pass\n', 'own'],
  ])('%j', async (text, names) => expect(await taken(text)).toBe(names));
});

test.each([
  [`class A(Unknown):\n  pass\n`],
  [`class A(metaclass=M):\n${INIT}`],
  [`class A:\n  def __new__(cls): pass\n${INIT}`],
  [`@register\nclass A:\n${INIT}`],
  [`class A:\n  @wrap\n${INIT}`],
  [`class A:\n  if x:\n    def __init__(self, a): pass\n`],
  [`class A:\n  __init__ = make()\n`],
  [`class A:\n${INIT}A = wrap(A)\n`],
  [`class A:\n${INIT}class A:\n  pass\n`],
  [`class A:\n${INIT}A.__init__ = other\n`],
  [`if x:\n  class A:\n    pass\n`],
  ['@cache\ndef A(x): pass\n'],
  ['@dataclass\nclass A:\n  x: int; y: int\n'],
  ['class A(A):\n  pass\n'],
  ['x = 1\n'],
])('of %j nothing is told', async (text) => expect(await taken(text)).toBeUndefined());

test('a method of a class is not what the class takes', async () => {
  expect(await taken(`class A:\n${INIT}  def make(self): pass\n`, 'm.A.make')).toBeUndefined();
});
