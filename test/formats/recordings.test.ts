/** Which format an input is of, what is said where that is unclear, and frames that formats open themselves. */
import { describe, expect, test } from 'vitest';
import type { FrameWithin, Picture, SourceReader } from '../../engine/formats/recording/frames.js';
import type { Recognition, RecordingFormat } from '../../engine/formats/recording.js';
import { FrameSources, RECORDINGS, recogniseRecording } from '../../engine/formats/recordings.js';
import { ownFolder } from '../ownFolder.js';
import { MINI } from '../work/convert/folders.js';

const folder = ownFolder();

function format(
  name: string,
  recognition: Recognition,
  more: Partial<RecordingFormat> = {},
): RecordingFormat {
  return {
    name,
    recognisedBy: `what ${name} writes`,
    recognise: async () => recognition,
    list: async () => [],
    read: () => Promise.reject(new Error('is not read here')),
    ...more,
  };
}

const OURS = format('Ours', { isOurs: true });
const OTHER = format('Other', { isOurs: false, found: 'two\nlines', hint: 'Look deeper.' });

describe('an input', () => {
  test('is of the one format that recognises it', async () => {
    expect((await recogniseRecording(MINI)).name).toBe('CogAct');
    expect(await recogniseRecording(folder.path(), undefined, [OTHER, OURS])).toBe(OURS);
  });

  test('that no format recognises: what each looked for and found, a line per format', async () => {
    await folder.write({ 'notes.txt': '' });
    const message = `${folder.path()}: contains no recording in a known format
    CogAct: looks for folders episode_0000, episode_0001, … that hold data.pkl or meta.json; found only notes.txt
    Other: looks for what Other writes; found two\\x0alines`;
    await expect(recogniseRecording(folder.path(), undefined, [...RECORDINGS, OTHER])).rejects.toMatchObject({
      code: 'episodes-missing',
      message,
      hint: 'Look deeper.',
    });
  });

  test('that two formats recognise is not guessed at', async () => {
    await expect(
      recogniseRecording(folder.path(), undefined, [OURS, ...RECORDINGS, OURS]),
    ).rejects.toMatchObject({
      code: 'recording-ambiguous',
      reason: expect.stringContaining('(Ours and Ours)'),
    });
  });

  test('that is not there', async () => {
    const missing = folder.path('missing');
    await expect(recogniseRecording(missing)).rejects.toMatchObject({
      code: 'episodes-missing',
      message: `${missing}: does not exist, or cannot be read`,
    });
  });

  test('is not looked at once the caller has given up', async () => {
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(recogniseRecording(MINI, signal)).rejects.toThrow('given up');
  });
});

test('each format in the table has a name of its own: frames are opened by it', () => {
  const names = RECORDINGS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe('frames that lie in a file with others', () => {
  const source = (index: number, name = 'Rows'): FrameWithin => ({
    kind: 'within',
    format: name,
    path: '/data/a.hdf5',
    part: 'images',
    index,
  });

  class Rows implements SourceReader {
    static opened = 0;
    isClosed = false;
    constructor() {
      Rows.opened += 1;
    }
    async read({ index }: FrameWithin): Promise<Picture> {
      return { kind: 'pixels', width: 1, height: 1, channels: 1, data: Uint8Array.of(index) };
    }
    async close(): Promise<void> {
      this.isClosed = true;
    }
  }

  test('are read by one reader of their format, which is closed with the job', async () => {
    Rows.opened = 0;
    const made: Rows[] = [];
    const openFrames = () => {
      made.push(new Rows());
      return made.at(-1)!;
    };
    const sources = new FrameSources([format('Rows', { isOurs: true }, { openFrames })]);
    const pictures = await Promise.all([3, 4].map((index) => sources.read(source(index))));
    expect(pictures).toMatchObject([{ data: Uint8Array.of(3) }, { data: Uint8Array.of(4) }]);
    expect({ opened: Rows.opened, isClosed: made[0]!.isClosed }).toEqual({ opened: 1, isClosed: false });
    await sources.close();
    expect(made[0]!.isClosed).toBe(true);
  });

  test('survive the way to another process', () => {
    expect(JSON.parse(JSON.stringify(source(7)))).toEqual(source(7));
  });

  test('of a format that opens none are a fault of the program', async () => {
    await expect(new FrameSources().read(source(0, 'CogAct'))).rejects.toThrow(
      'the format CogAct opens no frames',
    );
  });
});
