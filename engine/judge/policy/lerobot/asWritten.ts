/** The names that settings have in LeRobot's config.json: the engine reads its keys below `policy`, and a few under upstream's name. */

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.-])policy\._target_ is lerobot\.policies\.(\w+)[\w.]*/g, 'type is $1'],
  [/(?<![\w.-])policy\.noise_scheduler\._target_/g, 'noise_scheduler_type'],
  [/(?<![\w.-])policy\.noise_scheduler\./g, ''],
  [/(?<![\w.-])policy\.cond_predict_scale\b/g, 'use_film_scale_modulation'],
  [/(?<![\w.-])policy\.(?=[a-z_])/g, ''],
];

/** A text of ours about a policy's settings, by the names that the user's file has. */
export function asWritten(text: string): string {
  return NAMES.reduce((told, [engines, name]) => told.replace(engines, name), text);
}
