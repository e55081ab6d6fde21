import { AsyncLocalStorage } from 'node:async_hooks';
import { createRunningStepBoard, RunningStepWriter, type BoardStep } from '../src/engine/running-step.ts';
import { currentStep, StepTally, TrySteps } from '../src/engine/worker/try-steps.ts';
import { median, round, type Figure } from './figure.ts';
import { benchEval, measuredRun } from './measured-run.ts';
import { createUnwatchedBuild } from './unwatched-build.ts';

const ROUNDS = 7;
const STEPS = 200_000;
const RUNS = 9;
const TASKS = 100_000;

/**
 * What steps and verdicts cost: `context.step` around work that is done at once, beside awaiting that work alone,
 * in CPU time; a worker that says whose code it runs; and tasks that do nothing, beside an evaltui without all that.
 */
export async function steps(): Promise<readonly Figure[]> {
  return [...(await stepCost()), ...(await tellingCost()), ...(await watchCost())];
}

async function stepCost(): Promise<readonly Figure[]> {
  const owner = { taskId: 1, key: 's.1', failStray: () => {} };
  const tried = new TrySteps(owner, 'evaluate', {
    tally: new StepTally(),
    board: new RunningStepWriter(createRunningStepBoard()),
  });
  const work = (): Promise<void> => Promise.resolve();
  const storage = new AsyncLocalStorage<number>();
  const costs = { alone: [] as number[], stored: [] as number[], stepped: [] as number[] };
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    costs.alone.push(await cpuOfCallUs(work));
    costs.stored.push(await cpuOfCallUs(() => storage.run(turn, work)));
    costs.stepped.push(await currentStep.run(tried.root, () => cpuOfCallUs(() => tried.run('solve', work))));
  }
  const alone = median(costs.alone);
  return [
    {
      what: 'a step around work that is done at once',
      value: round(median(costs.stepped) - alone, 2),
      unit: 'µs',
      reference: { what: 'AsyncLocalStorage alone', value: round(median(costs.stored) - alone, 2) },
      target: { of: 'value', atMost: 2 },
    },
  ];
}

/** Of a task that awaits six times, in a worker that says with each continuation whose it is. */
async function tellingCost(): Promise<readonly Figure[]> {
  const storage = new AsyncLocalStorage<BoardStep>();
  const task = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  };
  const call = (): Promise<void> => storage.run({ owner: { taskId: 7 }, number: 0 }, task);
  const silent: number[] = [];
  const telling: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    silent.push(await cpuOfCallUs(call));
    const stop = new RunningStepWriter(createRunningStepBoard()).tellContinuations(() => storage.getStore());
    telling.push(await cpuOfCallUs(call));
    stop();
  }
  return [
    {
      what: 'to say whose code runs, for a task that awaits six times',
      value: round(median(telling) - median(silent), 2),
      unit: 'µs',
      reference: { what: 'the task itself', value: round(median(silent), 2) },
      target: { of: 'value', atMost: 2 },
    },
  ];
}

async function cpuOfCallUs(call: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < STEPS; count += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / STEPS;
}

/** No-op tasks, beside the same build without steps, tellings and watches. */
async function watchCost(): Promise<readonly Figure[]> {
  using unwatched = createUnwatchedBuild();
  const rates = { watched: [] as number[], unwatched: [] as number[] };
  for (let turn = 0; turn < RUNS; turn += 1) {
    rates.watched.push(await noOpRate());
    rates.unwatched.push(await noOpRate(unwatched.bin));
  }
  const [watched, without] = [median(rates.watched), median(rates.unwatched)];
  return [
    {
      what: 'no-op tasks, with steps and verdicts',
      value: round(watched),
      unit: 'tasks/s',
      reference: { what: 'without', value: round(without) },
      ratio: round(watched / without, 3),
      target: { of: 'ratio', atLeast: 0.97 },
    },
  ];
}

async function noOpRate(bin?: string): Promise<number> {
  const given = [benchEval('no-op'), '-m', 'mock', '--param', `count=${TASKS}`];
  const { tasks, runMs } = await measuredRun(given, bin === undefined ? {} : { bin });
  return (tasks * 1000) / runMs;
}
