import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Launch } from '../../../engine/project/launch/launch.js';
import { overrideAt, readLaunchScript } from '../../../engine/project/launch/script.js';
import { wordsTyped } from '../../../engine/project/launch/scriptArguments.js';
import type { TextRange } from '../../../engine/project/textRange.js';

function onlyLaunch(text: string): Launch {
  const { launches } = readLaunchScript(text, '/project/scripts');
  expect(launches).toHaveLength(1);
  return launches[0]!;
}

/** The overrides of the only launch; one that is not known ends with `?`. */
function overrides(text: string): string[] {
  return onlyLaunch(text).overrides.map((each) => each.text + (each.isResolved ? '' : '?'));
}

const RUN = 'python train.py --config-name=robot';

describe("the script's own arguments", () => {
  const given = (line: string, words?: readonly string[]): string[] =>
    readLaunchScript(`${line}\n`, '/project', words).launches.flatMap((launch) =>
      launch.overrides.map((each) => each.text + (each.isResolved ? '' : '?')),
    );

  test.each([
    [`${RUN} a=$1 b=\${2}`, ['x', 'y'], ['a=x', 'b=y']],
    [`${RUN} a=$1 b=$2`, undefined, ['a=$1?', 'b=$2?']],
    [`task=$1\n${RUN} a=$task`, ['x'], ['a=x']],
    [`${RUN} a=\${1:-x} b=\${2:-y}`, ['z'], ['a=z', 'b=y']],
    [`${RUN} a=\${1:-x} b="\${2-"y"}"`, undefined, ['a=x', 'b=y']],
    [`${RUN} a=\${1:-$HOME}`, undefined, [`a=\${1:-$HOME}?`]],
    [`${RUN} a=\${1:?none}`, ['x'], ['a=x']],
    [`${RUN} "$@"`, ['a=1', '+b=x y'], ['a=1', '+b=x y']],
    [`${RUN} $@`, ['a=1'], ['a=1']],
    [`${RUN} n=$#`, ['x', 'y'], ['n=2']],
    [`shift\n${RUN} a=$1`, ['x', 'y'], ['a=y']],
    [`shift 2\n${RUN} a=$1 b=\${1:-z}`, ['x', 'y'], ['a=', 'b=z']],
    [`if true; then shift; fi\n${RUN} a=$1`, ['x', 'y'], ['a=$1?']],
    [`set -- 1 2\n${RUN} a=$1`, ['x', 'y'], ['a=$1?']],
    [`f() {\n  ${RUN} a=$1\n}\nf q`, ['x'], ['a=$1?']],
    [`${RUN} a=$10 b=\${10}`, 'abcdefghij'.split(''), ['a=a0', 'b=j']],
  ])('%s', (line, words, expected) => expect(given(line, words)).toEqual(expected));

  test.each([
    ['a b', ['a', 'b']],
    [` 'a b' "c"d \\  `, ['a b', 'cd', ' ']],
    ['', []],
    ['$HOME/x; b', ['$HOME/x']],
  ])('as they are typed: %s', (text, words) => expect(wordsTyped(text)).toEqual(words));

  test('the config may be one of them', () => {
    const { launches, usesArguments } = readLaunchScript(
      'python train.py --config-name=$1.yaml task=$2',
      '/p',
      ['dp3', 'pen'],
    );
    expect([launches[0]!.configName?.text, usesArguments]).toEqual(['dp3.yaml', true]);
    expect(readLaunchScript(RUN).usesArguments).toBe(false);
  });
});

