/** The data set viewer's model: what it watches comes from the server, so that it knows no format. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ViewerServer } from '../../../client/editors/viewerServer.js';
import { ZarrModel } from '../../../client/editors/zarrModel.js';

let folder: string;
let model: ZarrModel | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-viewer-'));
});
afterEach(async () => {
  model?.dispose();
  await rm(folder, { recursive: true });
});

const TABLE = {
  episodeEnds: [2, 5],
  episodeLengths: [2, 3],
  arrays: [{ name: 'action', shape: [5, 8], dtype: '<f4', chunks: [5, 8], compressor: null }],
};

/** Answers by the request's name; what is asked is kept in `asked`. */
function modelOf(answers: Readonly<Record<string, unknown>>, asked: string[] = []): ZarrModel {
  const ask: unknown = async ({ type }: { type: { method: string } }) => {
    asked.push(type.method);
    const answer = answers[type.method];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const server = { ask } as ViewerServer;
  model = new ZarrModel({ path: folder, name: 'a', server });
  return model;
}

function view(of: ZarrModel) {
  const [told] = of.snapshot();
  return told?.type === 'dataSet' ? told.dataSet : undefined;
}

test('files are looked at before the headers are read, and one that changes is told', async () => {
  const header = join(folder, 'header');
  await writeFile(header, 'a');
  const asked: string[] = [];
  const read = modelOf(
    {
      'regrip/dataSetFiles': { files: [folder, header] },
      'regrip/episodes': TABLE,
      'regrip/dataSetNotes': { notes: [] },
    },
    asked,
  );
  await read.read();
  expect(asked.slice(0, 2)).toEqual(['regrip/dataSetFiles', 'regrip/episodes']);
  expect(view(read)).toMatchObject({ state: 'read', episodeEnds: [2, 5], banners: [] });
  await appendFile(header, 'b');
  await vi.waitFor(() => expect(view(read)?.banners).toMatchObject([{ code: 'outdated' }]), 10_000);
});

test('a data set that cannot be read says why, and tells when what lies there changes', async () => {
  const read = modelOf({
    'regrip/dataSetFiles': { files: [folder] },
    'regrip/episodes': new Error('is not a data set'),
  });
  await read.read();
  expect(view(read)).toMatchObject({ state: 'failed', reason: 'is not a data set', episodeEnds: [] });
  await writeFile(join(folder, 'meta'), '');
  await vi.waitFor(() => expect(view(read)?.banners).toMatchObject([{ code: 'outdated' }]), 10_000);
});
