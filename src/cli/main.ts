import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf, renderError } from './exit-codes.ts';
import { addHttpRecordOptions } from './http-record-options.ts';
import { addKillOptions } from './kill-options.ts';
import { hasStdoutFailed, printNote, tolerateClosedStdout } from './print.ts';
import { writeOutOptions } from './long-options.ts';
import { addOaievalOptions } from './oaieval/options.ts';
import { addRunOptions, failUnderOption, paramOption, registryPathOption } from './run-options.ts';
import { evaltuiVersion } from './version.ts';

const DB_HELP = 'the task db (default: EVALTUI_DB, or .evaltui/evaltui.db)';
const TARGET_HELP = 'an executor, by its pid, or a task in flight: <sample>.<attempt>';
const RUN_OF_TASK_HELP = 'the run of a task that several live runs have (default: any live one)';
const RUN_HELP = 'a run id, the start of one, or "latest"';

/** The commands. Each loads its code when it is called, so that the others cost nothing. */
function createProgram(): Command {
  const program = new Command('evaltui')
    .description('Runs LLM evals and shows what every process, thread and task is doing.')
    .version(evaltuiVersion(), '-V, --version')
    .showHelpAfterError('(evaltui --help, or evaltui <command> --help, lists what is allowed)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'evaltui: ')) })
    .exitOverride();

  addHttpRecordOptions(addRunOptions(program.command('run')))
    .description(
      'run evals: *.eval.ts files, folders of them, bundled ones by name, evals and sets of a registry',
    )
    .argument('<eval...>')
    .action(async (...args: Parameters<typeof import('./commands/run.ts').run>) =>
      end(await (await import('./commands/run.ts')).run(...args)),
    );
  addOaievalOptions(program.command('oaieval'))
    .description("OpenAI Evals' command: one eval of a registry, with its arguments and its record")
    .argument('<completion_fn>', 'completion functions, with commas between them; the last of several grades')
    .argument('<eval>', 'the name of an eval')
    .action(async (...args: Parameters<typeof import('./commands/oaieval.ts').oaieval>) =>
      end(await (await import('./commands/oaieval.ts')).oaieval(...args)),
    );
  addOaievalOptions(program.command('oaievalset'))
    .description("OpenAI Evals' command: all evals of a set as one run; what is finished is not repeated")
    .argument('<model>', 'completion functions, as for oaieval')
    .argument('<eval_set>', 'the name of an eval set')
    .option('--resume', 'go on with the newest run of the same set, model and arguments', true)
    .option('--no-resume', 'begin anew')
    .option('--exit-on-error', 'begin nothing when an eval of the set cannot run', true)
    .option('--no-exit-on-error', 'leave out what cannot run, and exit with 1 then')
    .action(async (...args: Parameters<typeof import('./commands/oaievalset.ts').oaievalset>) =>
      end(await (await import('./commands/oaievalset.ts')).oaievalset(...args)),
    );
  program
    .command('resume')
    .description(
      'go on with what is not finished; cancelled tasks are tried again, what is done is not repeated',
    )
    .argument('<run>', RUN_HELP)
    .option('--errored', 'try the errored tasks again, too', false)
    .option('--display <name>', 'tui, plain, json, none (default: tui on a terminal, else plain)')
    .addOption(failUnderOption())
    .option('--in-process', 'run the executor inside this process (for debugging)', false)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/resume.ts').resume>) =>
      end(await (await import('./commands/resume.ts')).resume(...args)),
    );
  program
    .command('monitor')
    .description('the screen of a run in another terminal, or of a finished one')
    .argument('[run]', `${RUN_HELP}; by default the newest one, or a choice when several are live`)
    .option('--display <name>', 'tui, plain, json, none (default: tui on a terminal, else plain)')
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/monitor.ts').monitor>) =>
      end(await (await import('./commands/monitor.ts')).monitor(...args)),
    );
  program
    .command('runs')
    .description('the history of runs')
    .option('--json', 'one JSON document', false)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/runs.ts').runs>) =>
      end(await (await import('./commands/runs.ts')).runs(...args)),
    );
  program
    .command('show')
    .description("one run's summary, error groups and slowest tasks; of a run that goes on, as far as it is")
    .argument('[run]', RUN_HELP, 'latest')
    .option(
      '--record <file>',
      "a record file in place of a run: ours, or one that OpenAI Evals' oaieval wrote",
    )
    .option('--task <key>', 'one task with its tries and events: <sample>.<attempt>')
    .option('--json', 'one JSON document', false)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/show.ts').show>) =>
      end(await (await import('./commands/show.ts')).show(...args)),
    );
  program
    .command('ps')
    .description('executors of every live run: pid, state, CPU, memory, tasks, heartbeat; orphans marked')
    .option('--json', 'one JSON document', false)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/ps.ts').ps>) =>
      end(await (await import('./commands/ps.ts')).ps(...args)),
    );
  addInspectionCommands(program);
  addKillOptions(program.command('kill'))
    .description('end a task, a thread, an executor, all that is stuck, or all orphans')
    .action(async (...args: Parameters<typeof import('./commands/kill.ts').kill>) =>
      end(await (await import('./commands/kill.ts')).kill(...args)),
    );
  program
    .command('report')
    .description('write what a run, or one task of it, looks like into one Markdown file')
    .argument('[run-or-task]', 'a run, or a task of --run: <sample>.<attempt> (default: --run)')
    .option('--run <run>', RUN_HELP, 'latest')
    .option('--output <file>', 'where to (default: evaltui-report-<run>.md here); - prints it')
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/report.ts').report>) =>
      end(await (await import('./commands/report.ts')).report(...args)),
    );
  program
    .command('check')
    .description('load an eval, run one of its tasks with the mock model, summarise; no network')
    .argument('<eval>')
    .addOption(paramOption())
    .action(async (...args: Parameters<typeof import('./commands/check.ts').check>) =>
      end(await (await import('./commands/check.ts')).check(...args)),
    );
  addRegistryCommands(program.command('registry'));
  program
    .command('new')
    .description('write a small eval that runs at once: <name>.eval.ts in the current folder')
    .argument('<name>')
    .action(async (...args: Parameters<typeof import('./commands/new-eval.ts').newEval>) =>
      end(await (await import('./commands/new-eval.ts')).newEval(...args)),
    );
  program
    .command('doctor')
    .description('say what is missing on this machine')
    .action(async () => end(await (await import('./commands/doctor.ts')).doctor()));
  return program;
}