describe('what is launched', () => {
  test.each([
    ['python train.py --config-name=robot', 'python', 'train.py'],
    ['python3 ../train.py --config-name robot', 'python', '../train.py'],
    ['/opt/envs/dp/bin/python3.9 -u train.py -cn robot', 'python', 'train.py'],
    ['"$CONDA_PREFIX/bin/python" train.py -cn=robot', 'python', 'train.py'],
    ['$PYTHON train.py --config-name=robot', 'python', 'train.py'],
    ['python -m diffusion_policy.train --config-name=robot', 'python', 'diffusion_policy/train.py'],
    [
      'torchrun --nproc_per_node=$N --master_port 29500 train_ddp.py --config-name=robot',
      'torchrun',
      'train_ddp.py',
    ],
    ['torchrun --standalone $DIST_ARGS train_ddp.py --config-name=robot', 'torchrun', 'train_ddp.py'],
    ['python -m torch.distributed.run --nnodes 1 train.py --config-name=robot', 'torchrun', 'train.py'],
    [
      'accelerate launch --multi_gpu --num_processes 2 train.py --config-name=robot',
      'accelerate',
      'train.py',
    ],
    ['accelerate --num_processes 2 train.py --config-name=robot', 'accelerate', 'train.py'],
    [
      'CUDA_VISIBLE_DEVICES=0 nohup env A=b python train.py --config-name=robot > log 2>&1 &',
      'python',
      'train.py',
    ],
    ['conda run --no-capture-output -n python python train.py --config-name=robot', 'python', 'train.py'],
    ['srun --gres=gpu:1 -n 1 time python train.py --config-name=robot', 'python', 'train.py'],
    ['timeout -k 5 24h nice -n 5 python train.py --config-name=robot', 'python', 'train.py'],
    ['exec python -m debugpy --listen 5678 train.py --config-name=robot', 'python', 'train.py'],
  ])('%s', (line, program, script) => {
    const launch = onlyLaunch(`#!/bin/bash\n${line}\n`);
    expect([launch.program, launch.script.text, launch.configName?.text]).toEqual([program, script, 'robot']);
  });

  it('goes to a Ray cluster', () => {
    const launch = onlyLaunch(
      'ray job submit --working-dir ../code -- python train.py --config-name=robot a.b=1',
    );
    expect(launch).toMatchObject({ isOnRay: true, program: 'python', workingFolder: '../code' });
    expect(launch.overrides.map(({ text }) => text)).toEqual(['a.b=1']);
  });

  it('has the flags of Hydra', () => {
    const launch = onlyLaunch(
      'python train.py --config-path conf -cd=../more --config-name "$NAME" -m a.b=1,2',
    );
    expect(launch.configPath?.text).toBe('conf');
    expect(launch.configDir?.text).toBe('../more');
    expect(launch.configName?.text).toBeUndefined();
    expect(launch.isMultirun).toBe(true);
  });

  test.each([
    'echo "python train.py --config-name=robot a.b=1"',
    '# python train.py --config-name=robot a.b=1',
    'cat <<EOF\npython train.py --config-name=robot a.b=1\nEOF',
    "cat <<-'E F' | tee log\n\tpython train.py --config-name=robot\n\tE F",
    'python convert.py --input data --output out.zarr',
    'python -c "import train" a.b=1',
    'python eval_robot.py --config-name=robot a.b=1',
    'python train.py --config-name=robot --cfg job',
    'python',
  ])('nothing by %j', (text) => {
    expect(readLaunchScript(text).launches).toEqual([]);
  });

  it('is found in branches, loops, functions, substitutions and lists', () => {
    const text = [
      'if [ -n "$1" ]; then',
      `  ${RUN} id=1`,
      'elif [[ $A == b && ( $C < "d" ) ]]; then x',
      `else ${RUN} id=2; fi`,
      `for gpu in 0 1; do ${RUN} id=3 & done`,
      `run() {\n ${RUN} id=4 "$@"\n}`,
      `case $1 in a|b) ${RUN} id=5;; *) cd x && ${RUN} id=6 | tee log;; esac`,
      `result=$(${RUN} id=7)`,
      `( ${RUN} id=8 )`,
    ].join('\n');
    const ids = readLaunchScript(text).launches.map(({ overrides: [first] }) => first!.text);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((id) => `id=${id}`));
  });
});

