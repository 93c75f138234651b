import { describe, expect, test } from 'vitest';
import { readGrammar, tokenise } from './tokenise.js';

const grammar = readGrammar('launch-overrides');
/** Words with their innermost scope, line by line. */
const words = (script: string) =>
  tokenise(grammar, script).map((tokens) =>
    tokens
      .filter(({ scopes }) => scopes.length > 1)
      .map(({ text, scopes }) => `${text} ${scopes.at(-1)!.replace(/\.regrip$/, '')}`),
  );
const [path, end, dot] = [
  'entity.name.namespace.override',
  'variable.other.property.override',
  '. punctuation.separator.path',
];

describe('overrides in a launch script', () => {
  test('every kind of override after the script, over continued lines', () => {
    const script = `export CUDA_VISIBLE_DEVICES=0
HYDRA_FULL_ERROR=1 python diffusion_policy/train_robot.py --config-name=train_pick \\
  training.num_epochs=200 +a.b=True \\
task=pick ~logging \\
  'task.shape_meta.action.shape=[8, 2]' "name=\${RUN}" out=$DIR/run-1 # why
other=1 training.lr=2`;
    const equals = '= keyword.operator.assignment';
    expect(words(script)).toEqual([
      [],
      [
        'diffusion_policy/train_robot.py entity.name.function.script',
        '--config-name keyword.control.config',
        equals,
        'train_pick entity.name.type.config',
        '\\ constant.character.escape.line-continuation',
      ],
      [
        ...[`training ${path}`, dot, `num_epochs ${end}`, equals, '200 constant.numeric'],
        ...['+ keyword.operator.override', `a ${path}`, dot, `b ${end}`, equals, 'True constant.language'],
        '\\ constant.character.escape.line-continuation',
      ],
      [
        ...[`task ${end}`, equals, 'pick string.unquoted.value'],
        ...['~ keyword.operator.override', `logging ${end}`],
        '\\ constant.character.escape.line-continuation',
      ],
      [
        "' punctuation.definition.string.begin",
        ...[`task ${path}`, dot, `shape_meta ${path}`, dot, `action ${path}`, dot, `shape ${end}`, equals],
        '[ punctuation.section.list',
        '8 constant.numeric',
        ', punctuation.section.list',
        '2 constant.numeric',
        '] punctuation.section.list',
        "' punctuation.definition.string.end",
        '" punctuation.definition.string.begin',
        ...[`name ${end}`, equals, '${RUN} variable.other.shell'],
        '" punctuation.definition.string.end',
        ...[`out ${end}`, equals, '$DIR variable.other.shell', '/run-1 string.unquoted.value'],
        '# why comment.line.number-sign',
      ],
      [],
    ]);
  });

  test.each([
    'python "$REPO/train.py" a=1',
    'torchrun --nproc_per_node=2 train_diffusion.py a=1',
    'cd x && python ./train.py a=1 && echo b=1',
    'python train.py a=1; b=2',
  ])('%s: the override is found, and nothing outside the call', (script) => {
    const found = words(script)[0]!.filter((word) => word.endsWith(end));
    expect(found).toEqual([`a ${end}`]);
  });

  test.each([
    'python evaluate.py a=1',
    'python retrain.python a=1',
    'a=1',
    'python constrain.py a=1',
    'ls train.py',
  ])('%s has none', (script) => {
    expect(words(script)[0]!.filter((word) => word.endsWith(end))).toEqual([]);
  });

  test.each(['--config-name train_pick', '--config-path=conf', '-cn train_pick'])('%s', (flag) => {
    const found = words(`python train.py ${flag} x=1`)[0]!;
    expect(found[1]).toMatch(/^--?\S+ keyword\.control\.config$/);
    expect(found).toContainEqual(expect.stringMatching(/^(train_pick|conf) entity\.name\.type\.config$/));
    expect(found).toContain(`x ${end}`);
  });

  test('a call ends with its line, also after an unclosed quote', () => {
    expect(words("python train.py 'a=1\nb=2")[1]).toEqual([]);
  });
});
