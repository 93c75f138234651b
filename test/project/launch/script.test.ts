import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { overrideAt, readLaunchScript } from '../../../engine/project/launch/script.js';
import type { TextRange } from '../../../engine/project/textRange.js';
import { RUN } from './launches.js';

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

test('an offset leads to its override', () => {
  const text = `${RUN} a.b=1 c.d=2`;
  const script = readLaunchScript(text);
  expect(overrideAt(script, text.indexOf('c.d') + 2)?.override.key).toBe('c.d');
  expect(overrideAt(script, text.length)?.override.key).toBe('c.d');
  expect(overrideAt(script, 3)).toBeUndefined();
});

describe('problems', () => {
  function problems(text: string): string[] {
    return readLaunchScript(text).problems.map(
      ({ range, message }) => `${text.slice(range.start, range.end)}: ${message}`,
    );
  }

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
    expect(performance.now() - start).toBeLessThan(30_000); // a quadratic reader takes minutes
  });
});
