import { describe, expect, it, test } from 'vitest';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { onlyLaunch, overrides, RUN } from '../launch/launches.js';

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

it('has an environment', () => {
  const text = `export A=1 B\nB=2\nexport C=$(hostname)\nD=4\nE="x y" F=$A env G=$D ${RUN}`;
  expect(onlyLaunch(text).environment).toEqual({ A: '1', B: '2', C: undefined, E: 'x y', F: '1', G: '4' });
});
