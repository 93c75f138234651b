/** Reference checkpoints unpacked into a folder of the test, and the config of the new training. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
export const reference = (name: string) => join(fixtures, 'reference', name);

/** An 8-D training at the reference size, with a learning rate of its own. */
export const NEW_CONFIG = join(fixtures, 'adapt/diffusion_policy/config/train_pick.yaml');
/** The same for a UNet hybrid policy. */
export const UNET_CONFIG = join(fixtures, 'adapt/diffusion_policy/config/train_pick_unet.yaml');
/** And for a UNet image policy. */
export const UNET_IMAGE_CONFIG = join(fixtures, 'adapt/diffusion_policy/config/train_pick_unet_image.yaml');
export const DATA_SET = reference('cogact-mini.160x90.zarr');
export const LOADER = join(fixtures, 'adapt/load_adapted.py');

export async function unpackCheckpoint(name: 'policy-7d' | 'policy-8d', folder: string): Promise<string> {
  const path = join(folder, `${name}.ckpt`);
  await writeFile(path, gunzipSync(await readFile(reference(`${name}.ckpt.gz`))));
  return path;
}
