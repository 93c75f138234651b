/** Errors cross from the reader's thread as plain data, and come out as they went in. */
import { expect, test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { errorOf, failureOf, ReaderError } from '../../../server/reader/readerErrors.js';

const crossed = (error: unknown) => errorOf(JSON.parse(JSON.stringify(failureOf(error))));

test.each([
  new ReaderError('reader-request', '/d.zarr', 'step 9 was asked for', 'ask for less'),
  new ReaderError('reader-disposed', undefined, 'the reader was closed'),
  new RegripError({ code: 'zarr-chunk', message: 'broken', file: '/d.zarr' }),
])('$message', (error) => {
  const found = crossed(error);
  expect(found).toBeInstanceOf(RegripError);
  const { code, message, hint, file } = error;
  expect(found).toMatchObject({ code, message });
  expect([(found as RegripError).hint, (found as RegripError).file]).toEqual([hint, file]);
});

test('an error names its file before what is wrong with it', () => {
  const error = new ReaderError('reader-request', '/d.zarr', 'step 9 was asked for', 'ask for less');
  expect(error).toMatchObject({ file: '/d.zarr', hint: 'ask for less', code: 'reader-request' });
  expect(error.message).toBe('/d.zarr: step 9 was asked for');
});

test('an errno of the disk is a message with its file', () => {
  const refused = Object.assign(new Error('EACCES: permission denied'), {
    code: 'EACCES',
    syscall: 'open',
    path: '/d.zarr/0',
  });
  const found = crossed(refused);
  expect(found).toBeInstanceOf(RegripError);
  expect(found.message).toContain('/d.zarr/0');
});

test('a fault of ours keeps its stack, and is not shown to users', () => {
  const fault = new TypeError('x is undefined');
  const found = crossed(fault);
  expect(found).not.toBeInstanceOf(RegripError);
  expect([found.message, found.stack]).toEqual([fault.message, fault.stack]);
  expect(crossed('a text').message).toBe('a text');
});
