/** Where the events of a run are sent as well as recorded. Plain data: it is stored with the run. */
export interface HttpRecording {
  /** May hold a password or a token: shown by `shownUrl` only. */
  readonly url: string;
  /** Events of a request at most. */
  readonly batchSize: number;
  /** Events in a hundred that may stay undelivered without failing the run. */
  readonly failPercent: number;
}

/** A URL without what may be secret in it: user, password, query and fragment. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`;
}
