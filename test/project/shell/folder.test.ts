import { describe, expect, it, test } from 'vitest';
import { onlyLaunch, RUN } from '../launch/launches.js';

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
});
