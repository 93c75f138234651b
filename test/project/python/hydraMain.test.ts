import { describe, expect, it, test } from 'vitest';
import { hydraMain } from '../../../engine/project/python/hydraMain.js';

describe('hydraMain', () => {
  const main = (text: string) =>
    hydraMain(`import hydra\n${text}\ndef main(cfg): pass\n`, '/p/code/train.py');

  test.each([
    ["config_path='conf', config_name='a.yaml'", '/p/code/conf'],
    ["'../conf', 'a'", '/p/conf'],
    ['config_path="/abs", config_name="a"', '/abs'],
    [
      "config_path=str(pathlib.Path(__file__).parent.joinpath(\n  'pkg','config')), config_name='a'",
      '/p/code/pkg/config',
    ],
    [
      "config_path=str(Path(__file__).resolve().parent.parent / 'pkg' / 'config'), config_name='a'",
      '/p/pkg/config',
    ],
    [
      "config_path=os.path.join(os.path.dirname(os.path.abspath(__file__)), 'c'), config_name='a'",
      '/p/code/c',
    ],
    ["config_path=str(pathlib.Path(__file__).parents[1]), config_name='a'", '/p'],
    ["config_path=str(ROOT.joinpath('c')), config_name=NAME", '/p/code/c'],
    ["config_path=(str(ROOT) + '/d'), config_name=NAME", '/p/code/d'],
  ])('%s', (given, configRoot) => {
    const text = `ROOT = pathlib.Path(__file__).parent\nNAME = "a"\n@hydra.main(version_base=None, ${given})`;
    expect(main(text.replace(/version_base=None, '/, "'"))).toEqual({ configRoot, configName: 'a' });
  });

  it('takes the name of the script', () => {
    expect(main('@hydra.main(config_name=pathlib.Path(__file__).stem)')).toEqual({
      configRoot: undefined,
      configName: 'train',
    });
  });

  test.each([
    'config_path=None',
    'config_path=find()',
    "config_path='pkg://a.b'",
    'config_path=os.environ["C"]',
    'config_path=A',
  ])('does not tell the folder of %s', (given) => {
    expect(main(`A = A + A\n@hydra.main(${given})`)?.configRoot).toBeUndefined();
  });

  it('is none in other scripts', () => {
    expect(main('@other.main(config_path="a")\n# @hydra.main(config_path="b")')).toBeUndefined();
  });
});
