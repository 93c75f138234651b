/** Fixes that are jobs, for findings that no edit can fix. An editor opens the job's form, filled in with these paths. */
import type { CheckContext } from './context.js';
import { convertMakes } from './dataSetOrigin.js';
import type { Fix } from './finding.js';
import { observations } from './shapeMeta.js';

/** A new data set at `output` from recordings, with images as the config expects them; empty where `convert` cannot make it. */
export function convertFix(context: CheckContext, title: string, output: string): readonly Fix[] {
  if (!convertMakes(context, output)) return [];
  const camera = observations(context).find(({ isImage }) => isImage);
  const [, height, width] = camera?.sizes.shape ?? [];
  const size = height === undefined || width === undefined ? {} : { resolution: `${width} ${height}` };
  return [{ title, edits: [], job: { kind: 'convert', output, ...size } }];
}

/** A checkpoint for this config at `newCkpt`, adapted from `oldCkpt` where it is known. */
export function adaptFix(title: string, paths: { readonly oldCkpt?: string; readonly newCkpt: string }): Fix {
  return { title, edits: [], job: { kind: 'adapt', ...paths } };
}

/** A training of this config by Regrip, whose form asks what to start from. */
export function finetuneFix(title: string): Fix {
  return { title, edits: [], job: { kind: 'finetune' } };
}
