import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startEventServer, type EventServer } from '../event-server.ts';
import { createWorkplace, FIXTURES, until, type Workplace } from './run-evaltui.ts';
import { countDone, processesOf, runIdsOf } from './run-facts.ts';

const COUNTING = join(FIXTURES, 'counting.eval.ts');
const QUIET = ['--display', 'none'];

function runArgs(url: string, count: number, ...more: readonly string[]): readonly string[] {
  const args = ['run', COUNTING, '--param', `count=${count}`, '--executors', '1'];
  return [...args, ...QUIET, '--http-run', '--http-run-url', url, ...more];
}

function recordOf(workplace: Workplace): readonly Record<string, unknown>[] {
  const [name = ''] = readdirSync(join(workplace.folder, '.evaltui/records')).filter((file) =>
    file.endsWith('.jsonl'),
  );
  return workplace.lines(join('.evaltui/records', name));
}

/** The events of the server, each once; those that came twice are equal. */
function eventsOf(server: EventServer): readonly JsonObject[] {
  const byId = new Map<unknown, JsonObject>();
  for (const event of server.events) {
    const known = byId.get(event['event_id']);
    if (known !== undefined && event['type'] === 'match') expect(event).toEqual(known);
    byId.set(event['event_id'], event);
  }
  return [...byId.values()].toSorted((a, b) => Number(a['event_id']) - Number(b['event_id']));
}

function expectAllSent(server: EventServer, workplace: Workplace): void {
  const [spec, ...lines] = recordOf(workplace);
  const [sentSpec, ...sent] = eventsOf(server);
  const sentReport = sent.pop();
  const report = lines.pop();
  expect(sentSpec).toMatchObject({ type: 'spec', data: spec?.['spec'] });
  expect(sent).toEqual(lines);
  expect(sentReport).toMatchObject({ type: 'final_report', data: report?.['final_report'] });
}

describe('run --http-run', () => {
  it('sends to a server that fails now and then exactly what the record holds', async () => {
    await using server = await startEventServer({
      fault: (number) => (number % 3 === 0 ? { status: 503 } : undefined),
    });
    using workplace = createWorkplace();
    const { code, stderr } = await workplace.run(runArgs(server.url, 1000, '--http-batch-size', '150'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectAllSent(server, workplace);
    expect(server.events).toHaveLength(1002);
  });

  it('sends nothing twice but what was on its way, and all, when it is killed and resumed', async () => {
    await using server = await startEventServer();
    using workplace = createWorkplace();
    const more = ['--param', 'ms=3', '--concurrency', '8', '--http-batch-size', '20'];
    const evaltui = workplace.start(runArgs(server.url, 2000, ...more));
    await until('a third is done and some of it sent', () => {
      return countDone(workplace) > 600 && server.events.length > 100;
    });
    evaltui.child.kill('SIGKILL');
    await evaltui.finished;
    await until('its executors are gone', () => processesOf(workplace).length === 0, 5000);
    const { code, stderr } = await workplace.run(['resume', runIdsOf(workplace)[0] ?? '', ...QUIET]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectAllSent(server, workplace);
    expect(server.events.length).toBeLessThanOrEqual(2002 + 20);
  });

  it('ends with 1 when the server refuses the events, which resume sends when it takes them', async () => {
    let isBroken = true;
    await using server = await startEventServer({
      fault: () => (isBroken ? { status: 403 } : undefined),
    });
    using workplace = createWorkplace();
    const { code, stderr } = await workplace.run(runArgs(server.url, 250));
    const [runId = ''] = runIdsOf(workplace);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `evaltui: ${server.url} refused the line that describes the run: 403: not now\n` +
        `evaltui: 250 events of 250 (100.0 %) were not taken by ${server.url}. Nothing is lost: all is in the ` +
        `record, and is sent again by: evaltui resume ${runId}\n`,
    );
    const shown = await workplace.run(['show']);
    expect(shown.stdout).toContain(`\nSent 0 of 250 events, the final report not yet to ${server.url}\n`);
    const again = await workplace.run(['resume', runId, ...QUIET]);
    expect(again.code).toBe(1);
    isBroken = false;
    expect(await workplace.run(['resume', runId, ...QUIET])).toMatchObject({ code: 0, stderr: '' });
    expectAllSent(server, workplace);
    expect(server.events).toHaveLength(252);
    const { stdout } = await workplace.run(['show', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      sent: { url: server.url, events: 250, undelivered: 0, isThrough: true },
    });
  });

  it('keeps what is secret in the URL out of the record and of what it prints', async () => {
    await using server = await startEventServer({
      fault: (number) => (number === 1 ? { status: 500 } : undefined),
    });
    using workplace = createWorkplace();
    const url = `${server.url.replace('://', '://me:hush@')}?token=hush`;
    const { code, stdout, stderr } = await workplace.run(runArgs(url, 3));
    expect(code).toBe(0);
    expect(server.events).toHaveLength(5);
    expect(JSON.stringify([stdout, stderr, recordOf(workplace), server.events])).not.toContain('hush');
    const { stdout: shown } = await workplace.run(['show', '--json']);
    expect(shown).not.toContain('hush');
  });

  it.each([
    [['--http-run'], '--http-run needs --http-run-url <url>, where the events are sent.'],
    [
      ['--http-run', '--http-run-url', 'ftp://x'],
      '--http-run-url was given no URL that begins with http:// or https://.',
    ],
    [
      ['--http-batch-size', '0'],
      '--http-batch-size was given "0"; allowed is a whole number from 1 to 100000.',
    ],
    [
      ['--http-fail-percent-threshold', 'x'],
      '--http-fail-percent-threshold was given "x"; allowed is a number from 0 to 100.',
    ],
  ])('refuses %j', async (options, message) => {
    using workplace = createWorkplace();
    const { code, stderr } = await workplace.run(['run', COUNTING, ...QUIET, ...options]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `evaltui: ${message}\n` });
  });
});
