/** What failed and what was skipped, once more and together, where whoever reads only the end of a log finds it. */
export function printFailures(failures) {
  if (failures.length > 0) process.stdout.write('── failures\n');
  for (const failure of failures) process.stdout.write(`✗ ${firstLines(failure)}\n`);
}

function firstLines(text) {
  return text.split('\n').slice(0, 3).join('\n  ').slice(0, 500);
}

/** A test that did not run is not a test that passed: which, and for want of what. */
export function printSkips(skips) {
  if (skips.length > 0) process.stdout.write('── skipped\n');
  for (const { name, why } of skips) process.stdout.write(`○ ${firstLines(`${name}: ${why}`)}\n`);
}
