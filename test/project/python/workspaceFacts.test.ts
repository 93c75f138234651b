/** What is made of a training's source, whatever it looks like. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureOf } from '../../../engine/project/python/signature.js';
import { modulesFrom } from '../../../engine/project/python/source.js';
import { workspaceFacts } from '../../../engine/project/python/workspaceFacts.js';
import { inMemory } from '../inMemory.js';

const PIECES = [
  ...[
    'class Work(Base, metaclass=M):',
    'class Base(Work):',
    '    def run(self, cfg, **kwargs):',
    '@dataclass',
    'x: int = 1',
  ],
  ...[
    '        for i in range(cfg.training.num_epochs):',
    '            ',
    '        else:',
    '        if cfg.a.b:',
    '        if len(',
  ],
  ...[
    'hydra.utils.instantiate(cfg.policy, a=1)',
    'cfg.policy.x = 1',
    'super().__init__(**kwargs)',
    'step_log[',
    "step_log['a'] = 1",
  ],
  ...[
    'step_log.update({',
    'topk.get_ckpt_path(step_log)',
    'for key, value in step_log.items():',
    'metric[key] = value',
    'return',
  ],
  ...[
    "payload = torch.load(open(p, 'rb'))",
    "m.load_state_dict(payload['state_dicts'], strict=False)",
    'p = "a/b"',
    '(',
    ']',
    '"""',
  ],
  ...[
    'init_process_group(',
    "os.environ['RANK']",
    'self.x = cfg',
    '\\',
    '#',
    ':',
    ')',
    "f'{a}_b'",
    '    ',
    '        ',
  ],
] as const;

async function read(text: string) {
  const modules = modulesFrom('/p', inMemory({ '/p/work.py': text, '/p/train.py': text }));
  const script = await modules.read('/p/train.py');
  const signature = await signatureOf('work.Work', modules);
  return { facts: await workspaceFacts('work.Work', script, modules), signature };
}

test('any text is read', async () => {
  const line = fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((pieces) => pieces.join(' '));
  const text = fc
    .array(line, { maxLength: 30 })
    .map((lines) => `class Work:\n    def run(self, cfg):\n${lines.join('\n')}`);
  await fc.assert(
    fc.asyncProperty(text, async (source) => {
      await read(source);
    }),
    { numRuns: 300 },
  );
});

test('a long text takes no longer than its length asks for', async () => {
  const head = 'class Work:\n    def run(self, cfg):\n        step_log = {}\n';
  const many = (line: string) => head + `        ${line}\n`.repeat(20_000);
  const start = performance.now();
  for (const line of [
    "step_log['a'] = 1",
    'hydra.utils.instantiate(cfg.policy)',
    'for i in range(cfg.training.num_epochs): pass',
    'if cfg.a: x = 1',
    'super().__init__(**kwargs)',
  ])
    await read(many(line));
  expect(performance.now() - start).toBeLessThan(20_000);
});

test('for each place that reads a key: what the config must say for it to be reached', async () => {
  const text =
    'class Work:\n    def run(self, cfg):\n        if cfg.a:\n            use(cfg.lr)\n        if y:\n            use(cfg.lr)\n        use(cfg.lr)\n';
  const modules = modulesFrom('/p', inMemory({ '/p/work.py': text }));
  const facts = (await workspaceFacts('work.Work', undefined, modules))!;
  expect(facts.conditionsOf('lr')).toEqual([[{ key: 'a', isTrue: true }], [], []]);
  expect(facts.conditionsOf('gone')).toEqual([]);
  expect(facts).toMatchObject({
    name: 'Work',
    place: { file: '/p/work.py', line: 1 },
    distributed: undefined,
  });
});
