/** Converts a job's request to the command line that carries it out, so that 'the same on the command line' really is the same. */
import { basename } from 'node:path';
import { unreachable } from '../base/errors.js';
import { resumingOverrides } from '../commands/finetune/calls.js';
import type { JobRequest } from '../wire/jobs.js';

type Value = string | number | boolean | undefined;

/** What follows `regrip`. Positional words come first, since an option may take several values. */
export function wordsOf(request: JobRequest): string[] {
  switch (request.kind) {
    case 'convert': {
      const { kind, gripper, resolution, ...options } = request;
      const size = resolution === undefined ? [] : ['--resolution', ...resolution.map(String)];
      return [kind, ...size, ...optionWords(options), ...(gripper ? [] : ['--no-gripper'])];
    }
    case 'adapt': {
      const { kind, overrides, rename, map, ...options } = request;
      const renamed = Object.entries(rename).flatMap(([from, to]) => ['--rename', `${from}=${to}`]);
      const mapped = map.flatMap((text) => ['--map', text]);
      return [kind, ...overrides, ...optionWords(options), ...renamed, ...mapped];
    }
    case 'finetune': {
      const { kind, config, overrides, ...options } = request;
      return [kind, config, ...overrides, ...optionWords(options)];
    }
    case 'gripper': {
      const { kind, logs, ...options } = request;
      return [kind, ...logs, ...optionWords(options)];
    }
    case 'evaluate': {
      const { kind, checkpoint, overrides, ...options } = request;
      return [kind, checkpoint, ...overrides, ...optionWords(options)];
    }
    case 'report': {
      const { kind, runs, ...options } = request;
      return [kind, ...runs, ...optionWords(options)];
    }
    case 'installEngine':
      return ['engine', 'install', ...optionWords({ cuda: request.cuda, wheels: request.wheels })];
    case 'measureEngine':
      return ['engine'];
    default:
      return unreachable(request);
  }
}

/** `oldCkpt: '/a'` → `--old-ckpt /a`; false and undefined are left out. `=` is used for a value that begins with a hyphen. */
function optionWords(options: Readonly<Record<string, Value>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [option];
    return String(value).startsWith('-') ? [`${option}=${value}`] : [option, String(value)];
  });
}

/** A short title for a list, with the main file's name. */
export function titleOf(request: JobRequest): string {
  switch (request.kind) {
    case 'convert':
      return `Convert ${basename(request.input)}`;
    case 'adapt':
      return `${request.dryRun ? 'Plan the adaptation of' : 'Adapt'} ${basename(request.oldCkpt)}`;
    case 'finetune':
      return `Fine-tune ${basename(request.config)}`;
    case 'gripper':
      return `Check gripper in ${firstOf(request.logs)}`;
    case 'evaluate':
      return `Evaluate ${basename(request.checkpoint)}`;
    case 'report':
      return `Report on ${firstOf(request.runs)}`;
    case 'installEngine':
      return `Install engine${request.cuda ? ' with CUDA' : ''}`;
    case 'measureEngine':
      return 'Measure engine';
    default:
      return unreachable(request);
  }
}

function firstOf(paths: readonly string[]): string {
  const [first, ...others] = paths;
  return `${basename(first!)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** The input and output paths, where there is one of each. */
export function pathsOf(request: JobRequest): { readonly input?: string; readonly output?: string } {
  switch (request.kind) {
    case 'convert':
      return { input: request.input, output: request.output };
    case 'adapt':
      return { input: request.oldCkpt, ...(request.newCkpt !== undefined && { output: request.newCkpt }) };
    case 'finetune':
      return { input: request.config };
    case 'evaluate':
      return { input: request.checkpoint };
    default:
      return {};
  }
}

/** The request that continues where `request` stopped; `runDir` is the run folder of a fine-tune. */
export function resumed(request: JobRequest, runDir: string | undefined): JobRequest {
  if (request.kind === 'convert') return { ...request, resume: true };
  if (request.kind !== 'finetune' || runDir === undefined) return request;
  return { ...request, runDir, overrides: resumingOverrides(request.overrides) };
}
