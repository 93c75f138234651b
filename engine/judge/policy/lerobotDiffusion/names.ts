/** LeRobot's names for the parts of the UNet, which is upstream's but for them and for a local condition. */

const LEROBOT = 'diffusion.unet.';
const UPSTREAM = 'model.';
/** What torch.compile puts around the UNet, as `compile_model` asks for. */
const COMPILED = '_orig_mod.';

/** As upstream's `ConditionalUnet1D` names the same tensor; undefined for a key that is not the UNet's. */
export function upstreamName(key: string): string | undefined {
  if (!key.startsWith(LEROBOT)) return undefined;
  const own = key.slice(LEROBOT.length);
  return `${UPSTREAM}${own.startsWith(COMPILED) ? own.slice(COMPILED.length) : own}`
    .replace(/\.conv([12])\.block\./, (_, nth) => `.blocks.${Number(nth) - 1}.block.`)
    .replace(/((?:down|up)_modules\.\d+\.2)\.(weight|bias)$/, '$1.conv.$2');
}

/** Of one of upstream's keys. */
export function lerobotName(key: string, isCompiled = false): string {
  return `${LEROBOT}${isCompiled ? COMPILED : ''}${key.slice(UPSTREAM.length)}`
    .replace(/\.blocks\.([01])\.block\./, (_, nth) => `.conv${Number(nth) + 1}.block.`)
    .replace(/((?:down|up)_modules\.\d+\.2)\.conv\.(weight|bias)$/, '$1.$2');
}
