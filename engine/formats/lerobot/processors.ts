/** The pre- and post-processor beside a LeRobot policy: JSON lists of steps, and the statistics that normalising steps keep in files of their own. */
import { basename, extname, join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownJson, shownName } from '../../base/shown.js';
import { readJsonMap } from './json.js';
import { LerobotError, SAVE_AGAIN } from './lerobotError.js';
import { PROCESSORS } from './policyFolder.js';

/** LeRobot's have four steps. */
const MAX_STEPS = 64;

export interface ProcessorStep {
  /** The name that LeRobot registers it by, or that of its class. */
  readonly name: string;
  readonly config: PlainMap;
  /** The name of a file beside the JSON. */
  readonly stateFile: string | undefined;
}

export interface Processor {
  /** `preprocessor` or `postprocessor`. */
  readonly name: string;
  /** The name of its JSON file. */
  readonly file: string;
  readonly json: PlainMap;
  readonly steps: readonly ProcessorStep[];
}

/** Those that are there: policies from before LeRobot 0.4 have none. Throws `LerobotError` for one that LeRobot would not load. */
export async function readProcessors(folder: string): Promise<Processor[]> {
  const found: Processor[] = [];
  for (const name of PROCESSORS) {
    const file = join(folder, name);
    if (await isThere(file)) found.push(processorOf(await readJsonMap(file), file));
  }
  return found;
}

function processorOf(json: PlainMap, file: string): Processor {
  const { steps } = json;
  if (!Array.isArray(steps) || steps.length > MAX_STEPS)
    throw new LerobotError(
      'lerobot-processor',
      file,
      `steps is ${shownJson(steps)}, expected a list of at most ${MAX_STEPS} steps`,
      SAVE_AGAIN,
    );
  const name = basename(file, extname(file)).replace(/^policy_/, '');
  return {
    name,
    file: basename(file),
    json,
    steps: steps.map((step: Plain, index) => stepOf(step, index, file)),
  };
}

function stepOf(step: Plain, index: number, file: string): ProcessorStep {
  const {
    registry_name: registered,
    class: named,
    config = {},
    state_file: state,
  } = isPlainMap(step) ? step : {};
  const name = registered ?? named;
  const wrong = (what: string) =>
    new LerobotError('lerobot-processor', file, `step ${index} ${what}`, SAVE_AGAIN);
  if (typeof name !== 'string') throw wrong('does not name what it does (registry_name, class)');
  if (!isPlainMap(config)) throw wrong(`has the config ${shownJson(config)}, expected a mapping`);
  if (state === undefined || state === null) return { name, config, stateFile: undefined };
  if (typeof state !== 'string' || !isOwnFile(state))
    throw wrong(
      `keeps its state in ${typeof state === 'string' ? shownName(state) : shownJson(state)}, expected a .safetensors file beside it`,
    );
  return { name, config, stateFile: state };
}

/** The name of a file in the folder itself: a path could lead to any file. */
function isOwnFile(name: string): boolean {
  return /^[^/\\\0.][^/\\\0]{0,250}\.safetensors$/.test(name);
}

/** The names that a data set gives what the policy calls otherwise, by the policy's names: `rename_map` of the pre-processor the other way round. */
export function dataSetNames(processors: readonly Processor[]): ReadonlyMap<string, string> {
  const maps = processors
    .flatMap(({ steps }) => steps)
    .filter(({ name }) => name === 'rename_observations_processor')
    .map(({ config }) => config['rename_map']);
  return new Map(
    maps.flatMap((map) =>
      isPlainMap(map)
        ? Object.entries(map).flatMap(([from, to]) => (typeof to === 'string' ? [[to, from] as const] : []))
        : [],
    ),
  );
}

/** The files in which steps keep their state, and the state dict that each is in a checkpoint's index. */
export function processorStates(
  processors: readonly Processor[],
): readonly { readonly dict: string; readonly file: string }[] {
  return processors.flatMap(({ name, steps }) =>
    steps
      .flatMap(({ stateFile }) => stateFile ?? [])
      .map((file, index) => ({ dict: index === 0 ? name : `${name}_${index}`, file })),
  );
}
