/** What a person is told about code in a checkpoint: `inspect` and `adapt` name it, run nothing and go on. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InspectReport } from '../../engine/commands/inspect/report.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { ZipArchive } from '../../engine/formats/checkpoint/zip/read.js';
import { PyList } from '../../engine/formats/pickle/model.js';
import { writePickle } from '../../engine/formats/pickle/write.js';
import { NEW_CONFIG } from '../adapt/fixtures.js';
import { regrip } from '../commands/call.js';
import { unpack } from '../formats/checkpoint/files.js';
import { call, checkpoint, counters, tensor, training } from './files/payloads.js';
import { type Entry, zip } from './files/zip.js';
import { assemble } from './pickle/assemble.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const popped = assemble(
  ['GLOBAL', 'os', 'system'],
  ['UNICODE', 'true'],
  'TUPLE1',
  'REDUCE',
  'POP',
  ['BININT1', 3],
  'STOP',
);

async function inspect(bytes: Uint8Array, ...options: string[]) {
  await writeFile(join(folder, 'crafted.ckpt'), bytes);
  return regrip(['inspect', 'crafted.ckpt', ...options], { cwd: folder });
}

test('inspect names the code that a checkpoint carries, wherever it hides', async () => {
  const bytes = checkpoint(
    training(
      { weight: tensor([4], [1]), extra: call('builtins', 'eval', '1') },
      { hook: call('subprocess', 'Popen', 'true'), pickles: counters({ epoch: popped }) },
    ),
  );
  const { code, out, err } = await inspect(bytes, '--json');
  expect([code, err]).toEqual([0, '']);
  const document = JSON.parse(out) as InspectReport;
  expect(document.unexpectedGlobals).toEqual(['builtins.eval', 'subprocess.Popen', 'os.system']);
  expect(document.pickles).toEqual({ epoch: 3 });
  const human = await inspect(bytes);
  expect(human.out).toContain(
    'warning: the file names code that a checkpoint never needs; loading it in Python may run that code (nothing was run here)\n' +
      '  names: 3 that can run code, write files or reach the network\n' +
      '  builtins.eval\n  subprocess.Popen\n  os.system\n',
  );
});

test('os.system after two thousand harmless names is told first, and all are counted', async () => {
  const names = Array.from({ length: 2000 }, (_, i) => call('lab', `Robot${i}`));
  const bytes = checkpoint(training({}, { hooks: new PyList([...names, call('os', 'system', 'true')]) }));
  const human = await inspect(bytes);
  expect(human.out).toContain(
    '  names: 1 that can run code, write files or reach the network, 2000 unknown\n' +
      '  os.system\n  lab.Robot0\n',
  );
  expect(human.out).toContain('  … and 1,981 more\n');
  const document = JSON.parse((await inspect(bytes, '--json')).out) as InspectReport;
  expect(document.unexpectedGlobals?.slice(0, 2)).toEqual(['os.system', 'lab.Robot0']);
  expect(document.unexpectedGlobals).toHaveLength(1001);
  expect(document.unexpectedCounts).toEqual({ dangerous: 1, all: 2001 });
  const listing = await inspect(bytes, '--listing');
  expect(listing.out).toContain(
    'names os.system, lab.Robot0, lab.Robot1, lab.Robot2, lab.Robot3 and 1996 more,',
  );
});

test('a sound checkpoint carries none', async () => {
  const path = await unpack('policy-8d', folder);
  const { out } = await regrip(['inspect', path, '--json'], { cwd: folder });
  expect(Object.keys(JSON.parse(out) as object)).not.toContain('unexpectedGlobals');
});

test('names that steer the terminal are shown, not sent', async () => {
  const payload = training({ '\u001b[2Jkey': tensor([4], [1]) }, { hook: call('os', 'x\u001b[1A\n  fine') });
  const { out } = await inspect(checkpoint(writePickle(payload, { protocol: 4 })));
  expect(out).not.toContain('\u001b');
  expect(out).toContain('\\x1b[2Jkey');
  expect(out).toContain('os.x\\x1b[1A\\x0a  fine');
});

test('a config that would call os.system is refused by its path', async () => {
  const { code, err } = await inspect(checkpoint(training({}, { cfg: call('os', 'system', 'true') })));
  expect(code).toBe(1);
  expect(err).toContain('os.system');
});

/** The 7-D policy with a call at the start of its pickle that leaves no trace in the value. */
async function policyWithCall(): Promise<void> {
  const archive = await ZipArchive.open(await unpack('policy-7d', folder));
  const entries = await Promise.all(
    [...archive.entries.values()].map(async (entry): Promise<Entry> => {
      const data = Buffer.from(await archive.readWhole(entry));
      const call = assemble(['GLOBAL', 'os', 'system'], ['UNICODE', 'true'], 'TUPLE1', 'REDUCE', 'POP');
      const carries = entry.name.endsWith('/data.pkl');
      return {
        name: entry.name,
        data: carries ? Buffer.concat([data.subarray(0, 2), call, data.subarray(2)]) : data,
      };
    }),
  );
  await archive.close();
  await writeFile(join(folder, 'carrier.ckpt'), zip(entries));
}

test('adapt warns of the code in the old checkpoint, and the new one holds none of it', async () => {
  await policyWithCall();
  const args = ['--old-ckpt', 'carrier.ckpt', '--new-ckpt', 'new.ckpt', '--config', NEW_CONFIG];
  const { code, out } = await regrip(['adapt', ...args], { cwd: folder });
  expect(code).toBe(0);
  expect(out).toContain(
    'warning      the old checkpoint names os.system: loading it in Python may run code;',
  );
  const made = await openCheckpoint(join(folder, 'new.ckpt'));
  await made.close();
  expect(made.index.unexpectedGlobals).toEqual([]);
  expect((await readFile(join(folder, 'new.ckpt'))).includes('system')).toBe(false);
});
