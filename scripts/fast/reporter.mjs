/** Counts for the closing line of a fast run what ran, and what did not and why. */
import { TAGS } from './leftOut.mjs';

const REASONS = new Map([
  ...TAGS.map(({ name, description }) => [name, description]),
  ['other', 'needs a Python peer, Chromium or something else that a fast run does not look for'],
]);

export class FastReporter {
  constructor() {
    this.counts = { passed: 0, failed: 0 };
    this.leftOut = new Map();
    this.slowest = [];
  }

  onTestRunEnd(modules, errors) {
    for (const module of modules) this.take(module);
    this.counts.failed += errors.length;
  }

  take(module) {
    this.slowest.push({ file: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 });
    if (module.errors().length > 0) this.counts.failed += 1; // it did not load
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') this.counts[state] += 1;
      else this.miss(test);
    }
  }

  miss(test) {
    const reason = TAGS.map(({ name }) => name).find((name) => test.tags.includes(name)) ?? 'other';
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1);
  }

  /** Lines for a person, after everything else. */
  lines(files) {
    const slowest = this.slowest.sort((a, b) => b.seconds - a.seconds).slice(0, 3);
    return [
      `── slowest: ${slowest.map(({ file, seconds }) => `${file} ${seconds.toFixed(1)} s`).join(', ')}`,
      '── left out (npm test runs everything; npx vitest run FILE runs one file whole)',
      ...(files.length === 0 ? [] : [`○ ${files.length} whole files with a tag`]),
      ...[...this.leftOut].map(([reason, count]) => `○ ${count} tests: ${REASONS.get(reason)}`),
      `${this.counts.passed} passed, ${this.counts.failed} failed`,
    ];
  }
}
