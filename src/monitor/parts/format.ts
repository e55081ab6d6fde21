import { formatDuration } from '../../core/duration.ts';

/** A score or probability: three decimals where it matters, fewer for large numbers. */
export function formatScore(score: number): string {
  return Math.abs(score) < 10 ? score.toFixed(3) : score.toPrecision(4);
}

/** How long ago, or how long yet: whole seconds, so that it does not flicker: `4 s`, `12:41`, `1:02:03`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}

/** A share of a core or of time in whole percent, so that it is calm: `<1 %`, `34 %`. */
export function formatLoad(fraction: number): string {
  return fraction > 0 && fraction < 0.01 ? '<1 %' : `${Math.round(fraction * 100)} %`;
}

/** Tasks a second; `–` when it is not known. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return '–';
  if (perSecond >= 1_000) return `${(perSecond / 1_000).toFixed(1)}k`;
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

/** A count of tokens in at most five cells: `812`, `41.2k`, `3.1M`. */
export function formatTokens(count: number): string {
  if (count < 1_000) return String(count);
  return count < 999_950 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
