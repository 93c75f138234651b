/** The result of a finished job, by its kind: the documents that the command line prints with `--json`. */
import * as v from 'valibot';
import { ROTATIONS } from '../base/rotation.js';
import { type EngineJobKind, real } from './jobs.js';

const strings = v.array(v.string());
const shape = v.array(v.number());
const maybeNumber = v.nullable(real);

const convert = v.looseObject({
  episodes: v.number(),
  steps: v.number(),
  skipped: v.array(v.object({ episode: v.string(), reason: v.string() })),
  seconds: v.number(),
  output: v.string(),
  /** Where it is not as recorded, and the shape of one step by the array's name. */
  rotation: v.optional(v.picklist(ROTATIONS)),
  shapes: v.optional(v.record(v.string(), shape)),
});

const side = v.object({
  width: v.number(),
  ranges: v.array(
    v.object({
      name: v.optional(v.string()),
      start: v.number(),
      width: v.number(),
      rotation: v.optional(v.string()),
    }),
  ),
});

/** Of the action or an observation: what each new dimension continues. */
const dimensions = v.object({
  field: v.string(),
  by: v.picklist(['map', 'names', 'position']),
  old: side,
  new: side,
  from: v.array(v.nullable(v.number())),
  lost: v.array(v.object({ index: v.number(), name: v.string(), why: v.nullable(v.string()) })),
  /** Entries of `--map` that may be meant. */
  suggestions: v.array(v.object({ entry: v.string(), why: v.string() })),
});

const adapt = v.looseObject({
  copied: strings,
  widened: v.array(v.object({ key: v.string(), from: shape, to: shape })),
  initialised: strings,
  dropped: strings,
  dimensions: v.optional(v.array(dimensions), []),
  /** Fingerprint of the inputs: differs when one of them changed. */
  fingerprint: v.string(),
  /** One row per key, in the order of the new policy; not part of `--json`. */
  plan: v.object({
    source: v.string(),
    oldActionDim: v.number(),
    newActionDim: v.number(),
    strategy: v.string(),
    weights: v.string(),
    optimizer: v.string(),
    rows: v.array(
      v.object({
        key: v.string(),
        fate: v.picklist(['copied', 'widened', 'initialised', 'dropped']),
        from: v.nullable(shape),
        to: v.nullable(shape),
        detail: v.string(),
      }),
    ),
    losses: v.array(v.object({ key: v.string(), what: v.string() })),
    warnings: strings,
    /** The files that were read, and the state they were in. */
    inputs: v.array(v.object({ path: v.string(), stamp: v.string() })),
  }),
});

const finetune = v.looseObject({
  state: v.picklist(['paused', 'done']),
  runDir: v.string(),
  epochs: v.number(),
  best: v.nullable(v.object({ checkpoint: v.string(), monitor: v.string(), value: maybeNumber })),
});

const gripper = v.array(
  v.looseObject({
    file: v.string(),
    layout: v.nullable(v.string()),
    steps: v.number(),
    actionDim: maybeNumber,
    min: maybeNumber,
    max: maybeNumber,
    uniqueValues: v.number(),
    changes: v.number(),
    switches: v.number(),
    switchSteps: v.array(v.number()),
    dwells: v.array(v.number()),
    verdict: v.string(),
    findings: v.array(
      v.looseObject({
        code: v.string(),
        severity: v.string(),
        step: maybeNumber,
        message: v.string(),
      }),
    ),
  }),
);

const evaluate = v.looseObject({
  checkpoint: v.string(),
  weights: v.string(),
  dataset: v.string(),
  seed: v.number(),
  valLoss: maybeNumber,
});

const report = v.looseObject({ output: v.string(), bytes: v.number() });

const installEngine = v.looseObject({
  folder: v.string(),
  outcome: v.picklist(['installed', 'already']),
  seconds: v.number(),
});

const measureEngine = v.looseObject({
  home: v.string(),
  node: v.string(),
  chosen: v.string(),
  backends: v.array(
    v.variant('available', [
      v.looseObject({
        name: v.string(),
        available: v.literal(true),
        device: v.string(),
        version: v.string(),
        matmulGflops: v.number(),
        convGflops: v.number(),
        note: v.optional(v.string()),
      }),
      v.looseObject({
        name: v.string(),
        available: v.literal(false),
        reason: v.string(),
        fix: v.string(),
      }),
    ]),
  ),
});

export const jobResults = {
  convert,
  adapt,
  finetune,
  gripper,
  evaluate,
  report,
  installEngine,
  measureEngine,
} as const satisfies Record<EngineJobKind, v.GenericSchema>;

export type JobResult<Kind extends EngineJobKind> = v.InferOutput<(typeof jobResults)[Kind]>;
