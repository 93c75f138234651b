/** Recognises PyTorch's complaints about a state dict in a terminal line or a log. */
import type { AskedKey } from './types.js';

/** Offsets (UTF-16 units) of a key in the text that was searched; the end is exclusive. */
interface Placed {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

type StateDictComplaint =
  | (Placed & {
      readonly kind: 'shape';
      readonly file: readonly number[];
      readonly expected: readonly number[];
    })
  /** The policy has the key, the file does not. */
  | (Placed & { readonly kind: 'missing' })
  /** The file has the key, the policy does not. */
  | (Placed & { readonly kind: 'unexpected' });

/** A log is searched window by window by its caller; stops a whole file in one line. */
const MAX_TEXT = 1 << 20;
/** Bounded repeats: each begin of a message is looked at once, whatever follows. */
const SIZE =
  /size mismatch for ([^\n"]{1,400}?): copying a param with shape torch\.Size\(\[([\d, ]{0,400})\]\) from checkpoint, the shape in current model is torch\.Size\(\[([\d, ]{0,400})\]\)/g;
const LIST = /(Missing|Unexpected) key\(s\) in state_dict: ((?:"[^"\n]*"(?:, )?)+)/g;

/** In the order of the text; what begins beyond its first MiB is not looked at. */
export function parseSizeMismatch(text: string): StateDictComplaint[] {
  const searched = text.slice(0, MAX_TEXT);
  const found = [...[...searched.matchAll(SIZE)].map(shapeComplaint), ...listComplaints(searched)];
  return found.sort((a, b) => a.start - b.start);
}

/** What a complaint says, as `explainKey` is asked. */
export function askedBy(complaint: StateDictComplaint): AskedKey {
  const { key } = complaint;
  switch (complaint.kind) {
    case 'shape':
      return { key, told: { file: complaint.file, expected: complaint.expected } };
    case 'missing':
      return { key, told: { file: 'absent' } };
    case 'unexpected':
      return { key, told: { expected: 'absent' } };
    default:
      return complaint satisfies never;
  }
}

function shapeComplaint(match: RegExpExecArray): StateDictComplaint {
  const [, key, file, expected] = match;
  const start = match.index + 'size mismatch for '.length;
  return {
    kind: 'shape',
    key: key!,
    start,
    end: start + key!.length,
    file: lengths(file!),
    expected: lengths(expected!),
  };
}

function listComplaints(text: string): StateDictComplaint[] {
  return [...text.matchAll(LIST)].flatMap((match) => {
    const kind = match[1] === 'Missing' ? 'missing' : 'unexpected';
    const from = match.index + match[0].length - match[2]!.length;
    return [...match[2]!.matchAll(/"([^"]*)"/g)].map(({ 1: key, index }) => {
      const start = from + index + 1;
      return { kind, key: key!, start, end: start + key!.length } as const;
    });
  });
}

function lengths(text: string): number[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
}
