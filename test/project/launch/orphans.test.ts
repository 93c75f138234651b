import { expect, it } from 'vitest';
import { readLaunchScript } from '../../../engine/project/launch/script.js';
import { overrides, RUN } from './launches.js';

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
