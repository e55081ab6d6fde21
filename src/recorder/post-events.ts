import { shownUrl } from '../core/http-recording.ts';

/** How a request ended. */
export type PostEnd =
  | { readonly kind: 'sent' }
  /** The same request may well be taken later. */
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs: number }
  /** The server does not want these events, and will not when they are sent again. */
  | { readonly kind: 'refused'; readonly why: string };

const MAX_ANSWER = 200;
/** Answers that say "later". */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * POSTs a JSON array of events. Never throws: an answer of 2xx is `sent`; 408, 425, 429, 5xx, a connection
 * error and a time-out are `failed`; every other answer is `refused`. Redirects are not followed, since most of
 * them would lose the events.
 *
 * @param request.url with `user:password@` for basic authentication, as with curl
 */
export async function postEvents(request: {
  readonly url: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Promise<PostEnd> {
  const { url, credentials } = withoutCredentials(request.url);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body: request.body,
      headers: { 'content-type': 'application/json', ...credentials },
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    return { kind: 'failed', why: whyNoAnswer(error, request.timeoutMs), retryAfterMs: 0 };
  }
  if (response.ok) {
    // Read to its end the connection can be used again.
    await startOf(response, Number.POSITIVE_INFINITY);
    return { kind: 'sent' };
  }
  const { status } = response;
  const text = (await startOf(response, MAX_ANSWER)).trim();
  const location = response.headers.get('location');
  const why =
    location === null
      ? `${status}${text === '' ? '' : `: ${text}`}`
      : `${status}: it is at ${shownLocation(location, url)}`;
  if (status >= 500 || PASSING.has(status)) {
    return { kind: 'failed', why, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  }
  return { kind: 'refused', why };
}

/** `fetch` takes no URL with a user in it. */
function withoutCredentials(given: string): { url: string; credentials: Readonly<Record<string, string>> } {
  const url = new URL(given);
  const { username, password } = url;
  if (username === '' && password === '') return { url: given, credentials: {} };
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url: url.href,
    credentials: { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` },
  };
}

function whyNoAnswer(error: unknown, timeoutMs: number): string {
  const { name, cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  // `fetch failed` says nothing; its cause does.
  return cause?.code?.startsWith('E') === true ? cause.code : (cause?.message ?? message);
}

function shownLocation(location: string, base: string): string {
  return URL.canParse(location, base) ? shownUrl(new URL(location, base).href) : location;
}

/** Seconds or a date; 0 for anything else. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

const MAX_READ_BYTES = 64 * 1024;

/** The first characters of an answer. Of one that goes on and on no more is read: it said enough. */
async function startOf(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      if (text.length < most) text += decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      if (bytes > MAX_READ_BYTES) break;
    }
  } catch {
    // Its status came whole, and is what counts.
  }
  return text.slice(0, Math.min(most, MAX_ANSWER));
}
