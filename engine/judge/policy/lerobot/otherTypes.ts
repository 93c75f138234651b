/** Policies of LeRobot that no family answers to, and why. */

const VISION_LANGUAGE =
  'a vision-language-action model, which LeRobot fine-tunes from its own base weights to other widths';
const REINFORCED = 'an actor of reinforcement learning, which is not trained on demonstrations alone';
const REWARDS = 'a model of rewards: it predicts no actions';

/** By the `type` of config.json, in LeRobot 0.3 to 0.6. */
const REASONS: Readonly<Record<string, string>> = {
  eo1: VISION_LANGUAGE,
  evo1: VISION_LANGUAGE,
  fastwam: VISION_LANGUAGE,
  groot: VISION_LANGUAGE,
  lingbot_va: VISION_LANGUAGE,
  molmoact2: VISION_LANGUAGE,
  pi0: VISION_LANGUAGE,
  pi05: VISION_LANGUAGE,
  pi0_fast: VISION_LANGUAGE,
  pi0fast: VISION_LANGUAGE,
  smolvla: VISION_LANGUAGE,
  vla_jepa: VISION_LANGUAGE,
  wall_x: VISION_LANGUAGE,
  xvla: VISION_LANGUAGE,
  gaussian_actor: REINFORCED,
  sac: REINFORCED,
  tdmpc: 'a world model of reinforcement learning that plans its actions',
  reward_classifier: REWARDS,
  sarm: REWARDS,
  vqbet:
    'a transformer over the codes of a vector quantiser, which another number of dimensions would train anew',
  multi_task_dit: 'a transformer for several tasks, whose keys are not known here',
};

const TARGET = /(?:^|\.)lerobot\.policies\.(\w+)(?:\.|$)/;

/** What is said of a class of LeRobot's, as a message continues after its name; undefined for a class of others. */
export function lerobotRefusal(target: string): string | undefined {
  const type = TARGET.exec(target)?.[1];
  if (type === undefined) return undefined;
  const reason = Object.hasOwn(REASONS, type) ? `: ${REASONS[type]}` : ', which is not known here';
  return `a LeRobot policy of type ${type}${reason}; of LeRobot's policies Regrip knows diffusion and act`;
}
