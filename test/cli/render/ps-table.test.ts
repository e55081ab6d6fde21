import { describe, expect, it } from 'vitest';
import { describeExecutors, renderPsTable } from '../../../src/cli/render/ps-table.ts';
import { executorRow, START, taskRow } from './rows.ts';

describe('the table of executors', () => {
  const entry = {
    executor: executorRow(),
    evals: ['capitals'],
    process: 'alive' as const,
    isPlanning: false,
    pids: [],
    tasks: [],
  };

  it('shows pid, state, CPU, memory, tasks and heartbeat in 80 columns', () => {
    const lines = renderPsTable([entry], { now: START + 400, width: 80 });
    expect(lines).toEqual([
      '  PID  STATE     CPU   MEMORY  TASKS   DONE   HEARTBEAT  RUN             EVALS',
      '20314  running  97 %  150 MiB  32/64  1,284  400 ms ago  261121031400HF  capitals',
    ]);
  });

  it('marks orphans, what was stopped, what is being planned, and what ended without a word', () => {
    const lines = renderPsTable(
      [
        { ...entry, process: 'orphaned' },
        { ...entry, process: 'stopped' },
        { ...entry, isPlanning: true, executor: executorRow({ state: 'draining' }) },
        { ...entry, process: 'gone' },
        { ...entry, process: 'gone', executor: executorRow({ state: 'ended' }) },
      ],
      { now: START, width: 80 },
    );
    expect(lines.map((line) => line.trim().split(/\s+/)[1])).toEqual([
      'STATE',
      'orphaned',
      'stopped',
      'planning',
      'lost',
      'ended',
    ]);
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

  it('has CPU and tasks of each worker in its plain form', () => {
    const worker = { slots: 2, inFlight: 1, loop: 0.5, restarts: 0 };
    const workers = [
      { ...worker, thread: 1, cpu: 0.4 },
      { ...worker, thread: 2 },
    ];
    const task = {
      standing: 'running',
      group: null,
      evalName: 'capitals',
      verdict: null,
      tokens: 0,
    } as const;
    const tasks = [{ ...taskRow({ thread: 1, step: 'score', endedAt: null }), ...task }];
    const described = describeExecutors(
      [{ ...entry, executor: executorRow({ workers }), tasks }],
      START + 400,
    );
    expect(described[0]?.['workers']).toMatchObject([
      {
        thread: 1,
        cpu: 0.4,
        tasks: [{ task: 'fr.1', eval: 'capitals', step: 'score', ageMs: 400, verdict: null }],
      },
      { thread: 2, cpu: null, tasks: [] },
    ]);
  });

  it('says when there is none', () => {
    expect(renderPsTable([], { now: START, width: 80 })).toEqual(['No executor is running.']);
  });
});
