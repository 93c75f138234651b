/** The table of recording formats, which of them an input is of, and the readers of their frames. */
import { stat } from 'node:fs/promises';
import { throwPassing } from '../base/diskErrors.js';
import { throwIfAborted, unreachable } from '../base/errors.js';
import { COGACT } from './cogact/index.js';
import type { FrameSource, Picture, SourceReader } from './recording/frames.js';
import { type OtherInput, otherInput } from './recording/otherInput.js';
import { readPictureFile } from './recording/pictureFile.js';
import { type Recognition, RecordingError, type RecordingFormat } from './recording.js';

export const RECORDINGS: readonly RecordingFormat[] = [COGACT];

/** The one format that recognises what `input` holds. Throws `episodes-missing` where none does, `recording-ambiguous` where several do. */
export async function recogniseRecording(
  input: string,
  signal?: AbortSignal,
  formats = RECORDINGS,
): Promise<RecordingFormat> {
  await stat(input).catch((cause: unknown) => {
    throwPassing(cause, input);
    throw new RecordingError(
      'episodes-missing',
      input,
      'does not exist, or cannot be read',
      'Check the path.',
      cause,
    );
  });
  const answers: [RecordingFormat, Recognition][] = [];
  for (const format of formats) {
    throwIfAborted(signal);
    answers.push([format, await format.recognise(input, signal)]);
  }
  const ours = answers.flatMap(([format, { isOurs }]) => (isOurs ? [format] : []));
  if (ours.length === 1) return ours[0]!;
  if (ours.length > 1) throw ambiguous(input, ours);
  throw unknown(input, answers, await otherInput(input));
}

/** What the input is where that is known; what each format looked for and what it found, a line per format. */
function unknown(
  input: string,
  answers: readonly [RecordingFormat, Recognition][],
  other: OtherInput | undefined,
): RecordingError {
  const lines: string[] = [];
  let hint = other?.hint ?? 'Give the folder or file that holds the recordings.';
  for (const [{ name, recognisedBy }, answer] of answers) {
    if (answer.isOurs) continue;
    lines.push(`\n    ${name}: looks for ${recognisedBy}; found ${answer.found}`);
    hint = answer.hint ?? hint;
  }
  const message = `${other?.found ?? 'contains no recording in a known format'}${lines.join('')}`;
  return new RecordingError('episodes-missing', input, message, hint);
}

function ambiguous(input: string, formats: readonly RecordingFormat[]): RecordingError {
  const names = formats.map(({ name }) => name).join(' and ');
  const message = `holds recordings of more than one format (${names}), so it is unclear which are meant`;
  return new RecordingError(
    'recording-ambiguous',
    input,
    message,
    'Move each format to a folder of its own.',
  );
}

/** Opens frames, whatever they lie in; readers of formats are made when their first frame comes, and kept for the next ones. */
export class FrameSources {
  private readonly readers = new Map<string, SourceReader>();

  constructor(private readonly formats = RECORDINGS) {}

  /** Throws `RecordingError` code `frame` for a damaged one. */
  async read(source: FrameSource): Promise<Picture> {
    switch (source.kind) {
      case 'file':
        return { kind: 'encoded', coding: source.coding, bytes: await readPictureFile(source.path) };
      case 'within':
        return this.readerOf(source.format).read(source);
      default:
        return unreachable(source);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.readers.values()].map((reader) => reader.close()));
    this.readers.clear();
  }

  private readerOf(name: string): SourceReader {
    const known = this.readers.get(name);
    if (known !== undefined) return known;
    const reader = this.formats.find((format) => format.name === name)?.openFrames?.();
    if (reader === undefined) throw new Error(`the format ${name} opens no frames`);
    this.readers.set(name, reader);
    return reader;
  }
}
