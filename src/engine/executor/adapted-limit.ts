import { onRateLimit, onServerError, onSuccess, type AdaptiveLimit } from '../../core/adaptive-limit.ts';
import type { Outcome } from '../../core/outcome.ts';

/**
 * The limit after a try has ended.
 * @param inFlight tasks in flight just before it ended, itself among them
 */
export function adaptedLimit(
  limit: AdaptiveLimit,
  { outcome, inFlight, now }: { readonly outcome: Outcome; readonly inFlight: number; readonly now: number },
): AdaptiveLimit {
  switch (outcome.kind) {
    case 'rate-limit': {
      const { retryAfterMs } = outcome;
      return onRateLimit(limit, { now, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    }
    case 'server':
      return onServerError(limit, { now });
    case 'completed':
      return onSuccess(limit, { now, inFlight });
    default:
      return limit;
  }
}
