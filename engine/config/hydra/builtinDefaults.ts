/** The configs that come with Hydra 1.3, as YAML: they fill its own section before the user's files change it. */

/** The place of such a value, for messages and to distinguish it from a user's. */
export const BUILT_IN = 'Hydra 1.3: ';

/** Texts that only Hydra's help prints are omitted (`???`). */
const SECTION = `
defaults:
  - output: default
  - launcher: basic
  - sweeper: basic
  - help: default
  - hydra_help: default
  - hydra_logging: default
  - job_logging: default
  - callbacks: null
  - env: default
mode: null
searchpath: []
run: {dir: ???}
sweep: {dir: ???, subdir: ???}
hydra_logging: ???
job_logging: ???
sweeper: ???
launcher: ???
callbacks: {}
env: {}
help: {app_name: ???, header: ???, footer: ???, template: ???}
hydra_help: {hydra_help: ???, template: ???}
output_subdir: .hydra
overrides: {hydra: [], task: []}
job:
  name: ???
  chdir: null
  override_dirname: ???
  id: ???
  num: ???
  config_name: ???
  env_set: {}
  env_copy: []
  config: {override_dirname: {kv_sep: '=', item_sep: ',', exclude_keys: []}}
runtime: {version: ???, version_base: ???, cwd: ???, config_sources: ???, output_dir: ???, choices: {}}
verbose: false
`;

const OUTPUT = `# @package hydra
run: {dir: 'outputs/\${now:%Y-%m-%d}/\${now:%H-%M-%S}'}
sweep: {dir: 'multirun/\${now:%Y-%m-%d}/\${now:%H-%M-%S}', subdir: '\${hydra.job.num}'}
`;

const CONSOLE = '{class: logging.StreamHandler, formatter: simple, stream: ext://sys.stdout}';
const LONG_FORMAT = "'[%(asctime)s][%(name)s][%(levelname)s] - %(message)s'";
const QUIET = '{version: 1, root: {level: ERROR}, disable_existing_loggers: true}';
const NONE = '{version: 1, root: null, disable_existing_loggers: false}';

const JOB_LOGGING = `
version: 1
formatters: {simple: {format: ${LONG_FORMAT}}}
handlers:
  console: ${CONSOLE}
  file: {class: logging.FileHandler, formatter: simple, filename: '\${hydra.runtime.output_dir}/\${hydra.job.name}.log'}
root: {level: INFO, handlers: [console, file]}
disable_existing_loggers: false
`;

const JOB_LOGGING_STDOUT = `
version: 1
formatters: {simple: {format: '%(message)s'}}
handlers: {console: ${CONSOLE}}
root: {level: INFO, handlers: [console]}
disable_existing_loggers: false
`;

const HYDRA_LOGGING = `
version: 1
formatters: {simple: {format: '[%(asctime)s][HYDRA] %(message)s'}}
handlers: {console: ${CONSOLE}}
root: {level: INFO, handlers: [console]}
loggers: {logging_example: {level: DEBUG}}
disable_existing_loggers: false
`;

const HYDRA_DEBUG = `
version: 1
formatters: {simple: {format: ${LONG_FORMAT}}}
handlers:
  file: {class: logging.FileHandler, mode: w, formatter: simple, filename: 'hydra-\${hydra.job.name}.log', delay: true}
root: {level: ERROR, handlers: [file]}
loggers: {hydra: {level: DEBUG}}
disable_existing_loggers: false
`;

const PLUGINS = 'hydra._internal.core_plugins';

/** By config path, without `.yaml`. */
export const HYDRA_CONFIGS: Readonly<Record<string, string>> = {
  'hydra/config': SECTION,
  'hydra/env/default': '{}',
  'hydra/help/default': "app_name: '${hydra.job.name}'",
  'hydra/hydra_help/default': '{}',
  'hydra/hydra_logging/default': HYDRA_LOGGING,
  'hydra/hydra_logging/disabled': QUIET,
  'hydra/hydra_logging/hydra_debug': HYDRA_DEBUG,
  'hydra/hydra_logging/none': NONE,
  'hydra/job_logging/default': JOB_LOGGING,
  'hydra/job_logging/disabled': QUIET,
  'hydra/job_logging/none': NONE,
  'hydra/job_logging/stdout': JOB_LOGGING_STDOUT,
  'hydra/launcher/basic': `_target_: ${PLUGINS}.basic_launcher.BasicLauncher`,
  'hydra/output/default': OUTPUT,
  'hydra/sweeper/basic': `{_target_: ${PLUGINS}.basic_sweeper.BasicSweeper, max_batch_size: null, params: null}`,
};

/** Options that come with Hydra's plugins: any for launchers and sweepers, this one for logging. They fill only Hydra's section. */
export function isPlugins(path: string): boolean {
  return /^hydra\/(?:(?:launcher|sweeper)\/|(?:hydra|job)_logging\/colorlog$)/.test(path);
}
