import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkplace, FIXTURES, until } from './run-evaltui.ts';

const LOOP = join(FIXTURES, 'misbehaving/endless-loop.eval.ts');
const MISBEHAVING = join(FIXTURES, 'misbehaving.eval.ts');

describe('a report', () => {
  it('tells of a run what failed, with the versions and the command, in a file of its owner', async () => {
    using workplace = createWorkplace();
    await workplace.run(['run', MISBEHAVING, '--param', 'how=throw', '--display', 'none']);
    const written = await workplace.run(['report']);
    expect(written).toMatchObject({ code: 0 });
    const path = written.stdout.trim();
    expect(path).toMatch(/evaltui-report-\w+\.md$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('| state | finished, errored |');
    expect(text).toContain(`| Node | ${process.version} |`);
    expect(text).toContain('`evaltui run ');
    expect(text).toMatch(
      /- \*\*eval-error\*\* `this sample is broken`: 1 try, 1 task errored, from `evaluate \(.*\.eval\.ts:\d+\)`; for example `s7\.1`/,
    );
    expect(text).toContain('TypeError: this sample is broken');
    expect((await workplace.run(['report', '--output', '-'])).stdout).toContain('## Failed tries');
  });

  it('tells of a task its tries, and what was found when it stood', async () => {
    using workplace = createWorkplace();
    const how = ['--param', 'how=loop', '--task-timeout', '8s', '--max-retries', '0', '--display', 'none'];
    await workplace.run(['run', MISBEHAVING, ...how]);
    const { stdout } = await workplace.run(['report', 's7.1', '--output', '-']);
    expect(stdout).toMatch(/^# evaltui: task `s7\.1` of run /);
    expect(stdout).toContain('### cpu-bound: `s7.1`');
    expect(stdout).toMatch(/evaluate \(.*misbehaving\.eval\.ts:\d+:\d+\)/);
    expect(stdout).toMatch(/\| 1 \| timeout \|/);
  });

  it('tells what the threads of a live run do now', async () => {
    using workplace = createWorkplace();
    const running = workplace.start(['run', LOOP, '--display', 'json']);
    await until('a task stands', () => running.stdout().includes('task.stuck'));
    const ofRun = await workplace.run(['report', '--output', '-']);
    expect(ofRun.stdout).toContain('## Held to be stuck: 1 task');
    expect(ofRun.stdout).toMatch(/countForEver .*endless-loop\.eval\.ts:\d+:\d+ {2}◀ yours/);
    const ofTask = await workplace.run(['report', 's7.1', '--output', '-']);
    expect(ofTask.stdout).toContain('## Threads now');
    expect(ofTask.stdout).toMatch(/task s7\.1/);
    running.child.kill('SIGKILL');
    await running.finished;
  });

  it('tells of the run that --run names, and says when there is none', async () => {
    using workplace = createWorkplace();
    for (let run = 0; run < 2; run += 1)
      await workplace.run(['run', MISBEHAVING, '--param', 'how=throw', '--display', 'none']);
    const [, first = ''] = JSON.parse((await workplace.run(['runs', '--json'])).stdout).map(
      ({ runId }: { readonly runId: string }) => runId,
    ) as readonly string[];
    const { stdout } = await workplace.run(['report', '--run', first, '--output', '-']);
    expect(stdout).toContain(`# evaltui: run ${first}`);
    expect(await workplace.run(['report', '--run', 'nothing'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No run "nothing"') as string,
    });
  });

  it('says what is neither a run nor a task, and where it cannot be written', async () => {
    using workplace = createWorkplace();
    await workplace.run(['run', MISBEHAVING, '--param', 'how=throw', '--display', 'none']);
    expect(await workplace.run(['report', 'nothing'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"nothing" is neither a run nor a task') as string,
    });
    expect(await workplace.run(['report', '--output', 'absent/report.md'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be written') as string,
    });
  });
});
