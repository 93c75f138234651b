/** What the source of a training's class does with its config, gathered once. */

import { conditionsAround } from './blocks.js';
import { type ConfigChanges, configChanges } from './configChanges.js';
import { type ConfigCondition, configCondition } from './configConditions.js';
import { type Distributed, distributed } from './distributed.js';
import { type EpochLoop, epochLoop } from './epochLoop.js';
import { type HardCodedLoad, hardCodedLoads } from './hardCodedLoads.js';
import { type Instantiation, instantiations } from './instantiations.js';
import { type ConfigPart, configParts } from './keysRead.js';
import { type Logged, loggedKeys } from './loggedKeys.js';
import type { FoundModule, PythonModules } from './modules.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import {
  functionsOf,
  handedTheConfig,
  type Method,
  scriptMethods,
  workspaceMethods,
} from './workspaceMethods.js';

/** Tokens of a module: upstream's longest have 8,000. The limit bounds the work per place of interest. */
const MAX_TOKENS = 50_000;

export interface WorkspaceFacts {
  readonly name: string;
  /** Of the class. */
  readonly place: SourcePlace;
  readonly epochs: EpochLoop;
  /** Parts of the config read by it, by the scripts that start it and by functions that are passed the config. */
  readonly changes: ConfigChanges;
  readonly instantiations: readonly Instantiation[];
  /** Undefined where the source does not show everything that is logged. */
  readonly logged: Logged | undefined;
  readonly loads: readonly HardCodedLoad[];
  /** For each place that reads a key, what the config must say for that place to be reached, as far as the config decides it. */
  conditionsOf(key: string): readonly (readonly ConfigCondition[])[];
  /** Undefined for a single-process training. */
  readonly distributed: Distributed | undefined;
}

/** `script` trains where there is no such class; `starters` are the scripts that start trainings; undefined where the project has neither. */
export async function workspaceFacts(
  target: string | undefined,
  script: FoundModule | undefined,
  modules: PythonModules,
  starters: readonly FoundModule[] = [],
): Promise<WorkspaceFacts | undefined> {
  const named = target === undefined ? undefined : await workspaceMethods(target, modules);
  const found = named ?? (script && (await scriptMethods(script, modules)));
  if (found === undefined || !found.methods.every(isSmall)) return undefined;
  const { methods, found: own } = found;
  const parts = partsByMethod();
  const mains = starters.flatMap(functionsOf).filter(isSmall);
  const handed = await handedTheConfig([...methods, ...mains], parts, modules);
  const changes = configChanges([...methods, ...mains, ...handed.filter(isSmall)], parts);
  return {
    name: own.definition.name,
    place: placeOf(own.module, own.definition.at),
    epochs: epochLoop(methods, parts),
    instantiations: instantiations(methods, changes, parts),
    changes,
    logged: loggedKeys(methods, parts),
    loads: hardCodedLoads(methods, parts),
    distributed: distributed(methods),
    conditionsOf: (key) => methods.flatMap((method) => conditionsIn(method, parts(method), key)),
  };
}

function isSmall({ module }: Method): boolean {
  return module.tokens.length <= MAX_TOKENS;
}

function conditionsIn({ module, range }: Method, parts: readonly ConfigPart[], key: string) {
  const places = parts.filter((part) => part.key === key);
  return places.map(({ from }) =>
    conditionsAround(module.tokens, range, from).flatMap(
      (condition) => configCondition(condition, parts) ?? [],
    ),
  );
}

/** Each module is scanned once. */
function partsByMethod(): (method: Method) => readonly ConfigPart[] {
  const byModule = new Map<FoundModule, readonly ConfigPart[]>();
  return ({ module, range }) => {
    const known = byModule.get(module) ?? configParts(module.tokens);
    byModule.set(module, known);
    return known.filter(({ from }) => from >= range.from && from < range.to);
  };
}
