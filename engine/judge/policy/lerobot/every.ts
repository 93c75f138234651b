/** What holds of every policy of LeRobot: keys of its config.json, and who trains it. */
import { words } from '../family.js';

export const LEROBOT_KEYS: readonly string[] =
  words(`_target_ type n_obs_steps n_action_steps input_features output_features
  normalization_mapping vision_backbone pretrained_backbone_weights optimizer_lr optimizer_weight_decay device use_amp use_peft
  push_to_hub repo_id private tags license pretrained_path pretrained_revision`);

export const TRAINED_BY =
  'LeRobot trains and runs it: lerobot-train --policy.path=FOLDER starts from a folder that regrip adapt wrote.';
