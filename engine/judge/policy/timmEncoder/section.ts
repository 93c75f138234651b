/** Keys that the constructor of UMI's `TimmObsEncoder` takes, which iDP3's encoder of the same name takes too. */
import { type ConfigSection, words } from '../family.js';

export const TIMM_SECTION: ConfigSection = {
  path: 'policy.obs_encoder',
  target: 'TimmObsEncoder',
  keys: words(`_target_ shape_meta model_name pretrained frozen global_pool transforms use_group_norm share_rgb_model
    imagenet_norm feature_aggregation downsample_ratio position_encording`),
};
