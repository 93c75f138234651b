/** What is said of a folder that is given as a config: what it is, and what is meant instead. */
import { join } from 'node:path';
import { quoted } from '../base/shell.js';
import { ConfigError } from '../config/configError.js';
import { type FolderFacts, folderFacts, notThis } from '../formats/folders.js';

/** Throws `ConfigError` where a folder is at the path; whatever else is wrong with it is for composing to say. */
export async function requireConfigFile(path: string): Promise<void> {
  const facts = await folderFacts(path);
  if (facts === undefined) return;
  throw new ConfigError({
    code: 'config-missing',
    file: path,
    message: notThis(facts, 'a config file'),
    hint: hintFor(path, facts),
  });
}

function hintFor(path: string, { kind, names }: FolderFacts): string {
  const config = names.find((name) => /\.ya?ml$/.test(name));
  switch (kind) {
    case 'run':
      return `Give the primary config of its training. regrip finetune CONFIG --run-dir ${quoted(path)} continues this run, --old-ckpt CHECKPOINT starts another from its weights.`;
    case 'data set':
      return 'Give the primary config of a training, which names its data set (task.dataset.zarr_path).';
    case 'LeRobot policy':
      return 'LeRobot trains it (lerobot-train --policy.path=FOLDER); it has no config of Hydra, only its config.json.';
    default:
      return config === undefined
        ? 'Give the primary config of a training, a YAML file.'
        : `Give the primary config of a training, for example ${quoted(join(path, config))}`;
  }
}
