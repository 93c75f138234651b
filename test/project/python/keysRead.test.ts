import { describe, expect, it, test } from 'vitest';
import { keysRead } from '../../../engine/project/python/keysRead.js';
import { pythonTokens } from '../../../engine/project/python/tokens.js';

describe('keysRead', () => {
  function keys(text: string): string[] {
    return keysRead(pythonTokens(text)).map(({ key, isWrite }) => key + (isWrite ? '=' : ''));
  }

  test.each([
    ['x = cfg.training.seed + 1', ['training.seed']],
    ['f(**self.cfg.optimizer)', ['optimizer']],
    ['cfg[\'task\']["dataset"].path', ['task.dataset.path']],
    ['cfg.steps[0].size', ['steps.0.size']],
    ["cfg.training.get('resume', False)", ['training.resume']],
    ['cfg.task.items()', ['task']],
    ["OmegaConf.select(cfg, 'pretrained.path', default=None)", ['pretrained.path']],
    ["getattr(self.cfg.training, 'freeze', None)", ['training.freeze', 'training']],
    ["if 'pretrained' in cfg and 'x' not in cfg.task: pass", ['pretrained', 'task.x', 'task']],
    ['cfg.training.num_epochs = 2', ['training.num_epochs=']],
    ['cfg.a == 1', ['a']],
    ["payload['cfg'].task.name", ['task.name']],
    ['t = cfg.training\nt.seed', ['training', 'training.seed']],
    ['def run(c: DictConfig): c.ema.power', ['ema.power']],
    ['print(f"{{cfg.no}} {cfg.logging.name!r:>{cfg.width}}")', ['logging.name', 'width']],
    ['# cfg.a\n"cfg.b"\nwandb.config.update(x)\nmy_cfg.c\nf(cfg)\nfoo.cfg.x', []],
  ])('%s', (text, expected) => {
    expect(keys(text).sort()).toEqual([...expected].sort());
  });

  it('has places', () => {
    const text = 'print(f"{cfg.a}", cfg.b["c"])';
    const places = keysRead(pythonTokens(text)).map(({ start, end }) => text.slice(start, end));
    expect(places).toEqual(['cfg.a', 'cfg.b["c"]']);
  });
});
