/** Keys and shapes of a policy as the project's own class has them, from a Python that imports it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { at, type PlainMap } from '../../../engine/base/plain.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';

const ROOT = '../../../../'; // of the checkout, from out/scripts/compatibility/policies
const PEER = fileURLToPath(new URL(`${ROOT}scripts/compatibility/policy_peer.py`, import.meta.url));
/** Of one Python and all policies of a project; stops one that hangs. */
const TIMEOUT_MS = 30 * 60 * 1000;
const MAX_ANSWERS = 2 ** 28;

export type Answer =
  | { readonly entries: readonly (readonly [key: string, shape: readonly number[]])[] }
  | { readonly error: string };

export interface Question {
  /** Of the config. */
  readonly file: string;
  readonly resolved: PlainMap;
}

export type Compared =
  | { readonly kind: 'equal' }
  | { readonly kind: 'differs' | 'not built'; readonly what: string };

/** The first of `pythons` that builds a policy answers. Configs with the same policy are asked once. */
export function realClasses(questions: readonly Question[], pythons: readonly string[]): Answer[] {
  const lines = questions.map(({ file, resolved }) => {
    const policy = resolved['policy']!;
    return { root: packageRoot(file, resolved), line: JSON.stringify({ policy }) };
  });
  const answers = new Map<string, Answer>();
  for (const python of pythons)
    for (const root of new Set(lines.map((each) => each.root))) {
      const open = lines.filter((each) => each.root === root && !isBuilt(answers.get(keyOf(each))));
      const asked = [...new Set(open.map(({ line }) => line))];
      if (root === undefined || asked.length === 0) continue;
      const found = ask(python, root, asked);
      for (const [index, line] of asked.entries())
        answers.set(keyOf({ root, line }), found[index] ?? { error: `${python} ended before it answered` });
    }
  return lines.map(
    (each) => answers.get(keyOf(each)) ?? { error: 'the module of the class is not in the project' },
  );
}

/** Everything but the normaliser, which the data set fills; in the order of the state dict, which an optimizer's state counts through. */
export function compared(spec: PolicySpec, answer: Answer): Compared {
  if ('error' in answer) return { kind: 'not built', what: answer.error };
  const ours = spec.parameters
    .filter(({ kind }) => kind !== 'normalizer')
    .map(({ key, shape }) => `${key} [${shape.join(', ')}]`);
  const theirs = answer.entries
    .filter(([key]) => !key.startsWith('normalizer.'))
    .map(([key, shape]) => `${key} [${shape.join(', ')}]`);
  const place = ours.findIndex((entry, index) => entry !== theirs[index]);
  if (place < 0 && ours.length === theirs.length) return { kind: 'equal' };
  const [own, its] = place < 0 ? [undefined, theirs[ours.length]] : [ours[place], theirs[place]];
  return { kind: 'differs', what: `ours ${own ?? 'ends'}, the class's ${its ?? 'ends'}` };
}

function ask(python: string, root: string, lines: readonly string[]): Answer[] {
  const { stdout } = spawnSync(python, [PEER, root], {
    ...{ input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: MAX_ANSWERS, timeout: TIMEOUT_MS },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
}

function isBuilt(answer: Answer | undefined): boolean {
  return answer !== undefined && 'entries' in answer;
}

function keyOf({ root, line }: { readonly root: string | undefined; readonly line: string }): string {
  return `${root}\n${line}`;
}

/** The folder above the config that holds the module of `policy._target_`. */
function packageRoot(file: string, resolved: PlainMap): string | undefined {
  const target = at(resolved, ['policy', '_target_']);
  const module = typeof target === 'string' ? target.split('.').slice(0, -1) : [];
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder))
    if (module.length > 0 && existsSync(`${join(folder, ...module)}.py`)) return folder;
  return undefined;
}
