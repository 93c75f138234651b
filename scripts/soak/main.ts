/** `npm run soak`: rounds of jobs until the time is up, then one line that says whether memory, descriptors and files stayed flat. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { engineHome } from '../../engine/base/engineHome.js';
import { EngineClient } from '../../engine/wire/connect/client.js';
import { checkoutSource } from '../../engine/wire/connect/codeFolder.js';
import { placesOf } from '../../engine/wire/connect/places.js';
import { shutdown, status } from '../../engine/wire/supervisorMessages.js';
import { type Inputs, playRound } from './jobs.js';
import { FEWEST_ROUNDS, trendOf } from './trend.js';
import { type Vitals, vitalsOf } from './vitals.js';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const FIXTURES = join(CHECKOUT, 'test', 'fixtures');
const DEFAULT_MINUTES = 120;
/** A supervisor's heap breathes by some 20 MB between two collections; a leak of 10 kB a job adds more in two hours. */
const MEMORY = { absolute: 24, relative: 0.1 };
const NONE = { absolute: 0, relative: 0 };

async function soak(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: String(DEFAULT_MINUTES) } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is not a number above 0`);
  const folder = await mkdtemp(join(tmpdir(), 'regrip-soak-'));
  try {
    return judged(await rounds(folder, minutes * 60_000));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

interface Soaked {
  readonly jobs: number;
  readonly seconds: number;
  readonly vitals: readonly Vitals[];
}

/** A new client a round, as windows come and go; the supervisor stays. */
async function rounds(folder: string, milliseconds: number): Promise<Soaked> {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const inputs = await prepare(folder);
  const options = {
    places: placesOf({ env: { XDG_STATE_HOME: join(folder, 'state'), XDG_DATA_HOME: join(folder, 'data') } }),
    source: checkoutSource(CHECKOUT),
    engineHome: engineHome(),
    env: { ...process.env, TMPDIR: temporary },
  };
  const started = performance.now();
  const vitals: Vitals[] = [];
  let jobs = 0;
  while (performance.now() - started < milliseconds || vitals.length < FEWEST_ROUNDS) {
    const client = new EngineClient(options);
    const outputs = join(folder, 'outputs');
    await mkdir(outputs);
    jobs += await playRound(client, inputs, outputs);
    const { pid } = await client.call(status, {});
    vitals.push(await vitalsOf({ pid, temporary, outputs }));
    await rm(outputs, { recursive: true });
    process.stderr.write(`round ${vitals.length}: ${roundText(vitals.at(-1)!)}\n`);
    client.dispose();
  }
  const last = new EngineClient(options);
  await last.call(shutdown, {});
  last.dispose();
  return { jobs, seconds: (performance.now() - started) / 1000, vitals };
}

async function prepare(folder: string): Promise<Inputs> {
  const checkpoint = join(folder, 'policy-7d.ckpt');
  await writeFile(checkpoint, gunzipSync(await readFile(join(FIXTURES, 'reference', 'policy-7d.ckpt.gz'))));
  return {
    recordings: join(FIXTURES, 'reference', 'cogact-mini'),
    config: join(FIXTURES, 'adapt', 'diffusion_policy', 'config', 'train_pick.yaml'),
    checkpoint,
    logs: ['steps.json', 'trajectory.json'].map((name) => join(FIXTURES, 'inferenceLog', name)),
  };
}

function roundText({ memory, descriptors, processes, leftovers }: Vitals): string {
  const files = leftovers.slice(0, 3).join(', ');
  return `${memory.toFixed(0)} MB, ${descriptors} descriptors, ${processes} processes, ${leftovers.length} leftovers ${files}`;
}

function judged({ jobs, seconds, vitals }: Soaked): number {
  const measures = [
    [
      'MB of memory',
      trendOf(
        vitals.map(({ memory }) => memory),
        MEMORY,
      ),
    ],
    [
      'descriptors',
      trendOf(
        vitals.map(({ descriptors }) => descriptors),
        NONE,
      ),
    ],
    [
      'processes',
      trendOf(
        vitals.map(({ processes }) => processes),
        NONE,
      ),
    ],
    [
      'temporary files',
      trendOf(
        vitals.map(({ leftovers }) => leftovers.length),
        NONE,
      ),
    ],
  ] as const;
  const isFlat = measures.every(([, trend]) => trend.isFlat);
  const texts = measures.map(
    ([name, { before, after }]) => `${before.toFixed(0)} → ${after.toFixed(0)} ${name}`,
  );
  process.stdout.write(
    `soak: ${seconds.toFixed(0)} s, ${vitals.length} rounds, ${jobs} jobs; ${texts.join(', ')}: ${isFlat ? 'flat' : 'NOT FLAT'}\n`,
  );
  return isFlat ? 0 : 1;
}

process.exitCode = await soak().catch((error) => {
  process.stderr.write(`soak: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
