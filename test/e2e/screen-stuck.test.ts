import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEvaltui, type PtyProgram } from './pty.ts';
import { createWorkplace, FIXTURES, until, type Workplace } from './run-evaltui.ts';
import { expectNothingRuns, runFacts } from './screen-run.ts';

const LOOP = join(FIXTURES, 'misbehaving', 'endless-loop.eval.ts');
const RUN = ['run', LOOP, '--threads', '2', '--concurrency', '4', '--stuck-after', '2s'];

/** On a loaded machine a loop is noticed late. */
const NOTICED_WITHIN_MS = 40_000;

async function showsStuck(screen: PtyProgram): Promise<void> {
  screen.press('4');
  await screen.shows(/▸ ▲ cpu-bound +s7\.1/, NOTICED_WITHIN_MS);
}

function filesIn(place: Workplace, folder: string, ending: string): readonly string[] {
  return readdirSync(join(place.folder, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(place.folder, folder, name));
}

test(
  'an endless loop is sampled, profiled, reported and killed from the owner, and from a monitor',
  { timeout: 120_000 },
  async () => {
    using place = createWorkplace();
    using owner = openEvaltui(place, RUN);
    await showsStuck(owner);
    await owner.shows(/#0 +countForEver +\S*endless-loop\.eval\.ts:9:\d+ {2}◀ yours/);
    await owner.shows(/▸ +9 +for \(;;\) count \+= 1; \/\/ stands here/);

    owner.press('i');
    await owner.shows(/Stack · sampled \d\d:\d\d:\d\d/, NOTICED_WITHIN_MS);
    await owner.shows(/#0 +countForEver +\S*endless-loop\.eval\.ts:9:\d+ {2}◀ yours/);
    owner.press('P');
    await owner.shows('Profile · measuring …');
    await owner.shows(/Profile · 5 s until/, NOTICED_WITHIN_MS);
    const [profile = ''] = filesIn(place, '.evaltui/profiles', '.cpuprofile');
    expect(JSON.parse(readFileSync(profile, 'utf8'))).toHaveProperty('nodes');
    expect(statSync(profile).mode & 0o777).toBe(0o600);

    owner.press('w');
    await owner.shows(/written to evaltui-report-\S+-s7\.1\.md/);
    const [report = ''] = filesIn(place, '.', '.md');
    expect(readFileSync(report, 'utf8')).toContain('countForEver');
    owner.press('y');
    await owner.shows('.evaltui/copied.txt');
    const [copied = ''] = owner.raw().split('\u001B]52;c;').at(-1)?.split('\u0007') ?? [];
    expect(Buffer.from(copied, 'base64').toString()).toMatch(/s7\.1 cpu-bound[^]*at countForEver/);

    // Back into the queue, so that it loops again.
    owner.press('x');
    await owner.shows('Kill task s7.1?');
    owner.press('\t');
    await owner.shows('▸ tasks');
    owner.press('h');
    owner.press('h');
    await owner.shows('(•) back to the queue');
    owner.press('y');
    await owner.hides('Kill task');
    await owner.shows('nothing is held to be stuck', NOTICED_WITHIN_MS);

    using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
    await monitor.shows('? help');
    await showsStuck(monitor);
    monitor.press('i');
    await monitor.shows(/Stack · sampled/, NOTICED_WITHIN_MS);
    monitor.press('x');
    await monitor.shows('Kill task s7.1?');
    monitor.press('\r');
    await monitor.hides('Kill task s7.1?');
    monitor.press('x');
    await monitor.shows('Kill task s7.1?');
    monitor.press('y');
    await owner.shows('✔ finished', NOTICED_WITHIN_MS);
    owner.press('a');
    await owner.shows(/done +\S+ +cancel-task +monitor \d+ +running → cancelled/);
    await owner.shows(/done +\S+ +cancel-task +screen \d+ +running → queued/);
    owner.press('q');
    await owner.exited;
    monitor.press('q');
    await monitor.exited;
    const { counts } = await runFacts(place);
    expect(counts).toMatchObject({ done: 19, queued: 0, running: 0, cancelled: 1 });
    await expectNothingRuns(place);
  },
);

test(
  'an executor is killed from a monitor, replaced, and nothing of its tasks is lost',
  { timeout: 60_000 },
  async () => {
    using place = createWorkplace();
    const counting = join(FIXTURES, 'counting.eval.ts');
    const params = ['--param', 'count=60', '--param', 'ms=400', '--concurrency', '4', '--executors', '1'];
    using owner = openEvaltui(place, ['run', counting, ...params]);
    await owner.shows(/[1-9]\d* done/);
    using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
    await monitor.shows(/[1-9]\d* done/);
    monitor.press('3');
    await monitor.shows(/▸ ● busy +\d+/);
    monitor.press('x');
    await monitor.shows(/Kill executor pid \d+\?/);
    await monitor.shows('go back to the queue, not');
    monitor.press('y');
    await monitor.shows(/· ended +\d+/, NOTICED_WITHIN_MS);
    await owner.shows('✔ finished', NOTICED_WITHIN_MS);
    monitor.press('q');
    owner.press('q');
    await owner.exited;
    expect((await runFacts(place)).counts).toMatchObject({ done: 60, queued: 0, running: 0 });
    await until('no executor is left', async () => (await place.run(['ps'])).stdout.includes('No executor'));
  },
);
