import type { ErrorKind } from '../../core/outcome.ts';

/** An error kind as a reader of HTTP knows it. */
export function errorKindText(kind: ErrorKind | null): string {
  if (kind === 'rate-limit') return '429 rate-limit';
  return kind === 'server' ? '5xx server' : (kind ?? 'error');
}
