import { describe, expect, test } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import { BUILT_IN } from '../../../engine/config/hydra/builtinDefaults.js';
import {
  checkHydraSection,
  isUsers,
  refuseTypedDeletion,
  typed,
} from '../../../engine/config/hydra/layout.js';
import { fromPlain, toPlain } from '../../../engine/config/node.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';
import { parseConfig } from '../../../engine/config/yaml/yaml.js';

/** A section as a user's file writes it. */
const section = (text: string) => parseConfig(`hydra: {${text}}`, 'a.yaml');
const code = (text: string) => {
  try {
    checkHydraSection(section(text));
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each([
  'run: {dir: out}',
  'run: {dir: 5}', // becomes a text
  "run: {dir: '${now:%Y}'}",
  'run: {dir: ???}',
  'job: {num: 3}',
  "job: {num: '3'}",
  'job: {chdir: null}',
  'job: {chdir: yes}',
  'job: {env_set: {A: 1}}',
  'job: {config_name: null}',
  'mode: MULTIRUN',
  'mode: null',
  'searchpath: [a]',
  'verbose: [x]',
  'launcher: {_target_: x, any: 1}',
  'job_logging: {anything: {deep: 1}}',
])('%s fits', (text) => expect(code(text)).toBeUndefined());

test.each([
  'run: {dirr: out}',
  'run: 5',
  'run: {dir: null}',
  'run: {dir: [a]}',
  'job: {num: x}',
  'job: {num: 1.5}',
  'job: {chdir: maybe}',
  'job: {env_set: [A]}',
  'mode: SOMETIMES',
  'searchpath: a',
  'job_logging: 5',
  'mine: 1',
])('%s does not fit', (text) => expect(code(text)).toBe('hydra-key'));

test('a key that Hydra does not have is told with its place and those that it has', () => {
  expect(() => checkHydraSection(section('run: {dirr: out}'))).toThrow(
    expect.objectContaining({ file: 'a.yaml:1:21', hint: expect.stringContaining('dir') }),
  );
  expect(() => checkHydraSection(parseConfig('a: 1', 'a.yaml'))).toThrow(
    expect.objectContaining({ code: 'hydra-key' }),
  );
});

test('keys of files that came before the layout, and of overrides, are taken as they are', () => {
  expect(() => checkHydraSection(section('run: {more: 1}'), new Set(['a.yaml']))).not.toThrow();
  const override = fromPlain({ hydra: { run: { more: 1 } } }, { kind: 'override', text: 'x', index: 0 });
  expect(() => checkHydraSection(override)).not.toThrow();
});

describe('values are converted to the types of their keys', () => {
  test.each<[string, Plain]>([
    ['run: {dir: 5}', { run: { dir: '5' } }],
    ['run: {dir: true}', { run: { dir: 'True' } }],
    ['job: {num: "+1_0"}', { job: { num: 10 } }],
    ['job: {chdir: yes}', { job: { chdir: true } }],
    ['job: {chdir: "off"}', { job: { chdir: false } }],
    ['job: {chdir: -2}', { job: { chdir: true } }],
    ['job: {chdir: 0}', { job: { chdir: false } }],
    ['job: {env_set: {A: 1, B: null}}', { job: { env_set: { A: '1', B: null } } }],
    ['mode: 2', { mode: 'MULTIRUN' }],
    ['searchpath: [a, 5]', { searchpath: ['a', '5'] }],
    ['run: {dir: "${x}"}', { run: { dir: '${x}' } }],
    ['verbose: 5', { verbose: 5 }],
  ])('%s', (text, expected) => {
    expect(toPlain(typed(section(text).entries.get('hydra')!))).toEqual(expected);
  });
});

test('keys of a fixed set cannot be deleted, others can', () => {
  const deleting = (text: string) => () => refuseTypedDeletion(parseOverride(text, 0));
  for (const text of ['~hydra.run', '~hydra.run.dir', '~hydra.job.config.override_dirname.kv_sep'])
    expect(deleting(text)).toThrow(expect.objectContaining({ code: 'override-refused' }));
  for (const text of [
    '~hydra.job_logging.x',
    '~hydra.job.env_set.A',
    '~task.x',
    'hydra.run.dir=x',
    '~hydrant.run',
  ])
    expect(deleting(text)).not.toThrow();
});

test('what a user wrote is told from what Hydra brings', () => {
  const hydras = fromPlain(
    { a: 1 },
    { kind: 'file', file: `${BUILT_IN}x`, line: 1, column: 1, endLine: 1, endColumn: 1 },
  );
  expect(isUsers(hydras, ['a'])).toBe(false);
  expect(isUsers(section('run: {dir: x}'), ['hydra', 'run', 'dir'])).toBe(true);
  expect(isUsers(section(''), ['hydra', 'run'])).toBe(false);
});
