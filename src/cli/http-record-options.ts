import { type Command, Option } from 'commander';
import { EvaltuiError } from '../core/errors.ts';
import { shownUrl, type HttpRecording } from '../core/http-recording.ts';

/** What `--http-run` and its companions were given, as OpenAI Evals' `oaieval` has them. */
export interface HttpRecordOptions {
  readonly httpRun: boolean;
  readonly httpRunUrl?: string;
  readonly httpBatchSize: number;
  readonly httpFailPercentThreshold: number;
}

export const HTTP_RECORD_DEFAULTS: HttpRecordOptions = Object.freeze({
  httpRun: false,
  httpBatchSize: 100,
  httpFailPercentThreshold: 5,
});

const MOST_EVENTS = 100_000;

/** Declares them on a command. */
export function addHttpRecordOptions(command: Command): Command {
  const { httpBatchSize, httpFailPercentThreshold } = HTTP_RECORD_DEFAULTS;
  return command
    .option('--http-run', 'send the events to --http-run-url as well', false)
    .option('--http-run-url <url>', 'where they are sent: a POST of a JSON array for each batch')
    .addOption(
      new Option('--http-batch-size <n>', 'events of a request')
        .argParser(batchSizeOption)
        .default(httpBatchSize),
    )
    .addOption(
      new Option(
        '--http-fail-percent-threshold <percent>',
        'exit with 1 when more of the events than this were refused',
      )
        .argParser(percentOption)
        .default(httpFailPercentThreshold),
    );
}

/** Undefined: nothing is sent. Throws `bad-option` for `--http-run` without a URL, and for what is none. */
export function httpRecordingOf(options: HttpRecordOptions): HttpRecording | undefined {
  if (!options.httpRun) return undefined;
  const { httpRunUrl: url, httpBatchSize: batchSize, httpFailPercentThreshold: failPercent } = options;
  if (url === undefined) {
    throw new EvaltuiError('bad-option', '--http-run needs --http-run-url <url>, where the events are sent.');
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new EvaltuiError(
      'bad-option',
      '--http-run-url was given no URL that begins with http:// or https://.',
    );
  }
  return { url, batchSize, failPercent };
}

/** A command line without what may be secret in the URL that events are sent to. */
export function withoutSecretUrl(command: string, recording: HttpRecording | undefined): string {
  return recording === undefined ? command : command.replaceAll(recording.url, shownUrl(recording.url));
}

function batchSizeOption(text: string): number {
  const size = Number(text);
  if (/^\d+$/.test(text) && size >= 1 && size <= MOST_EVENTS) return size;
  throw bad('--http-batch-size', text, `a whole number from 1 to ${MOST_EVENTS}`);
}

function percentOption(text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw bad('--http-fail-percent-threshold', text, 'a number from 0 to 100');
}

function bad(option: string, given: string, allowed: string): EvaltuiError {
  return new EvaltuiError('bad-option', `${option} was given "${given}"; allowed is ${allowed}.`);
}
