import { OpenAI } from 'openai';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/chat/completions';
import type { Completion, CompletionFn, Prompt, SamplingOptions, Usage } from '../core/completion.ts';
import { chatPromptToText } from '../core/chat-prompt.ts';
import { samplingEvent } from '../core/sampling-event.ts';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { createHttpFetch } from './http-fetch.ts';
import { noCompletion, toCallError } from './openai-errors.ts';

interface OpenAIOptions {
  /** The model as the endpoint names it. */
  readonly model: string;
  /** `completions` takes the prompt as one text, see `chatPromptToText`. Default `chat`. */
  readonly endpoint?: 'chat' | 'completions';
  /** Before `OPENAI_BASE_URL`. */
  readonly baseUrl?: string;
  /** Sent with each request, over everything else. */
  readonly extra?: JsonObject;
  /** Limit of one call, to the last byte of its answer. */
  readonly requestTimeoutMs: number;
  /**
   * Read: `OPENAI_API_KEY`, `OPENAI_BASE_URL` (default: OpenAI's own), `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`,
   * and the proxy variables that `createHttpFetch` names.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** Sent to an endpoint of one's own that needs no key: the SDK wants one. */
const NO_KEY = 'no-key';

/**
 * A model of an OpenAI-compatible endpoint, called through the openai SDK without the SDK's own retries.
 * To a chat model, a prompt that is a text is sent as one user message.
 *
 * `maxTokens` is sent as `max_completion_tokens` to OpenAI itself, whose newer models refuse `max_tokens`, and
 * as `max_tokens` everywhere else, where servers may know nothing else. `extra` is merged over everything, so
 * it can name the other one.
 *
 * Throws `missing-key` and `bad-option` at once; the calls throw what `toCallError` says, and the signal's
 * reason when they are aborted.
 */
export function createOpenAI(options: OpenAIOptions): CompletionFn {
  const { model, endpoint = 'chat', requestTimeoutMs, env } = options;
  const baseUrl = options.baseUrl ?? (env['OPENAI_BASE_URL']?.trim() || undefined);
  const key = env['OPENAI_API_KEY']?.trim() || undefined;
  const { host, hostname } = parseBaseUrl(
    baseUrl ?? OPENAI_BASE_URL,
    options.baseUrl === undefined ? 'OPENAI_BASE_URL' : 'api_base',
  );
  checkKey(key, { model, hasBaseUrl: baseUrl !== undefined });

  const client = new OpenAI({
    apiKey: key ?? NO_KEY,
    adminAPIKey: null,
    baseURL: baseUrl ?? OPENAI_BASE_URL,
    organization: env['OPENAI_ORG_ID'] ?? null,
    project: env['OPENAI_PROJECT_ID'] ?? null,
    maxRetries: 0,
    timeout: requestTimeoutMs,
    fetch: createHttpFetch(env),
    // It would write requests to stdout, which belongs to the screen.
    logLevel: 'off',
  });
  const maxTokensName = hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';

  return async (prompt, call) => {
    call.signal.throwIfAborted();
    const sampling = {
      ...toSamplingArguments(call, endpoint === 'chat' ? maxTokensName : 'max_tokens'),
      ...options.extra,
    };
    const { signal } = call;
    let answer: unknown;
    try {
      answer =
        endpoint === 'chat'
          ? await client.chat.completions.create(
              { model, messages: toMessages(prompt), ...sampling },
              { signal },
            )
          : await client.completions.create(
              { model, prompt: chatPromptToText(prompt), ...sampling },
              { signal },
            );
    } catch (thrown) {
      call.signal.throwIfAborted();
      throw toCallError({
        thrown,
        model,
        host,
        timeoutMs: requestTimeoutMs,
        secret: key,
        now: Date.now(),
      });
    }
    const completion = toCompletion(answer, { model, host });
    if (endpoint === 'chat') return completion;
    return { ...completion, events: [samplingEvent({ completed: chatPromptToText(prompt) }, completion)] };
  };
}

function parseBaseUrl(text: string, source: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new EvaltuiError(
      'bad-option',
      `${source} is not an http or https URL. An example: http://127.0.0.1:8000/v1`,
    );
  }
  return url;
}

function checkKey(
  key: string | undefined,
  { model, hasBaseUrl }: { model: string; hasBaseUrl: boolean },
): void {
  if (key === undefined && !hasBaseUrl) {
    throw new EvaltuiError(
      'missing-key',
      `Model "${model}" needs OPENAI_API_KEY, which is not set. ` +
        'Set it; or set OPENAI_BASE_URL to a server of your own that needs no key; or use the simulated model, -m mock.',
      { details: { model } },
    );
  }
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new EvaltuiError(
      'missing-key',
      'OPENAI_API_KEY holds spaces or characters that no key has. Copy it again.',
    );
  }
}

function toMessages(prompt: Prompt): ChatCompletionCreateParamsNonStreaming['messages'] {
  const messages = typeof prompt === 'string' ? [{ role: 'user' as const, content: prompt }] : prompt;
  // The SDK has one type a role; which fields a role needs is the endpoint's to say.
  return messages as ChatCompletionCreateParamsNonStreaming['messages'];
}

function toSamplingArguments(options: SamplingOptions, maxTokensName: string): Record<string, unknown> {
  const given: Record<string, unknown> = {
    temperature: options.temperature,
    top_p: options.topP,
    [maxTokensName]: options.maxTokens,
    stop: options.stop,
    seed: options.seed,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
  };
  const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return options.extra === undefined ? sent : { ...sent, ...options.extra };
}

/** The answer's first choice. An endpoint may send anything: nothing of it is taken for granted. */
function toCompletion(answer: unknown, call: { readonly model: string; readonly host: string }): Completion {
  const { choices, model, usage } = (answer ?? {}) as Partial<ChatCompletion>;
  if (!Array.isArray(choices)) throw noCompletion(call, 'the answer is not a chat completion');
  const choice = choices[0] as (Partial<ChatCompletion.Choice> & { readonly text?: unknown }) | undefined;
  const text = typeof choice?.text === 'string' ? choice.text : undefined;
  if (choice === undefined || (text === undefined && !choice.message)) {
    throw noCompletion(call, 'the answer has no choices');
  }
  const tokens = toUsage(usage);
  return {
    text: text ?? choice.message?.content ?? choice.message?.refusal ?? '',
    ...(typeof model === 'string' ? { model } : {}),
    ...(tokens === undefined ? {} : { usage: tokens }),
    ...(typeof choice.finish_reason === 'string' ? { finishReason: choice.finish_reason } : {}),
  };
}

function toUsage(usage: OpenAI.CompletionUsage | null | undefined): Usage | undefined {
  if (typeof usage?.prompt_tokens !== 'number') return undefined;
  const completionTokens = usage.completion_tokens ?? 0;
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: completionTokens,
    total_tokens: usage.total_tokens ?? usage.prompt_tokens + completionTokens,
  };
}