/** What nobody caught is a bug of evaltui's own: an eval's code runs in other processes, or is caught. */
function endOnBugs(): void {
  process.on('uncaughtException', (error) => {
    printNote(renderError(error));
    process.exit(EXIT.bug);
  });
}

function addInspectionCommands(program: Command): void {
  program
    .command('inflight')
    .description('tasks in flight, the step that each is in and its age; --deep: suspended async functions')
    .argument('[pid-or-task]', 'an executor, or a task; by default all executors of live runs')
    .option('--deep', 'from the memory of its threads, which stand still for some seconds', false)
    .option('--json', 'one JSON document', false)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/inflight.ts').inflight>) =>
      end(await (await import('./commands/inflight.ts')).inflight(...args)),
    );
  program
    .command('stack')
    .description('JavaScript stacks of every thread of an executor, also of one in an endless loop')
    .argument('<pid-or-task>', TARGET_HELP)
    .option('--locals', 'with the variables of your own functions', false)
    .option('--thread <id>', 'only this thread; 0 is the main one (default: all)')
    .option('--json', 'one JSON document', false)
    .option('--run <run>', RUN_OF_TASK_HELP)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/stack.ts').stack>) =>
      end(await (await import('./commands/stack.ts')).stack(...args)),
    );
  program
    .command('profile')
    .description('where the threads of an executor spend their time: top functions, and .cpuprofile files')
    .argument('<pid-or-task>', TARGET_HELP)
    .option('--seconds <n>', 'how long, 0.1 to 300', '5')
    .option('--output <file>', 'the profile of the busiest thread (default: .evaltui/profiles/…)')
    .option('--thread <id>', 'only this thread; 0 is the main one (default: all)')
    .option('--run <run>', RUN_OF_TASK_HELP)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/profile.ts').profile>) =>
      end(await (await import('./commands/profile.ts')).profile(...args)),
    );
  program
    .command('console')
    .description('evaluate an expression in a worker; only for runs started with --allow-console')
    .argument('<pid-or-task>', TARGET_HELP)
    .argument('<expression>')
    .option('--thread <id>', 'the worker thread (default: the only one)')
    .option('--run <run>', RUN_OF_TASK_HELP)
    .option('--db <file>', DB_HELP)
    .action(async (...args: Parameters<typeof import('./commands/console.ts').evaluateInWorker>) =>
      end(await (await import('./commands/console.ts')).evaluateInWorker(...args)),
    );
}

function addRegistryCommands(registry: Command): void {
  registry.description("OpenAI Evals' registries: what can run here, and why what cannot, cannot");
  const withPaths = (command: Command): Command =>
    command.addOption(registryPathOption()).option('--json', 'one JSON document', false);
  withPaths(registry.command('list'))
    .description('every entry, runnable or why not')
    .option('--runnable', 'only what can run', false)
    .action(async (...args: Parameters<typeof import('./commands/registry.ts').registryList>) =>
      end((await import('./commands/registry.ts')).registryList(...args)),
    );
  withPaths(registry.command('show'))
    .description('what one name stands for')
    .argument('<name>')
    .action(async (...args: Parameters<typeof import('./commands/registry.ts').registryShow>) =>
      end((await import('./commands/registry.ts')).registryShow(...args)),
    );
  withPaths(registry.command('check'))
    .description('what is wrong in the registry; of one eval or eval set, in its data as well')
    .argument('[name]')
    .action(async (...args: Parameters<typeof import('./commands/registry.ts').registryCheck>) =>
      end(await (await import('./commands/registry.ts')).registryCheck(...args)),
    );
}

function end(code: number): void {
  process.exitCode = code === EXIT.ok && hasStdoutFailed() ? EXIT.failed : code;
}

/** The commands of OpenAI Evals take their options as Python does. */
const PYTHON_COMMANDS: ReadonlySet<string | undefined> = new Set(['oaieval', 'oaievalset']);

function withLongOptions(program: Command, argv: readonly string[]): readonly string[] {
  const [node = '', script = '', name, ...args] = argv;
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined || name === undefined || !PYTHON_COMMANDS.has(name)) return argv;
  const names = command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []));
  return [node, script, name, ...writeOutOptions(args, [...names, '--help'])];
}

/** Runs the command line and leaves the exit code with the process. */
async function main(): Promise<void> {
  endOnBugs();
  tolerateClosedStdout();
  try {
    const program = createProgram();
    await program.parseAsync(withLongOptions(program, process.argv));
  } catch (error) {
    // Commander has printed its message: help and version end with 0, everything else is a usage error.
    if (error instanceof CommanderError) return end(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
    printNote(renderError(error));
    end(exitCodeOf(error));
  }
}

await main();