describe('overrides', () => {
  it('come without quotes and escapes, over continued lines', () => {
    const text = `${RUN} \\\n  'a.b=[1, 2]' \\\r\n +c="x y" ++d.e=it\\'s ~f g=h"i"'j' > log`;
    expect(overrides(text)).toEqual(['a.b=[1, 2]', '+c=x y', "++d.e=it's", '~f', 'g=hij']);
  });

  it('have variables put in that are assigned literally before', () => {
    const text = `DATA="/data/a b"\nexport LR=1e-4\nNAME=run_$LR\n${RUN} p="$DATA/x.zarr" lr=\${LR} n=$NAME e=\${LR:-5}`;
    expect(overrides(text)).toEqual(['p=/data/a b/x.zarr', 'lr=1e-4', 'n=run_1e-4', 'e=1e-4']);
  });

  it('take the value that a variable has at the launch', () => {
    const text = `N=1\n${RUN} a.n=$N\nN=2\n${RUN} a.n=$N`;
    expect(readLaunchScript(text).launches.map(({ overrides: [first] }) => first!.text)).toEqual([
      'a.n=1',
      'a.n=2',
    ]);
  });

  test.each([
    ['nothing', ''],
    ['an argument', 'N=$1'],
    ['a fallback of an unset variable', 'N=${N:-5}'],
    ['a branch', 'N=1\nif x; then N=2; fi'],
    ['a condition', 'N=1\n[ -f x ] && N=2'],
    ['a loop', 'for N in 1 2; do :; done'],
    ['a function', 'N=1\nf() { N=2; }\nf'],
    ['a function that is called again', 'f() { N=2; }\nN=1\nf'],
    ['a command', 'N=$(nproc)'],
    ['arithmetic', 'N=$((1 + 1))'],
    ['read', 'N=1\nread -r N'],
    ['a pipe', 'N=1 | cat'],
    ['another command', 'N=1 true'],
  ])('are not known where a variable is set by %s', (_what, setting) => {
    const launch = onlyLaunch(`${setting}\n${RUN} a.n="$N" b.m=1`);
    const [unknown, known] = launch.overrides;
    expect(unknown).toMatchObject({ key: 'a.n', text: 'a.n=$N', isResolved: false, unknownVariables: ['N'] });
    expect(known).toMatchObject({ text: 'b.m=1', isResolved: true });
    expect(launch.isComplete).toBe(true);
  });

  it('are not known in a function whose variable is set again before it is called', () => {
    expect(overrides(`N=1\nf() { ${RUN} a.n=$N; }\nN=2\nf`)).toEqual(['a.n=$N?']);
  });

  it('come from arrays and from variables that fall apart', () => {
    const text = `ARGS=(a.b=1 # first\n  'c.d=x y')\nARGS+=(e=2)\nMORE="f.g=3 h=4"\n${RUN} "\${ARGS[@]}" $MORE`;
    expect(overrides(text)).toEqual(['a.b=1', 'c.d=x y', 'e=2', 'f.g=3', 'h=4']);
    expect(onlyLaunch(text).isComplete).toBe(true);
  });

  test.each(['"$@"', '$EXTRA', '"${ARGS[@]}"', '$(cat args)', '"$KEY=1"', '{a.b=1,c=2}'])(
    'may be added by %s',
    (word) => {
      expect(onlyLaunch(`${RUN} ${word} z=1`).isComplete).toBe(false);
    },
  );

  it("know the script's own folder", () => {
    const text = `HERE="$(cd "$(dirname "\${BASH_SOURCE[0]}")/.." && pwd)"\n${RUN} a.p=$HERE/x b.q="$(dirname $0)"`;
    expect(overrides(text)).toEqual(['a.p=/project/x', 'b.q=/project/scripts']);
    expect(readLaunchScript(text).launches[0]!.overrides.map(({ isResolved }) => isResolved)).toEqual([
      false,
      false,
    ]);
  });
});

describe('places', () => {
  function parts(text: string): string[][] {
    const source = (range: TextRange | undefined) =>
      range === undefined ? '' : text.slice(range.start, range.end);
    return onlyLaunch(text).overrides.map(({ range, keyRange, valueRange }) =>
      [range, keyRange, valueRange].map(source),
    );
  }

  test.each([
    ['a.b=1', 'a.b=1', 'a.b', '1'],
    ['+a.b="x y"', '+a.b="x y"', 'a.b', '"x y"'],
    ['"++a.b=x y"', '"++a.b=x y"', 'a.b', 'x y'],
    ["a.b='x'$N", "a.b='x'$N", 'a.b', "'x'$N"],
    ['a.b=', 'a.b=', 'a.b', ''],
    ['~a.b', '~a.b', 'a.b', ''],
    ['a.b="$LR"', 'a.b="$LR"', 'a.b', '"$LR"'],
    ['$ONE', 'k.l=5', 'k.l', '5'],
    ['"${MORE[@]}"', "'m.n=6 7'", 'm.n', '6 7'],
  ])('of %s', (word, ...expected) => {
    const text = `LR=1\nONE="k.l=5"\nMORE=('m.n=6 7')\n${RUN} ${word} > log`;
    expect(parts(text)).toEqual([expected]);
  });

  it('lead from an offset to its override', () => {
    const text = `${RUN} a.b=1 c.d=2`;
    const script = readLaunchScript(text);
    expect(overrideAt(script, text.indexOf('c.d') + 2)?.override.key).toBe('c.d');
    expect(overrideAt(script, text.length)?.override.key).toBe('c.d');
    expect(overrideAt(script, 3)).toBeUndefined();
  });
});

describe('where it runs', () => {
  test.each([
    ['cd ../code', '/project/code'],
    ['cd "$(dirname "$0")/.."', '/project'],
    ['cd /abs && ', '/abs'],
    ['(cd /gone; ls)', undefined],
    ['cd "$ROOT"', undefined],
    ['cd /a\nif x; then cd b; fi', undefined],
    ['[ -d /a ] && cd /a', undefined],
  ])('%j', (before, folder) => {
    expect(onlyLaunch(`${before}${before.endsWith('&& ') ? '' : '\n'}${RUN}`).workingFolder).toBe(folder);
  });

  it('is inside the parentheses', () => {
    expect(onlyLaunch(`(cd /a && ${RUN})`).workingFolder).toBe('/a');
  });

  it('has an environment', () => {
    const text = `export A=1 B\nB=2\nexport C=$(hostname)\nD=4\nE="x y" F=$A env G=$D ${RUN}`;
    expect(onlyLaunch(text).environment).toEqual({ A: '1', B: '2', C: undefined, E: 'x y', F: '1', G: '4' });
  });
});

