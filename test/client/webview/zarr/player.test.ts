/** Plays steps at the rate at which they were recorded. */
import { expect, test } from 'vitest';
import { Player } from '../../../../client/webview/zarr/player.js';

/** A clock that stands until it is moved. */
function made() {
  let now = 1000;
  let planned: (() => void)[] = [];
  const shown: number[] = [];
  let stops = 0;
  const player = new Player(
    { show: (step) => void shown.push(step), stopped: () => void stops++ },
    { now: () => now, soon: (call) => void planned.push(call) },
  );
  const pass = (milliseconds: number) => {
    now += milliseconds;
    const calls = planned;
    planned = [];
    for (const call of calls) call();
  };
  return { player, shown, pass, stops: () => stops, planned: () => planned.length };
}

test('steps come in their time; those for which the screen is too slow are passed over', () => {
  const { player, shown, pass } = made();
  player.start(5, 100, 10);
  pass(40);
  pass(60);
  pass(100);
  pass(1000);
  expect([shown, player.isPlaying]).toEqual([[6, 7, 17], true]);
});

test('it ends with the last step, and says so once', () => {
  const { player, shown, pass, stops, planned } = made();
  player.start(5, 7, 10);
  pass(5000);
  expect([shown, player.isPlaying, stops(), planned()]).toEqual([[7], false, 1, 0]);
  player.stop();
  expect(stops()).toBe(1);
});

test('what an earlier start planned does nothing', () => {
  const { player, shown, pass } = made();
  player.start(0, 100, 10);
  player.start(50, 100, 10);
  pass(100);
  expect(shown).toEqual([51]);
});

test('one that is stopped while it shows a step goes no further', () => {
  const { player, pass, planned } = made();
  const stopping = made();
  stopping.player.start(0, 100, 10);
  stopping.player.stop();
  stopping.pass(100);
  expect([stopping.shown, stopping.stops()]).toEqual([[], 1]);
  player.start(99, 99, 10);
  pass(1);
  expect([player.isPlaying, planned()]).toEqual([false, 0]);
});
