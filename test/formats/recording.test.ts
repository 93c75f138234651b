/** Which episodes a choice leaves, and what an error of recordings carries. */
import { expect, test } from 'vitest';
import { chosen, RecordingError } from '../../engine/formats/recording.js';

const named = (...names: string[]) => names.map((name) => ({ name, number: Number(/\d+/.exec(name)![0]) }));
const EPISODES = named('episode_10', 'episode_2', 'episode_02b', 'episode_0');

test.each([
  [{}, ['episode_0', 'episode_02b', 'episode_2', 'episode_10']],
  [{ from: 2 }, ['episode_02b', 'episode_2', 'episode_10']],
  [{ from: 2, atMost: 1 }, ['episode_02b']],
  [{ atMost: 0 }, []],
  [{ from: 11 }, []],
])('chosen by number, then by name: %j', (choice, expected) => {
  expect(chosen(EPISODES, choice).map(({ name }) => name)).toEqual(expected);
});

test('an error names the file, and its reason does not', () => {
  const cause = new Error('cut off');
  const error = new RecordingError('episode-file', '/a/data.pkl', 'data.pkl is cut off', 'Copy it.', cause);
  expect(error).toMatchObject({
    name: 'RecordingError',
    code: 'episode-file',
    message: '/a/data.pkl: data.pkl is cut off',
    reason: 'data.pkl is cut off',
    hint: 'Copy it.',
    cause,
  });
});