describe('problems', () => {
  function problems(text: string): string[] {
    return readLaunchScript(text).problems.map(
      ({ range, message }) => `${text.slice(range.start, range.end)}: ${message}`,
    );
  }

  it('is a comment between continued lines', () => {
    const text = `${RUN} \\\n  a.b=1 \\\n  # c.d=2 \\\n  e=3 \\\n  f.g=4\necho done`;
    expect(overrides(text)).toEqual(['a.b=1']);
    expect(problems(text)).toEqual([
      '# c.d=2 \\: The command ends at this comment, so e=3, f.g=4 below are not passed. Move the comment above the command.',
    ]);
  });

  it('is a comment after an argument', () => {
    const [problem] = problems(`${RUN} a.b=1 # faster \\\n  c.d=2`);
    expect(problem).toContain('# faster \\: The command ends at this comment, so c.d=2 below is not passed.');
  });

  it('is a missing backslash', () => {
    const [problem] = problems(`${RUN} a.b=1\n  training.lr=2`);
    expect(problem).toContain(
      'training.lr=2: The command ended before this line, so training.lr=2 is not passed.',
    );
  });

  it('is a space after the backslash', () => {
    expect(problems(`${RUN} \\ \n  a.b=1`).join('\n')).toContain('A space follows the backslash');
  });

  it('is a space around the =', () => {
    expect(problems(`${RUN} a.b = 1`)).toHaveLength(3);
  });

  it('is a brace that the shell expands', () => {
    expect(problems(`${RUN} a.b={x:1,y:2}`).join('\n')).toContain(
      'The shell expands these braces into several words',
    );
    expect(problems(`${RUN} 'a.b={x:1,y:2}'`)).toEqual([]);
  });

  test.each([
    `${RUN} a.b=1 \\\n  # the last one`,
    `${RUN} a.b=1 # fast\nEPOCHS=5`,
    `${RUN} a.b=1\n\nEPOCHS=5\necho`,
    `${RUN} "$@" \${EXTRA}`,
  ])('are none in %j', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('any text', () => {
  const shellText = fc
    .array(
      fc.oneof(
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
        {
          weight: 6,
          arbitrary: fc.constantFrom(
            ...[
              RUN,
              'python',
              ' ',
              '\n',
              '\\\n',
              '"',
              "'",
              '$',
              '${',
              '}',
              '$(',
              ')',
              '(',
              '((',
              '`',
              '#',
              ';',
              '&&',
              '|',
            ],
            ...[
              '<<E\n',
              'E\n',
              '<(',
              '>',
              '2>&1',
              'A=',
              'A+=',
              '$A',
              '${A[@]}',
              '=(',
              'if ',
              'then ',
              'fi',
              'for ',
              'do ',
            ],
            ...[
              'done',
              'case a in ',
              'esac',
              ';;',
              '[[ ',
              ']]',
              'f() {',
              'a.b=1',
              '+c=',
              '~d',
              '\\',
              "$'",
              '{a,b}',
              '\r\n',
            ],
          ),
        },
      ),
      { maxLength: 60 },
    )
    .map((pieces) => pieces.join(''));

  it('is read, with places inside it and in their order', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const isInside = ({ start, end }: TextRange) => 0 <= start && start <= end && end <= text.length;
        const { launches, problems } = readLaunchScript(text);
        for (const { range } of problems) expect(isInside(range)).toBe(true);
        for (const { range, script, overrides: found } of launches) {
          for (const each of [range, script.range]) expect(isInside(each)).toBe(true);
          for (const each of found) {
            const value = each.valueRange ?? { start: each.range.end, end: each.range.end };
            const order = [
              each.range.start,
              each.keyRange.start,
              each.keyRange.end,
              value.start,
              value.end,
              each.range.end,
            ];
            expect(isInside(each.range)).toBe(true);
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '$(',
    '<(',
    '"$(',
    '${A:-"',
    '{ ',
    'fi;',
    'A=$A$A;',
    'A+=x;',
    '$A',
    `${RUN} a.b=1\n`,
    '`',
    '[[ ',
  ])('of many %j takes no longer than its length asks for', (piece) => {
    const text = `A=xx\n${RUN} ${piece.repeat(100_000 / piece.length)}`;
    const start = performance.now();
    readLaunchScript(text);
    expect(performance.now() - start).toBeLessThan(5000); // a quadratic reader takes minutes
  });
});
