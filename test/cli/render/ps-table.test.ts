import { describe, expect, it } from 'vitest';
import { describeExecutors, renderPsTable } from '../../../src/cli/render/ps-table.ts';
import { executorRow, START } from './rows.ts';

describe('the table of executors', () => {
  const entry = { executor: executorRow(), evals: ['capitals'], process: 'alive' as const, pids: [] };

  it('shows pid, state, CPU, memory, tasks and heartbeat in 80 columns', () => {
    const lines = renderPsTable([entry], { now: START + 400, width: 80 });
    expect(lines).toEqual([
      '  PID  STATE     CPU   MEMORY  TASKS   DONE   HEARTBEAT  RUN             EVALS',
      '20314  running  97 %  150 MiB  32/64  1,284  400 ms ago  261121031400HF  capitals',
    ]);
  });

  it('marks orphans, and what ended without a word', () => {
    const lines = renderPsTable(
      [
        { ...entry, process: 'orphaned' },
        { ...entry, process: 'gone' },
        { ...entry, process: 'gone', executor: executorRow({ state: 'ended' }) },
      ],
      { now: START, width: 80 },
    );
    expect(lines.map((line) => line.trim().split(/\s+/)[1])).toEqual(['STATE', 'orphaned', 'lost', 'ended']);
  });

  it('has a plain form', () => {
    expect(describeExecutors([{ ...entry, process: 'orphaned' }], START + 400)).toMatchObject([
      {
        pid: 20_314,
        state: 'orphaned',
        runId: '261121031400HFYRAQFM',
        evals: ['capitals'],
        cpu: 0.97,
        rssBytes: 157_286_400,
        inFlight: 32,
        limit: 64,
        heartbeatAgeMs: 400,
        heartbeatAt: new Date(START).toISOString(),
      },
    ]);
  });

  it('says when there is none', () => {
    expect(renderPsTable([], { now: START, width: 80 })).toEqual(['No executor is running.']);
  });
});
