/** The data set that the config names: there, of a format that is read, and whole. */
import { counted } from '../../../base/counted.js';
import type { RegripError } from '../../../base/errors.js';
import { DATA_SET_PLACES, withHome } from '../../../config/dataSetPath.js';
import { DataSetError, type DataSetHeaders } from '../../../formats/dataSet.js';
import { isNamedAsOther } from '../../../formats/otherDataSet.js';
import { unknownPolicy } from '../../policy/families.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import { howToGet } from '../dataSetOrigin.js';
import { type Finding, startOfFile } from '../finding.js';
import { convertFix } from '../jobFixes.js';
import { isAnArray } from '../shapeMeta.js';

/** Where configs of this kind name their data set; the first that is set is what the training opens. */
export const DATA_SET_PATHS: readonly string[] = DATA_SET_PLACES.map((place) => place.join('.'));

export interface NamedDataSet {
  /** The dotted path that names it. */
  readonly key: string;
  /** Absolute. */
  readonly path: string;
  /** False where its name is that of a format that is not read (HDF5, a zip): its content is not judged then. */
  readonly isRead: boolean;
}

/** An address, or a pattern of names: what lies there is not looked at. */
const ELSEWHERE = /^[a-z][a-z0-9+.-]+:\/\/|[*?]/i;

export function namedDataSet(context: CheckContext): NamedDataSet | undefined {
  for (const key of DATA_SET_PATHS) {
    const text = context.text(key);
    if (text === undefined || text === '' || text === '???') continue;
    if (ELSEWHERE.test(text)) return undefined;
    return { key, path: context.absolute(withHome(text)), isRead: !isNamedAsOther(text) };
  }
  return undefined;
}

/** The headers of the data set; undefined where none can be read, which `dataSet` tells. */
export async function dataSetHeaders(
  context: CheckContext,
): Promise<(NamedDataSet & { readonly headers: DataSetHeaders }) | undefined> {
  const named = namedDataSet(context);
  if (named?.isRead !== true) return undefined;
  const looked = await context.disk.dataSet(named.path);
  return looked.kind === 'found' ? { ...named, headers: looked.value } : undefined;
}

export const dataSet: Check = {
  run: async (context) => {
    const named = namedDataSet(context);
    if (named === undefined) return [];
    const { key, path, isRead } = named;
    const looked = await context.disk.dataSet(path);
    switch (looked.kind) {
      case 'missing':
        return [missing(context, named)];
      case 'unreadable':
        return isForTrainPy(context, looked.error) ? [] : [unreadable(context, named, looked.error)];
      case 'found':
        return isRead ? inconsistent(context, key, looked.value) : [];
    }
  },
};

/** Nothing here reads the data set of such a policy, so another kind of store is what it has to be. */
function isForTrainPy(context: CheckContext, error: RegripError): boolean {
  return !isAnArray(context) && error instanceof DataSetError && error.fault === 'other-format';
}

/** What finetune will say. A dataset class of the project's own may well read another kind of store, so there it is not an error. */
function unreadable(context: CheckContext, { key, path }: NamedDataSet, error: RegripError): Finding {
  const fault = error instanceof DataSetError ? error.fault : undefined;
  const code = fault === 'inconsistent' ? 'dataset-inconsistent' : 'dataset-unreadable';
  const hint = error.hint === undefined ? '' : `. ${error.hint}`;
  const fixes = convertFix(context, 'Convert the recordings again…', path);
  const finding = (message: string) => context.finding(code, context.span(key), message, { fixes });
  const isOurs = !trainsItself(context) && unknownPolicy(context.survey.resolved) === undefined;
  if (isOurs || fault !== 'other-format') return finding(`${error.message}${hint}`);
  const whose =
    'finetune, evaluate and the checks of the data stop at it; train.py reads what its own dataset class reads';
  return { ...finding(`${error.message}: ${whose}${hint}`), severity: 'information' };
}

function trainsItself({ target: { runner } }: CheckContext): boolean {
  return runner === 'python' || runner === 'ray';
}

function missing(context: CheckContext, { key, path }: NamedDataSet): Finding {
  const message = `There is no data set at ${path}, so the training stops when it opens it. ${howToGet(context, path)}`;
  const fixes = convertFix(context, 'Convert recordings into it…', path);
  return context.finding('dataset-missing', context.span(key), message, { fixes });
}

/** Upstream indexes every array by the steps that the episode ends name. */
function inconsistent(context: CheckContext, key: string, { path, columns, episodeEnds }: DataSetHeaders) {
  const steps = episodeEnds.at(-1) ?? 0;
  const odd = [...columns].filter(([, { shape }]) => shape[0] !== steps);
  if (odd.length === 0) return [];
  const found = odd.map(([name, { shape }]) => `${name} ${shape[0]}`).join(', ');
  const message = `The data set is incomplete: its episodes end at step ${steps}, but its arrays have other lengths (${found}). Windows would be cut from the wrong steps. Convert the recordings again`;
  const related = [
    {
      span: startOfFile(path),
      message: `${counted(episodeEnds.length, 'episode')}, ${counted(steps, 'step')}`,
    },
  ];
  const fixes = convertFix(context, 'Convert the recordings again…', path);
  return [context.finding('dataset-inconsistent', context.span(key), message, { related, fixes })];
}
