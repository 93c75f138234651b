import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RegripError, throwIfAborted, UsageError, unreachable } from '../../engine/base/errors.js';

test('an error carries its facts, and its message begins with the file', () => {
  const cause = new Error('read');
  const error = new RegripError({
    code: 'no-key',
    message: 'lacks a',
    hint: 'add a',
    file: 'a.yaml:3',
    subject: 'a',
    cause,
  });
  expect(error).toMatchObject({ code: 'no-key', hint: 'add a', file: 'a.yaml:3', subject: 'a', cause });
  expect(error.message).toBe('a.yaml:3: lacks a');
  expect(error).toBeInstanceOf(Error);
});

test('what is not given is undefined, and no cause is made up', () => {
  const error = new RegripError({ code: 'x', message: 'y' });
  expect(error).toMatchObject({ message: 'y', hint: undefined, file: undefined, subject: undefined });
  expect('cause' in error).toBe(false);
});

test('each kind is called by its own name', () => {
  class Mine extends RegripError {}
  expect(new Mine({ code: 'x', message: 'y' }).name).toBe('Mine');
  expect(new UsageError('wrong')).toMatchObject({ name: 'UsageError', code: 'usage', hint: undefined });
  expect(new UsageError('wrong', 'regrip --help')).toMatchObject({ code: 'usage', hint: 'regrip --help' });
});

test('lines of a message that are indented stay; any other line end is shown as an escape', () => {
  const error = new RegripError({
    code: 'x',
    file: 'a\nb',
    message: 'two:\n    one\n    k\ne\ry',
    hint: 'h\u001b[2J',
  });
  expect(error.message).toBe('a\\x0ab: two:\n    one\n    k\\x0ae\\x0dy');
  expect(error.hint).toBe('h\\x1b[2J');
});

test('no name in a message begins a line of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, file) => {
      const { message } = new RegripError({ code: 'x', file, message: `the key ${name} is not known` });
      for (const line of message.split(/[\n\r\u2028\u2029]/).slice(1)) expect(line).toMatch(/^ {4}/);
    }),
    { numRuns: 100 },
  );
});

test('a signal that is not aborted, or none, lets the work continue; else its reason is thrown', () => {
  const controller = new AbortController();
  expect(() => throwIfAborted(undefined)).not.toThrow();
  expect(() => throwIfAborted(controller.signal)).not.toThrow();
  const reason = new RegripError({ code: 'cancelled', message: 'stopped' });
  controller.abort(reason);
  expect(() => throwIfAborted(controller.signal)).toThrow(reason);
});

test('a case that nobody handles is named', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow('{"kind":"new"}');
});
