/** Targets as the client has them: what the server knows, and what the user picked in this workspace. */
import { describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { LanguageServer } from '../../../client/language/languageServer.js';
import { Targets } from '../../../client/language/targets.js';
import { EventEmitter } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

const summary = (id: string) => ({ id, label: id, primary: id, overrides: [] });

function started(remembered: Record<string, unknown> = {}) {
  const [up, down] = [new EventEmitter<void>(), new EventEmitter<void>()];
  const asked: [string, unknown][] = [];
  const known = { targets: [summary('a'), summary('b')], current: 'a' as string | undefined };
  let notify: (result: typeof known) => void = () => undefined;
  const faults = vi.fn();
  const server = {
    onUp: up.event,
    onDown: down.event,
    onNotification: (_: unknown, listener: typeof notify) => {
      notify = listener;
    },
    whenUp: async () => undefined,
    ask: async ({ method }: { method: string }, params?: { id?: string }) => {
      asked.push([method.replace('regrip/', ''), params]);
      if (params?.id !== undefined) known.current = params.id;
      return { ...known };
    },
  };
  const memory = {
    get: (name: string, other?: unknown) => remembered[name] ?? other,
    update: async (name: string, value: unknown) => {
      remembered[name] = value;
    },
  };
  const targets = new Targets(
    server as unknown as LanguageServer,
    memory as unknown as vscode.Memento,
    { error: faults } as unknown as vscode.LogOutputChannel,
  );
  const changed = vi.fn();
  targets.onChange(changed);
  const comeUp = async () => {
    up.fire();
    await targets.look();
  };
  return {
    targets,
    asked,
    remembered,
    changed,
    comeUp,
    down,
    faults,
    notify: (result: typeof known) => notify(result),
  };
}

describe('a server that comes up', () => {
  test('is asked, and reminded of what was picked and typed before', async () => {
    const { targets, asked, comeUp } = started({
      'regrip.target': 'b',
      'regrip.scriptArguments': { '/run.sh': 'x' },
    });
    await comeUp();
    expect(asked.slice(0, 3)).toEqual([
      ['targets', undefined],
      ['setScriptArguments', { script: '/run.sh', text: 'x' }],
      ['setTarget', { id: 'b' }],
    ]);
    expect(targets.current?.id).toBe('b');
  });

  test('is not reminded of a target that is gone, or of the one that it has', async () => {
    for (const id of ['gone', 'a']) {
      const { asked, comeUp } = started({ 'regrip.target': id });
      await comeUp();
      expect(asked.map(([name]) => name)).not.toContain('setTarget');
    }
  });
});

test('what it tells counts; once it is down there is none', async () => {
  const { targets, changed, down, notify } = started();
  notify({ targets: [summary('c')], current: 'c' });
  expect([targets.current?.id, targets.all.length, targets.byId('x')]).toEqual(['c', 1, undefined]);
  down.fire();
  expect([targets.current, targets.all]).toEqual([undefined, []]);
  expect(changed).toHaveBeenCalledTimes(2);
});

test('a pick is remembered', async () => {
  const { targets, remembered } = started();
  await targets.pick('b');
  expect([remembered['regrip.target'], targets.current?.id]).toEqual(['b', 'b']);
});

test('arguments are remembered by script, and forgotten when they are empty', async () => {
  const { targets, remembered } = started({ 'regrip.scriptArguments': { '/a.sh': '1' } });
  await targets.giveArguments('/b.sh', '2');
  expect(remembered['regrip.scriptArguments']).toEqual({ '/a.sh': '1', '/b.sh': '2' });
  await targets.giveArguments('/a.sh', '  ');
  expect(remembered['regrip.scriptArguments']).toEqual({ '/b.sh': '2' });
});
