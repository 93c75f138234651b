/** The user's settings, whatever the client sends. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../engine/judge/checks/finding.js';
import { asWanted, DEFAULTS, settingsOf } from '../../server/settings.js';
import { propertyRuns } from '../propertyRuns.js';

describe('what is read', () => {
  test('severities of codes that exist', () => {
    const severity = {
      'dataset-missing': 'hint',
      'yaml-syntax': 'loud',
      nonsense: 'error',
      'group-missing': 3,
    };
    expect(settingsOf({ severity }, undefined).severity).toEqual({ 'dataset-missing': 'hint' });
  });

  test('folders, relative ones from the workspace', () => {
    const raw = { startFolder: 'sub', runFolders: ['/runs', 'more', '', 3], configRoots: 'no list' };
    expect(settingsOf(raw, '/w')).toMatchObject({
      startFolder: '/w/sub',
      runFolders: ['/runs', '/w/more'],
      configRoots: [],
    });
  });

  test('without a workspace folder only absolute ones', () => {
    const raw = { startFolder: 'sub', runFolders: ['/runs', 'more'] };
    expect(settingsOf(raw, undefined)).toMatchObject({ startFolder: undefined, runFolders: ['/runs'] });
  });

  test.each([
    ['python', 'python'],
    ['builtin', undefined],
    [7, undefined],
  ])('the runner %j', (runner, expected) => {
    expect(settingsOf({ runner }, undefined).runner).toBe(expected);
  });

  test.each([undefined, null, 'text', 7])('%j is not settings', (raw) => {
    expect(settingsOf(raw, '/w')).toBe(DEFAULTS);
  });

  test('no fault, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(undefined, '/w'), (raw, folder) => {
        const { runFolders, configRoots } = settingsOf(
          { severity: raw, runFolders: raw, configRoots: raw },
          folder,
        );
        for (const path of [...runFolders, ...configRoots]) expect(path).toMatch(/^\//);
      }),
      { numRuns: propertyRuns(0.2) },
    );
  });
});

describe('a finding', () => {
  const finding = { code: 'dataset-missing', severity: 'error' } as Finding;
  const wanted = (severity: Record<string, string>) =>
    asWanted(finding, settingsOf({ severity }, undefined))?.severity;

  test('has the severity that is wanted, or goes', () => {
    expect(wanted({})).toBe('error');
    expect(wanted({ 'dataset-missing': 'hint' })).toBe('hint');
    expect(wanted({ 'group-missing': 'off' })).toBe('error');
    expect(wanted({ 'dataset-missing': 'off' })).toBeUndefined();
    expect(finding.severity).toBe('error');
  });
});
