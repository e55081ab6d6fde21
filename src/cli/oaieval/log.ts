import { appendFileSync } from 'node:fs';
import { EvaltuiError } from '../../core/errors.ts';
import { printNote } from '../print.ts';

/** Writes lines of a log. */
export interface OaievalLog {
  write(line: string, tone?: LogTone): void;
}

/** For a run that is shown in another way. */
export const NO_LOG: OaievalLog = Object.freeze({ write: () => {} });

/** Colours that OpenAI Evals gives its lines; only on a terminal. */
export type LogTone = 'started' | 'good' | 'bad';

const COLOURS: Readonly<Record<LogTone, string>> = {
  started: '\u001B[1;35m',
  good: '\u001B[32m',
  bad: '\u001B[31m',
};
const PLAIN = '\u001B[0m';

/**
 * The log of `oaieval`: each line begins with `[2026-11-21 01:35:38,712] [oaieval] `, in local time, as Python's
 * `logging` has it. It goes to stderr, or to a file (0600) that is added to. Throws `io` at once for a file that
 * cannot be written.
 */
export function openOaievalLog(path: string | undefined): OaievalLog {
  const write = (text: string): void => {
    if (path === undefined) return printNote(text);
    try {
      appendFileSync(path, `${text}\n`, { mode: 0o600 });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new EvaltuiError('io', `--log_to_file ${path}: it cannot be written: ${why}.`, { cause });
    }
  };
  if (path !== undefined) appendNothing(path);
  const hasColours = path === undefined && process.stderr.isTTY && !process.env['NO_COLOR'];
  return {
    write: (line, tone) => {
      const coloured = tone === undefined || !hasColours ? line : `${COLOURS[tone]}${line}${PLAIN}`;
      write(`[${timeText(new Date())}] [oaieval] ${coloured}`);
    },
  };
}

function appendNothing(path: string): void {
  try {
    appendFileSync(path, '', { mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EvaltuiError('bad-option', `--log_to_file ${path}: it cannot be written: ${why}.`, { cause });
  }
}

function timeText(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(':');
  return `${day} ${time},${String(now.getMilliseconds()).padStart(3, '0')}`;
}
