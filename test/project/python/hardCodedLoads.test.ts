import { expect, test } from 'vitest';
import { hardCodedLoads } from '../../../engine/project/python/hardCodedLoads.js';
import { methodsOf, partsOf } from './methods.js';

const loads = async (body: string) => hardCodedLoads(await methodsOf(body), partsOf);
const USED = "\nself.model.load_state_dict(payload['state_dicts']['model'])";

test.each([
  ["payload = torch.load('a/b.ckpt')", 'a/b.ckpt'],
  ["payload = torch.load(open('a/b.ckpt', 'rb'), map_location='cpu')", 'a/b.ckpt'],
  ["payload = torch.load(pathlib.Path('a/b.ckpt').open('rb'))", 'a/b.ckpt'],
  ["payload = torch.load(str(pathlib.Path(__file__).parent / 'w.ckpt'))", '/p/w.ckpt'],
  ["path = 'a/b.ckpt'\npayload = torch.load(path)", 'a/b.ckpt'],
  ["one = 'a'\ntwo = one\npayload = torch.load(two)", 'a'],
])('%s', async (body, path) => expect(await loads(body + USED)).toMatchObject([{ path }]));

test.each([
  'payload = torch.load(cfg.pretrained.path)', // of the config
  "path = 'a'\npath = 'b'\npayload = torch.load(path)", // given twice
  'payload = torch.load(find())',
])('the path of %j is not told', async (body) => {
  expect(await loads(body + USED)).toEqual([]);
  // A fault whatever the path is: a dict of state dicts is not a state dict.
  expect(await loads(`${body}\nm.load_state_dict(payload['state_dicts'])`)).toMatchObject([
    { path: undefined },
  ]);
});

test.each(["x = pickle.load('a')", "torch.load('a')", "payload = torch.load('a')\nuse(payload)"])(
  '%j loads no weights',
  async (body) => {
    expect(await loads(body)).toEqual([]);
  },
);

test('what is loaded, how strictly, when, and whether it was asked for before', async () => {
  const [load] = await loads(
    "if cfg.warm:\n  if path.is_file():\n    payload = torch.load('a.ckpt')\n    m.load_state_dict(payload['a']['b'], strict=False)\n    m.load_state_dict(payload, False)\n    m.load_state_dict(payload[key])\n    n.load_state_dict(other)",
  );
  expect(load).toMatchObject({
    path: 'a.ckpt',
    isGuarded: true,
    when: [{ key: 'warm', isTrue: true }],
    place: { line: 4 },
  });
  expect(load!.uses.map(({ steps, isStrict }) => [steps, isStrict])).toEqual([
    [['a', 'b'], false],
    [[], false],
  ]);
});
