/** Hydra's own section as in a run: what the run adds to what configs and overrides set. */
import { resolve } from 'node:path';
import { at, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { ConfigError } from '../configError.js';
import { type MapNode, toPlain } from '../node.js';
import type { Override } from '../overrides/overrides.js';
import { RUN_ONLY } from '../resolve/resolvers.js';
import type { ComposeOptions } from '../types.js';
import { typed } from './layout.js';

/** What the section says about the run beyond what configs and overrides set. */
export interface RunFacts {
  readonly configName: string;
  readonly choices: PlainMap;
  readonly sources: readonly PlainMap[];
  readonly overrides: readonly Override[];
}

/** The section as in a run, without its output folder. */
export function hydraSection(root: MapNode, facts: RunFacts, options: ComposeOptions): PlainMap {
  const section = mapOf(toPlain(typed(root.entries.get('hydra')!)));
  const isHydras = ({ key }: Override) => /^hydra[./]/.test(key);
  const texts = (all: readonly Override[]) => all.map(({ text }) => text);
  const task = facts.overrides.filter((override) => !isHydras(override));
  const job = mapOf(section['job']);
  return {
    ...section,
    overrides: {
      hydra: [...list(section, ['overrides', 'hydra']), ...texts(facts.overrides.filter(isHydras))],
      task: [...list(section, ['overrides', 'task']), ...texts(task)],
    },
    job: {
      ...job,
      name: (job['name'] ?? '???') === '???' ? (options.run?.jobName ?? inRun('job.name')) : job['name']!,
      override_dirname: overrideDirname(task, job),
      config_name: facts.configName,
      env_set: { ...(job['env_set'] as PlainMap), ...copied(list(job, ['env_copy']), options) },
    },
    runtime: {
      ...(section['runtime'] as PlainMap),
      version: '1.3.2',
      version_base: '1.3',
      cwd: options.run?.folder ?? inRun('runtime.cwd'),
      config_sources: facts.sources,
      choices: { ...(at(section, ['runtime', 'choices']) as PlainMap), ...facts.choices },
    },
  };
}

/** While it is being typed, `job:` is empty: that it must be a mapping is reported elsewhere. */
function mapOf(value: Plain | undefined): PlainMap {
  return isPlainMap(value) ? value : {};
}

/** `section` with `dir`, the resolved `hydra.run.dir`, as its output folder; without `dir` only a run knows it. */
export function withOutputFolder(
  section: PlainMap,
  dir: string | undefined,
  { run }: ComposeOptions,
): PlainMap {
  const folder =
    run === undefined || dir === undefined ? inRun('runtime.output_dir') : resolve(run.folder, dir);
  return { ...section, runtime: { ...(section['runtime'] as PlainMap), output_dir: folder } };
}

function inRun(key: string): string {
  return `\${${RUN_ONLY}:${key}}`;
}

/** The overrides as one text, sorted, for use in a folder name. */
function overrideDirname(task: readonly Override[], job: PlainMap): string {
  const option = (key: string) => at(job, ['config', 'override_dirname', key]);
  const left = list(job, ['config', 'override_dirname', 'exclude_keys']);
  const kept = task.filter(({ key }) => !left.includes(key)).map(({ text }) => text);
  return kept
    .sort()
    .join(String(option('item_sep')))
    .replaceAll('=', () => String(option('kv_sep')));
}

function copied(names: readonly Plain[], options: ComposeOptions): PlainMap {
  const env = options.env ?? process.env;
  return Object.fromEntries(
    names.map((name) => {
      const value = env[String(name)];
      if (value !== undefined) return [String(name), value];
      throw new ConfigError({
        code: 'interpolation',
        message: `hydra.job.env_copy names the environment variable ${String(name)}, which is not set`,
      });
    }),
  );
}

function list(value: Plain, path: readonly string[]): readonly Plain[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}
