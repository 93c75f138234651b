/** Composes the config of a project on disk: it knows the resolvers that the Python registers with OmegaConf, as far as the text shows them. */

import { compose } from '../config/compose.js';
import { ConfigError } from '../config/configError.js';
import { startFolder } from '../config/startFolder.js';
import type { ComposedConfig, ComposeOptions } from '../config/types.js';
import { registeredResolvers } from './python/registeredResolvers.js';
import { DISK_READER } from './reader.js';

export async function composeProject(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<ComposedConfig> {
  const registered: ComposeOptions['registered'] = async (config) =>
    registeredResolvers(await startFolder(primary), config, DISK_READER);
  return compose(primary, overrides, { registered, ...options });
}

/** The sections that build and train a policy; the rest (simulators, loggers) concerns only the user's own code. */
const NEEDED =
  /^(?:_target_|(?:policy|shape_meta|optimizer|ema|training|dataloader|val_dataloader|checkpoint|pretrained|regrip|horizon|n_obs_steps|n_action_steps)(?:\.|$)|task\.shape_meta(?:\.|$)|task\.dataset_path$|task\.dataset\.(?:zarr_path|dataset_path|horizon|pad_before|pad_after|seed|val_ratio|max_train_episodes|shape_meta)(?:\.|$))/;

/** Throws where a value that a job needs is known only in a run of the user's Python. */
export function requireEvaluated({ notEvaluated = [] }: ComposedConfig, primary: string): void {
  const needed = notEvaluated.find(({ path }) => NEEDED.test(path));
  if (needed === undefined) return;
  const { path, why } = needed;
  throw new ConfigError({
    code: 'not-evaluated',
    file: primary,
    message: `${path} is needed, but its value is known only when the project's Python runs: ${why}`,
    hint: `pass the value that it will have as an override: ${path}=VALUE`,
  });
}
