import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN: string = fileURLToPath(new URL('../../bin/evaltui.js', import.meta.url));
export const FIXTURES: string = fileURLToPath(new URL('../fixtures', import.meta.url));

/** How a finished `evaltui` looked from outside. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `evaltui`. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
}

/** A folder of its own, removed when disposed, to run `evaltui` in. */
export interface Workplace extends Disposable {
  readonly folder: string;
  /** The file that starts `evaltui`. */
  readonly bin: string;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Running;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished>;
  /** Every object of a JSONL file, by its path in the folder or from the root. */
  lines(path: string): readonly Record<string, unknown>[];
}

/** @param bin the file that starts `evaltui` */
export function createWorkplace(bin: string = BIN): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-test-'));
  const running = new Set<ChildProcess>();
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
    const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, EVALTUI_DB: _db, ...clean } = process.env;
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { ...clean, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal, ...out });
      });
    });
    return { child, pid: child.pid ?? 0, finished, stdout: () => out.stdout, stderr: () => out.stderr };
  };
  return {
    folder,
    bin,
    start,
    run: (args, env) => start(args, env).finished,
    lines: (path) =>
      readFileSync(resolve(folder, path), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    [Symbol.dispose]: () => {
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until a condition holds; fails with its name when it does not within the limit. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 15_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
